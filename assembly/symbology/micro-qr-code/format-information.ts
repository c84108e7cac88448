/**
 * Format information of Micro QR Code by maximum likelihood: the code word that agrees best with the grey values, instead
 * of thresholded bits corrected afterwards. Knows no grid.
 */
import { formatCode } from "./tables";

export const FORMAT_BITS: i32 = 15;

/** Set by bestFormat(): agreement of the word, −1 … 1, and the same by what contrast the bits have at all (blur takes some). */
export let formatAgreement: f32 = 0;
export let formatCoherence: f32 = 0;

/** Column and row of a format bit, least significant first (figure 28): up along column 8 comes last. */
export function formatColumn(bit: i32): i32 {
  return bit < 8 ? 8 : 15 - bit;
}

export function formatRow(bit: i32): i32 {
  return bit < 8 ? bit + 1 : 8;
}

/** The five data bits whose code word agrees best with 15 soft bits (f32, least significant first). */
export function bestFormat(bits: usize): i32 {
  let best: i32 = 0;
  formatAgreement = -2;
  let energy: f32 = 0;
  for (let i = 0; i < FORMAT_BITS; i++) energy += abs<f32>(load<f32>(bits + ((<usize>i) << 2)));
  for (let data = 0; data < 32; data++) {
    const code = formatCode(data);
    let sum: f32 = 0;
    for (let i = 0; i < FORMAT_BITS; i++) {
      const bit = load<f32>(bits + ((<usize>i) << 2));
      sum += ((code >> i) & 1) != 0 ? bit : -bit;
    }
    sum /= <f32>FORMAT_BITS;
    if (sum <= formatAgreement) continue;
    formatAgreement = sum;
    best = data;
  }
  formatCoherence = energy > 0 ? (formatAgreement * <f32>FORMAT_BITS) / energy : 0;
  return best;
}
