/**
 * Sizes and places of Aztec Code, ISO/IEC 24778 clauses 7 and 8: layers, codewords, the way of the data around the core.
 * A module's place is (u, v), columns and rows from the middle of the bull's-eye, which is (0, 0).
 */

/** 32 layers: 151 × 151 modules. */
export const MOST_SIDE: i32 = 151;
export const MOST_CODEWORDS: i32 = 1664;
/** Lines of the reference grid lie so many modules apart, clause 7.2.3. */
export const GRID_PITCH: i32 = 16;

/** Distance of the ring with orientation marks and mode message from the middle: 5 compact, 7 full-range. */
export function modeRadius(isCompact: bool): i32 {
  return isCompact ? 5 : 7;
}

/** Outermost dark ring of the bull's-eye. */
export function eyeRadius(isCompact: bool): i32 {
  return isCompact ? 4 : 6;
}

/** Modules of a side without the reference grid. */
function plainSide(layers: i32, isCompact: bool): i32 {
  return (isCompact ? 11 : 14) + 4 * layers;
}

/** Distance of the outermost modules from the middle; no layers: the mode message's ring. */
export function radiusOf(layers: i32, isCompact: bool): i32 {
  if (isCompact) return 5 + 2 * layers;
  const half = 7 + 2 * layers;
  return half + (half - 1) / (GRID_PITCH - 1);
}

export function bitsOf(layers: i32, isCompact: bool): i32 {
  return ((isCompact ? 88 : 112) + 16 * layers) * layers;
}

/** Bits of a codeword, table 1. */
export function codewordBits(layers: i32): i32 {
  return layers <= 2 ? 6 : layers <= 8 ? 8 : layers <= 22 ? 10 : 12;
}

export function codewordsOf(layers: i32, isCompact: bool): i32 {
  return bitsOf(layers, isCompact) / codewordBits(layers);
}

/** Primitive polynomials of the fields, clause 7.2.2 and table 1. */
export function polynomialOf(bits: i32): i32 {
  switch (bits) {
    case 4:
      return 0x13;
    case 6:
      return 0x43;
    case 8:
      return 0x12d;
    case 10:
      return 0x409;
    default:
      return 0x1069;
  }
}

/** The generator's first root is α¹ in all fields. */
export const FIRST_ROOT: i32 = 1;

/** Column or row of a place counted without the reference grid, 0 ≤ index < plainSide(). */
function withGrid(index: i32, side: i32, isCompact: bool): i32 {
  if (isCompact) return index - (side >> 1);
  const fromMiddle = index - (side >> 1);
  const steps = fromMiddle >= 0 ? fromMiddle + 1 : -fromMiddle;
  const distance = steps + (steps - 1) / (GRID_PITCH - 1);
  return fromMiddle >= 0 ? distance : -distance;
}

/**
 * Writes the places (i16 u, i16 v) of all data bits in the order of the message: from the outermost layer inwards, in
 * each down the left side, along the bottom, up the right side, back along the top, two modules at a time, the outer
 * one first (clause 7.3.4, read from the last codeword's end).
 */
export function layPath(layers: i32, isCompact: bool, out: usize): void {
  const side = plainSide(layers, isCompact);
  let at = out;
  for (let layer = 0; layer < layers; layer++) {
    const low = 2 * layer;
    const high = side - 1 - low;
    const pairs = side - 2 - 4 * layer;
    for (let edge = 0; edge < 4; edge++) {
      for (let j = 0; j < pairs; j++) {
        for (let k = 0; k < 2; k++) {
          const x = edge == 0 ? low + k : edge == 1 ? low + j : edge == 2 ? high - k : high - j;
          const y = edge == 0 ? low + j : edge == 1 ? high - k : edge == 2 ? high - j : low + k;
          store<i16>(at, <i16>withGrid(x, side, isCompact));
          store<i16>(at, <i16>withGrid(y, side, isCompact), 2);
          at += 4;
        }
      }
    }
  }
}

/** 1 for a module that is dark in every symbol, −1 for a light one, 0 for all others: bull's-eye and reference grid. */
export function fixedModule(u: i32, v: i32, isCompact: bool): i32 {
  const ring = max(abs(u), abs(v));
  if (ring <= eyeRadius(isCompact)) return (ring & 1) == 0 ? 1 : -1;
  if (isCompact || ring < 7) return 0;
  // Where the mode message's ring crosses the grid it is the grid's.
  if (u % GRID_PITCH == 0) return v % 2 == 0 ? 1 : -1;
  if (v % GRID_PITCH == 0) return u % 2 == 0 ? 1 : -1;
  return 0;
}

/**
 * Column of module `index` of the ring of `radius`, clockwise from the top left corner, 0 ≤ index < 8·radius; ringRow()
 * the row.
 */
export function ringColumn(radius: i32, index: i32): i32 {
  const side = 2 * radius;
  const part = index % side;
  const edge = (index / side) & 3;
  return edge == 0 ? part - radius : edge == 1 ? radius : edge == 2 ? radius - part : -radius;
}

export function ringRow(radius: i32, index: i32): i32 {
  const side = 2 * radius;
  const part = index % side;
  const edge = (index / side) & 3;
  return edge == 0 ? -radius : edge == 1 ? part - radius : edge == 2 ? radius : radius - part;
}
