/**
 * Eight edges a module apart in a line: what a line through concentric rings of a module each shows on its way through the
 * middle. Only distances between edges of like sign are compared (two modules each), which ink spread and a wrong threshold
 * leave as they are. One test, and the same over a whole line with vectors.
 *
 * With s the sum of the outermost like-signed distances (12 modules) the six distances may differ by 0.75 modules and a
 * pixel: the one across the middle is shorter where the line passes a turned square beside its middle. No run may be longer
 * than 1.5 modules and a pixel, as strokes of writing in even distances have it.
 */

/** Edges of the pattern. */
export const EDGES: i32 = 8;

function edge(at: usize, index: i32): i32 {
  return <i32>load<u16>(at + ((<usize>index) << 1));
}

/** By how much the distances of eight edges that stand a module apart differ, in modules; −1 where they do not. */
export function unevenness(at: usize): f32 {
  let least: i32 = 0xffff;
  let most: i32 = 0;
  for (let k = 0; k < EDGES - 2; k++) {
    const width = edge(at, k + 2) - edge(at, k);
    least = min(least, width);
    most = max(most, width);
  }
  const sum = edge(at, 6) - edge(at, 0) + edge(at, 7) - edge(at, 1);
  for (let k = 0; k < EDGES - 1; k++) if (edge(at, k + 1) - edge(at, k) > (sum >> 3) + 1) return -1;
  if (most - least > (sum >> 4) + 1) return -1;
  const twelfths: i32 = 12 * (most - least);
  return <f32>twelfths / <f32>max(1, sum);
}

/**
 * Writes the indices (u16) of the edges at which the pattern starts to `out` and returns how many, `most` at most. `edges`
 * is a line of a run table, `count` its number of edges. The pattern starts with a light run (at an odd index), or with a
 * dark one too `withInverted`. Patterns narrower than `narrowest` or wider than `widest` pixels are left out.
 */
export function findEqualRuns(
  edges: usize,
  count: i32,
  withInverted: bool,
  narrowest: i32,
  widest: i32,
  out: usize,
  most: i32,
): i32 {
  const last = count - EDGES;
  let found: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(<i16>narrowest);
    const limit = i16x8.splat(<i16>widest);
    const wanted: u64 = withInverted ? 0xffffffffffffffff : 0xaaaaaaaaaaaaaaaa;
    for (let k = 0; k <= last; k += 64) {
      let mask: u64 = 0;
      const end = min(64, last - k + 1);
      for (let i = 0; i < end; i += 8)
        mask |= (<u64>equalMask(edges + ((<usize>(k + i)) << 1), least, limit)) << (<u64>i);
      mask &= wanted;
      if (end < 64) mask &= ((<u64>1) << (<u64>end)) - 1;
      while (mask != 0) {
        if (found >= most) return found;
        store<u16>(out + ((<usize>found) << 1), <u16>(k + <i32>ctz(mask)));
        found++;
        mask &= mask - 1;
      }
    }
  } else {
    for (let k = withInverted ? 0 : 1; k <= last; k += withInverted ? 1 : 2) {
      const at = edges + ((<usize>k) << 1);
      const width = edge(at, EDGES - 1) - edge(at, 0);
      if (width < narrowest || width > widest || unevenness(at) < 0) continue;
      if (found >= most) return found;
      store<u16>(out + ((<usize>found) << 1), <u16>k);
      found++;
    }
  }
  return found;
}

/** Bit k is set where unevenness() finds the pattern for the eight edges from edge k on and the pattern has a right width. */
function equalMask(at: usize, narrowest: v128, widest: v128): i32 {
  const e0 = v128.load(at);
  const e1 = v128.load(at, 2);
  const e2 = v128.load(at, 4);
  const e3 = v128.load(at, 6);
  const e4 = v128.load(at, 8);
  const e5 = v128.load(at, 10);
  const e6 = v128.load(at, 12);
  const e7 = v128.load(at, 14);
  const a = i16x8.sub(e2, e0);
  const b = i16x8.sub(e3, e1);
  const c = i16x8.sub(e4, e2);
  const d = i16x8.sub(e5, e3);
  const e = i16x8.sub(e6, e4);
  const f = i16x8.sub(e7, e5);
  const most = i16x8.max_u(i16x8.max_u(i16x8.max_u(a, b), i16x8.max_u(c, d)), i16x8.max_u(e, f));
  const least = i16x8.min_u(i16x8.min_u(i16x8.min_u(a, b), i16x8.min_u(c, d)), i16x8.min_u(e, f));
  const sum = i16x8.add(i16x8.sub(e6, e0), i16x8.sub(e7, e1));
  const slack = i16x8.add(i16x8.shr_u(sum, 4), i16x8.splat(1));
  const run0 = i16x8.max_u(i16x8.sub(e1, e0), i16x8.sub(e2, e1));
  const run1 = i16x8.max_u(i16x8.sub(e3, e2), i16x8.sub(e4, e3));
  const run2 = i16x8.max_u(i16x8.sub(e5, e4), i16x8.sub(e6, e5));
  const longest = i16x8.max_u(i16x8.max_u(run0, run1), i16x8.max_u(run2, i16x8.sub(e7, e6)));
  // What is left of a saturating difference is what a condition is missed by: all are met where nothing is left.
  const width = i16x8.sub(e7, e0);
  const misfit = v128.or(i16x8.sub_sat_u(width, widest), i16x8.sub_sat_u(narrowest, width));
  const tooLong = i16x8.sub_sat_u(longest, i16x8.add(i16x8.shr_u(sum, 3), i16x8.splat(1)));
  const uneven = i16x8.sub_sat_u(i16x8.sub(most, least), slack);
  const missed = v128.or(misfit, v128.or(tooLong, uneven));
  return i16x8.bitmask(i16x8.eq(missed, i16x8.splat(0)));
}
