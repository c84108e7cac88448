/**
 * Format and version information by maximum likelihood: the code word that agrees best with the grey values of both
 * copies, instead of thresholded bits corrected afterwards.
 */
import { LEAST_VERSION, MOST_VERSION, dimensionOf, formatCode, formatCodeModel1, versionCode } from "./tables";

/** How a grid is read: rows and columns exchanged for a mirrored symbol. */
@unmanaged
export class GridView {
  /** f32 per module, row by row: > 0 dark, < 0 light, 1 = full contrast, 0 = unknown. */
  soft: usize;
  dimension: i32;
  isTransposed: bool;
}

/** Softness of a module. */
export function softAt(view: GridView, row: i32, column: i32): f32 {
  const index = view.isTransposed ? column * view.dimension + row : row * view.dimension + column;
  return load<f32>(view.soft + ((<usize>index) << 2));
}

function clampUnit(value: f32): f32 {
  return max<f32>(-1, min<f32>(1, value));
}

/** Fills 15 f32: the sum of both copies of each format bit, least significant first (figure 25). */
export function formatBits(view: GridView, out: usize): void {
  const d = view.dimension;
  for (let i = 0; i < 15; i++) {
    const first =
      i < 6
        ? softAt(view, i, 8)
        : i < 8
          ? softAt(view, i + 1, 8)
          : i == 8
            ? softAt(view, 8, 7)
            : softAt(view, 8, 14 - i);
    const second = i < 8 ? softAt(view, 8, d - 1 - i) : softAt(view, d - 15 + i, 8);
    store<f32>(out + ((<usize>i) << 2), clampUnit(first) + clampUnit(second));
  }
}

/** Agreement of a format data word with soft bits, −1 … 1. */
export function formatScore(bits: usize, data: i32, model: i32): f32 {
  return agreement(bits, model == 1 ? formatCodeModel1(data) : formatCode(data), 15);
}

function agreement(bits: usize, code: i32, count: i32): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < count; i++) {
    const bit = load<f32>(bits + ((<usize>i) << 2));
    sum += ((code >> i) & 1) != 0 ? bit : -bit;
  }
  return sum / (2 * <f32>count);
}

/** The version whose code agrees best with 18 soft bits (least significant first), 7 … 40. */
export function bestVersion(bits: usize): i32 {
  let best: i32 = 7;
  let most: f32 = -2;
  for (let version = 7; version <= MOST_VERSION; version++) {
    const score = agreement(bits, versionCode(version), 18);
    if (score > most) {
      most = score;
      best = version;
    }
  }
  return best;
}

/** Agreement of one version with 18 soft bits whose copies are summed. */
export function versionAgreement(bits: usize, version: i32): f32 {
  return agreement(bits, versionCode(version), 18);
}

/** The version with this dimension, or 0. */
export function versionOf(dimension: i32): i32 {
  const version = (dimension - 17) / 4;
  return version >= LEAST_VERSION && version <= MOST_VERSION && dimensionOf(version) == dimension ? version : 0;
}
