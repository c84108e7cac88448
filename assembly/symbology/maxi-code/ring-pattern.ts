/**
 * The runs of MaxiCode's bull's-eye along a line through its centre: three dark rings of about equal widths around a light
 * core (ISO/IEC 16023 clause 4.11). Knows edges of a line, not images.
 *
 * Twelve edges: e0 outer ring begins … e5 inner ring ends, core, e6 inner ring begins … e11 outer ring ends. Distances of
 * edges of like sign are compared, which ink spread and a wrong threshold leave as they are: two rings on either side, each
 * 1.5 modules, and the inner ring's diameter, 2.6 modules. Writers differ in the core, which is up to two modules wide.
 */

/** Edges of a pattern. */
export const PATTERN_EDGES: i32 = 12;

/** Radii of the rings' edges in module widths, from the core outwards. */
export const EDGES: i32 = 6;
const RADII: StaticArray<f64> = [0.571, 1.314, 2.086, 2.857, 3.6, 4.371];

export function ringRadius(index: i32): f64 {
  return unchecked(RADII[index]);
}

/** Largest sum of four ring distances: a bull's-eye of 1,000 pixels; vectors of 16 bits hold four times that. */
export const MOST_SUM: i32 = 6000;
/** That sum in modules. */
export const SUM_MODULES: i32 = 6;
const MOST: i32 = 0xffff;

/** Width of the outer ring from its inner edges, the second and the eleventh: modules may touch its outer ones. */
export function eyeWidth(at: usize): f64 {
  return <f64>(edge(at, 10) - edge(at, 1)) * (ringRadius(EDGES - 1) / ringRadius(EDGES - 2));
}

/** True if twelve edges from `at` on have the proportions of a bull's-eye. */
export function isEye(at: usize): bool {
  const a = edge(at, 3) - edge(at, 1);
  const b = edge(at, 5) - edge(at, 3);
  const c = edge(at, 8) - edge(at, 6);
  const d = edge(at, 10) - edge(at, 8);
  const middle = edge(at, 7) - edge(at, 4);
  const sum = a + b + c + d;
  if (sum > MOST_SUM) return false;
  const slack = (sum >> 2) + (sum >> 4) + 4;
  const most = max(max(a, b), max(c, d));
  const least = min(min(a, b), min(c, d));
  if (min(4 * most, MOST) > sum + slack || 4 * least + slack < sum) return false;
  // 2.63 of 6.06 modules; less where the line passes beside the centre, more where a writer made the core larger.
  return middle + 1 >= (sum >> 2) + (sum >> 5) && middle <= (sum >> 1) + (sum >> 2) + 2;
}

export function edge(at: usize, index: i32): i32 {
  return <i32>load<u16>(at + ((<usize>index) << 1));
}

/**
 * Writes the indices (u16) of the edges at which a bull's-eye may start to `out` and returns how many, `most` at most.
 * `edges` is a line of a run table, `count` its number of edges. Patterns whose ring distances add up to less than
 * `narrowest` pixels or to more than `widest` are left out.
 */
export function findEyes(edges: usize, count: i32, narrowest: i32, widest: i32, out: usize, most: i32): i32 {
  const last = count - PATTERN_EDGES;
  let found: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(<i16>narrowest);
    const limit = i16x8.splat(<i16>widest);
    for (let k = 0; k <= last; k += 64) {
      // Eight masks at a time: nearly all are empty.
      let mask: u64 = 0;
      const end = min(64, last - k + 1);
      for (let i = 0; i < end; i += 8)
        mask |= (<u64>eyeMask(edges + ((<usize>(k + i)) << 1), least, limit)) << (<u64>i);
      mask &= 0x5555555555555555;
      if (end < 64) mask &= ((<u64>1) << (<u64>end)) - 1;
      while (mask != 0) {
        if (found >= most) return found;
        store<u16>(out + ((<usize>found) << 1), <u16>(k + <i32>ctz(mask)));
        found++;
        mask &= mask - 1;
      }
    }
  } else {
    for (let k = 0; k <= last; k += 2) {
      const at = edges + ((<usize>k) << 1);
      const sum = edge(at, 5) - edge(at, 1) + edge(at, 10) - edge(at, 6);
      if (sum < narrowest || sum > widest || !isEye(at)) continue;
      if (found >= most) return found;
      store<u16>(out + ((<usize>found) << 1), <u16>k);
      found++;
    }
  }
  return found;
}

/** Bit k is set where isEye() holds for the edges from edge k on and the pattern has a right width. */
function eyeMask(at: usize, narrowest: v128, widest: v128): i32 {
  const e3 = v128.load(at, 6);
  const e8 = v128.load(at, 16);
  const a = i16x8.sub(e3, v128.load(at, 2));
  const b = i16x8.sub(v128.load(at, 10), e3);
  const c = i16x8.sub(e8, v128.load(at, 12));
  const d = i16x8.sub(v128.load(at, 20), e8);
  const middle = i16x8.sub(v128.load(at, 14), v128.load(at, 8));
  const sum = i16x8.add_sat_u(i16x8.add_sat_u(a, b), i16x8.add_sat_u(c, d));
  const sixteenth = i16x8.shr_u(sum, 4);
  const quarter = i16x8.shr_u(sum, 2);
  const slack = i16x8.add(i16x8.add(quarter, sixteenth), i16x8.splat(4));
  const most = four(i16x8.max_u(i16x8.max_u(a, b), i16x8.max_u(c, d)));
  const least = four(i16x8.min_u(i16x8.min_u(a, b), i16x8.min_u(c, d)));
  // What is left of a saturating difference is what a condition is missed by: all are met where nothing is left.
  const even = v128.or(
    i16x8.sub_sat_u(most, i16x8.add_sat_u(sum, slack)),
    i16x8.sub_sat_u(sum, i16x8.add_sat_u(least, slack)),
  );
  const narrow = i16x8.sub_sat_u(i16x8.add(quarter, i16x8.shr_u(sum, 5)), i16x8.add_sat_u(middle, i16x8.splat(1)));
  const wide = i16x8.sub_sat_u(middle, i16x8.add(i16x8.add(i16x8.shr_u(sum, 1), quarter), i16x8.splat(2)));
  const large = v128.or(i16x8.sub_sat_u(sum, widest), i16x8.sub_sat_u(narrowest, sum));
  return i16x8.bitmask(i16x8.eq(v128.or(v128.or(even, large), v128.or(narrow, wide)), i16x8.splat(0)));
}

function four(value: v128): v128 {
  const twice = i16x8.add_sat_u(value, value);
  return i16x8.add_sat_u(twice, twice);
}
