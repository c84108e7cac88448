/**
 * Numbers written as widths: how many ways there are to part so many modules into elements, and which of them, in
 * lexicographic order, a given one is (ISO/IEC 24724, annex B). Knows no symbology.
 */

/** Most modules and elements of a set. */
const MOST: i32 = 24;
const triangle = memory.data(4 * 24 * 24);
let isFilled = false;

function binomial(n: i32, k: i32): i32 {
  if (k < 0 || n < k || n >= MOST) return 0;
  if (!isFilled) {
    isFilled = true;
    for (let row = 0; row < MOST; row++) {
      for (let column = 0; column <= row; column++) {
        const edge = column == 0 || column == row;
        const above = triangle + ((<usize>((row - 1) * MOST + column)) << 2);
        const value = edge ? 1 : load<i32>(above) + load<i32>(above - 4);
        store<i32>(triangle + ((<usize>(row * MOST + column)) << 2), value);
      }
    }
  }
  return load<i32>(triangle + ((<usize>(n * MOST + k)) << 2));
}

/** Ways to part `modules` into `elements` of 1 to `widest` modules. */
function bounded(modules: i32, elements: i32, widest: i32): i32 {
  if (elements == 0) return modules == 0 ? 1 : 0;
  if (widest < 1) return 0;
  let sum: i32 = 0;
  // Inclusion and exclusion of elements that are too wide.
  for (let j = 0; j <= elements && modules - j * widest >= elements; j++) {
    const ways = binomial(elements, j) * binomial(modules - j * widest - 1, elements - 1);
    sum += (j & 1) == 0 ? ways : -ways;
  }
  return sum;
}

/** The same; with `narrow` only those in which some element is one module wide. */
export function countCompositions(modules: i32, elements: i32, widest: i32, narrow: bool): i32 {
  const all = bounded(modules, elements, widest);
  return narrow ? all - bounded(modules - elements, elements, widest - 1) : all;
}

/** Rank of the widths (bytes `stride` apart) among all of the same sum and kind; −1 for widths that are none of them. */
export function rankOfWidths(widths: usize, stride: usize, elements: i32, widest: i32, narrow: bool): i32 {
  let modules: i32 = 0;
  let needsNarrow = narrow;
  for (let i = 0; i < elements; i++) {
    const width = <i32>load<u8>(widths + <usize>i * stride);
    if (width < 1 || width > widest) return -1;
    if (width == 1) needsNarrow = false;
    modules += width;
  }
  if (needsNarrow || modules >= MOST) return -1;
  needsNarrow = narrow;
  let rank: i32 = 0;
  for (let i = 0; i < elements - 1; i++) {
    const width = <i32>load<u8>(widths + <usize>i * stride);
    const left = elements - 1 - i;
    for (let w = 1; w < width; w++) rank += countCompositions(modules - w, left, widest, needsNarrow && w > 1);
    if (width == 1) needsNarrow = false;
    modules -= width;
  }
  return rank;
}
