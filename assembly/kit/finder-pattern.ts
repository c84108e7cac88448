/**
 * The proportion 1:1:3:1:1 in a line's edges: one test, and the same test over a whole line with vectors. Only distances
 * between edges of like sign are compared (2, 4, 4 and 2 modules), which ink spread and a wrong threshold leave as they are.
 *
 * With s the sum of the four (12 modules) the 2-module distances may be off by 0.6 modules and a pixel's quantisation, the
 * 4-module ones by 0.9, and the core may be 1.5 to 5 modules wide. Shifts instead of factors: vectors have 16 bits.
 */

/** Six times a pattern's width still fits 15 bits: wider ones are seen at half the size. */
const MOST_WIDTH: i32 = 4095;

/** True if six edges have the proportions of a finder. */
export function isFinder(e0: i32, e1: i32, e2: i32, e3: i32, e4: i32, e5: i32): bool {
  const a = e2 - e0;
  const b = e3 - e1;
  const c = e4 - e2;
  const d = e5 - e3;
  const sum = a + b + c + d;
  const narrow = (sum >> 2) + (sum >> 4) + 4;
  if (abs(6 * a - sum) > narrow || abs(6 * d - sum) > narrow) return false;
  const wide = (sum >> 3) + (sum >> 4) + (sum >> 5) + 2;
  if (abs(3 * b - sum) > wide || abs(3 * c - sum) > wide) return false;
  const core = e3 - e2;
  return core > sum >> 3 && core < (sum >> 2) + (sum >> 3) + (sum >> 5);
}

/**
 * Writes the indices (u16) of the edges at which a finder pattern starts to `out` and returns how many, `most` at most.
 * `edges` is a line of a run table, `count` its number of edges. Patterns wider than `widest` pixels or MOST_WIDTH are left
 * out. Odd indices are light finders on dark ground.
 */
export function findPatterns(edges: usize, count: i32, withInverted: bool, widest: i32, out: usize, most: i32): i32 {
  const last = count - 6;
  const limit = min(widest, MOST_WIDTH);
  let found: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const limits = i16x8.splat(<i16>limit);
    const wanted: u64 = withInverted ? 0xffffffffffffffff : 0x5555555555555555;
    for (let k = 0; k <= last; k += 64) {
      // Eight masks at a time: most are empty, and a branch for each would be guessed wrong too often.
      let mask: u64 = 0;
      const end = min(64, last - k + 1);
      for (let i = 0; i < end; i += 8) mask |= (<u64>patternMask(edges + ((<usize>(k + i)) << 1), limits)) << (<u64>i);
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
    const step = withInverted ? 1 : 2;
    for (let k = 0; k <= last; k += step) {
      const at = edges + ((<usize>k) << 1);
      if (edge(at, 5) - edge(at, 0) > limit) continue;
      if (!isFinder(edge(at, 0), edge(at, 1), edge(at, 2), edge(at, 3), edge(at, 4), edge(at, 5))) continue;
      if (found >= most) return found;
      store<u16>(out + ((<usize>found) << 1), <u16>k);
      found++;
    }
  }
  return found;
}

/** An edge's position. */
export function edge(at: usize, index: i32): i32 {
  return <i32>load<u16>(at + ((<usize>index) << 1));
}

/** Bit k is set where isFinder() holds for the six edges from edge k on and the pattern is at most `widest` (MOST_WIDTH). */
function patternMask(at: usize, widest: v128): i32 {
  const e0 = v128.load(at);
  const e1 = v128.load(at, 2);
  const e2 = v128.load(at, 4);
  const e3 = v128.load(at, 6);
  const e4 = v128.load(at, 8);
  const e5 = v128.load(at, 10);
  const a = i16x8.sub(e2, e0);
  const b = i16x8.sub(e3, e1);
  const c = i16x8.sub(e4, e2);
  const d = i16x8.sub(e5, e3);
  const core = i16x8.sub(e3, e2);
  const width = i16x8.sub(e5, e0);
  const sum = i16x8.add(width, i16x8.sub(e4, e1));
  const quarter = i16x8.shr_u(sum, 2);
  const eighth = i16x8.shr_u(sum, 3);
  const sixteenth = i16x8.shr_u(sum, 4);
  const last = i16x8.shr_u(sum, 5);
  const narrow = i16x8.add(i16x8.add(quarter, sixteenth), i16x8.splat(4));
  const wide = i16x8.add(i16x8.add(eighth, sixteenth), i16x8.add(last, i16x8.splat(2)));
  const six = i16x8.splat(6);
  const three = i16x8.splat(3);
  const outer = v128.or(
    i16x8.gt_s(i16x8.mul(i16x8.max_s(a, d), six), i16x8.add(sum, narrow)),
    i16x8.gt_s(i16x8.sub(sum, narrow), i16x8.mul(i16x8.min_s(a, d), six)),
  );
  const inner = v128.or(
    i16x8.gt_s(i16x8.mul(i16x8.max_s(b, c), three), i16x8.add(sum, wide)),
    i16x8.gt_s(i16x8.sub(sum, wide), i16x8.mul(i16x8.min_s(b, c), three)),
  );
  const most = i16x8.add(i16x8.add(quarter, eighth), last);
  const middle = v128.and(i16x8.gt_s(core, eighth), i16x8.gt_s(most, core));
  return i16x8.bitmask(v128.andnot(middle, v128.or(v128.or(outer, inner), i16x8.gt_s(width, widest))));
}
