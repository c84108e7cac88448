/** Arrays of f32 in the arena: profiles, templates, costs. Knows nothing of what they hold. */
import { alloc } from "../memory/arena";

/** Room for so many f32, contents undefined; 0 where memory is exhausted. */
export function allocFloats(count: i32): usize {
  return alloc((<usize>count) << 2);
}

export function floatAt(array: usize, index: i32): f32 {
  return load<f32>(array + ((<usize>index) << 2));
}

export function setFloat(array: usize, index: i32, value: f32): void {
  store<f32>(array + ((<usize>index) << 2), value);
}

/** Linear interpolation at a fractional index; clamped to the array's ends. */
export function sampleAt(array: usize, length: i32, index: f32): f32 {
  if (!(index > 0)) return floatAt(array, 0);
  const i = <i32>index;
  if (i >= length - 1) return floatAt(array, length - 1);
  const a = floatAt(array, i);
  return a + (floatAt(array, i + 1) - a) * (index - <f32>i);
}

/** sampleAt() at four places. */
export function sampleFour(array: usize, length: i32, places: v128): v128 {
  const whole = i32x4.trunc_sat_f32x4_s(places);
  const isInside = v128.and(f32x4.gt(places, f32x4.splat(0)), i32x4.lt_s(whole, i32x4.splat(length - 1)));
  if (!i32x4.all_true(isInside)) {
    return f32x4(
      sampleAt(array, length, f32x4.extract_lane(places, 0)),
      sampleAt(array, length, f32x4.extract_lane(places, 1)),
      sampleAt(array, length, f32x4.extract_lane(places, 2)),
      sampleAt(array, length, f32x4.extract_lane(places, 3)),
    );
  }
  // Two neighbours of each.
  const one = v128.load64_zero(array + ((<usize>i32x4.extract_lane(whole, 0)) << 2));
  const three = v128.load64_zero(array + ((<usize>i32x4.extract_lane(whole, 2)) << 2));
  const first = v128.load64_lane(array + ((<usize>i32x4.extract_lane(whole, 1)) << 2), one, 1);
  const last = v128.load64_lane(array + ((<usize>i32x4.extract_lane(whole, 3)) << 2), three, 1);
  const a = v128.shuffle<f32>(first, last, 0, 2, 4, 6);
  const b = v128.shuffle<f32>(first, last, 1, 3, 5, 7);
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), f32x4.sub(places, f32x4.convert_i32x4_s(whole))));
}

/** Adds one array to another. */
export function addFloats(sum: usize, values: usize, count: i32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    for (; i + 4 <= count; i += 4) {
      const at = (<usize>i) << 2;
      v128.store(sum + at, f32x4.add(v128.load(sum + at), v128.load(values + at)));
    }
  }
  for (; i < count; i++) setFloat(sum, i, floatAt(sum, i) + floatAt(values, i));
}

/** Multiplies an array by a factor. */
export function scaleFloats(array: usize, count: i32, factor: f32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const factors = f32x4.splat(factor);
    for (; i + 4 <= count; i += 4) {
      const at = array + ((<usize>i) << 2);
      v128.store(at, f32x4.mul(v128.load(at), factors));
    }
  }
  for (; i < count; i++) setFloat(array, i, floatAt(array, i) * factor);
}

/** Subtracts an array from a level. */
export function mirrorFloats(array: usize, count: i32, level: f32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const levels = f32x4.splat(level);
    for (; i + 4 <= count; i += 4) {
      const at = array + ((<usize>i) << 2);
      v128.store(at, f32x4.sub(levels, v128.load(at)));
    }
  }
  for (; i < count; i++) setFloat(array, i, level - floatAt(array, i));
}

/** Turns an array end for end. */
export function reverseFloats(array: usize, count: i32): void {
  let i: i32 = 0;
  let j = count;
  if (ASC_FEATURE_SIMD) {
    for (; i + 8 <= j; i += 4) {
      j -= 4;
      const left = array + ((<usize>i) << 2);
      const right = array + ((<usize>j) << 2);
      const head = v128.load(left);
      const tail = v128.load(right);
      v128.store(left, i32x4.shuffle(tail, tail, 3, 2, 1, 0));
      v128.store(right, i32x4.shuffle(head, head, 3, 2, 1, 0));
    }
  }
  for (j--; i < j; i++, j--) {
    const v = floatAt(array, i);
    setFloat(array, i, floatAt(array, j));
    setFloat(array, j, v);
  }
}

/** Sum of squared differences of two arrays; `count` is a multiple of four. */
export function squaredDistance(a: usize, b: usize, count: i32): f32 {
  // Both twins add in four lanes, so that they give the same bits.
  if (ASC_FEATURE_SIMD) {
    let sum = f32x4.splat(0);
    for (let i: usize = 0, n = (<usize>count) << 2; i < n; i += 16) {
      const d = f32x4.sub(v128.load(a + i), v128.load(b + i));
      sum = f32x4.add(sum, f32x4.mul(d, d));
    }
    return (
      f32x4.extract_lane(sum, 0) +
      f32x4.extract_lane(sum, 1) +
      (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
    );
  }
  let s0: f32 = 0;
  let s1: f32 = 0;
  let s2: f32 = 0;
  let s3: f32 = 0;
  for (let i: usize = 0, n = (<usize>count) << 2; i < n; i += 16) {
    const d0 = load<f32>(a + i) - load<f32>(b + i);
    const d1 = load<f32>(a + i + 4) - load<f32>(b + i + 4);
    const d2 = load<f32>(a + i + 8) - load<f32>(b + i + 8);
    const d3 = load<f32>(a + i + 12) - load<f32>(b + i + 12);
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  return s0 + s1 + (s2 + s3);
}

/** Sum of products of two arrays of any count. */
export function dotProduct(a: usize, b: usize, count: i32): f32 {
  const whole = count & ~3;
  let total: f32 = 0;
  if (ASC_FEATURE_SIMD) {
    let sum = f32x4.splat(0);
    for (let i: usize = 0, n = (<usize>whole) << 2; i < n; i += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(a + i), v128.load(b + i)));
    }
    total =
      f32x4.extract_lane(sum, 0) +
      f32x4.extract_lane(sum, 1) +
      (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
  } else {
    let s0: f32 = 0;
    let s1: f32 = 0;
    let s2: f32 = 0;
    let s3: f32 = 0;
    for (let i: usize = 0, n = (<usize>whole) << 2; i < n; i += 16) {
      s0 += load<f32>(a + i) * load<f32>(b + i);
      s1 += load<f32>(a + i + 4) * load<f32>(b + i + 4);
      s2 += load<f32>(a + i + 8) * load<f32>(b + i + 8);
      s3 += load<f32>(a + i + 12) * load<f32>(b + i + 12);
    }
    total = s0 + s1 + (s2 + s3);
  }
  for (let i = whole; i < count; i++) total += floatAt(a, i) * floatAt(b, i);
  return total;
}
