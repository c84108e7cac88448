/**
 * Format information of rMQR by maximum likelihood: the code word that agrees best with the grey values of one copy or of
 * both, instead of thresholded bits corrected afterwards. Knows no grid.
 */
import { formatCode } from "./tables";

export const FORMAT_BITS: i32 = 18;

/** Set by bestFormat(): agreement of the word, −1 … 1, and the same by what contrast the bits have at all (blur takes some). */
export let formatAgreement: f32 = 0;
export let formatCoherence: f32 = 0;

/** The six data bits whose code words agree best with 18 soft bits (f32, least significant first) beside the finder. */
export function bestFormat(near: usize): i32 {
  let best: i32 = 0;
  formatAgreement = -2;
  for (let data = 0; data < 64; data++) {
    const score = agreementOf(near, formatCode(data, false));
    if (score <= formatAgreement) continue;
    formatAgreement = score;
    best = data;
  }
  setCoherence(energyOf(near));
  return best;
}

/** The same by the copy beside the finder sub-pattern as well. */
export function bestFormatOfBoth(near: usize, far: usize): i32 {
  let best: i32 = 0;
  formatAgreement = -2;
  for (let data = 0; data < 64; data++) {
    const score = (agreementOf(near, formatCode(data, false)) + agreementOf(far, formatCode(data, true))) * 0.5;
    if (score <= formatAgreement) continue;
    formatAgreement = score;
    best = data;
  }
  setCoherence((energyOf(near) + energyOf(far)) * 0.5);
  return best;
}

function setCoherence(energy: f32): void {
  formatCoherence = energy > 0 ? (formatAgreement * <f32>FORMAT_BITS) / energy : 0;
}

function energyOf(bits: usize): f32 {
  let energy: f32 = 0;
  for (let i = 0; i < FORMAT_BITS; i++) energy += min<f32>(1, abs<f32>(load<f32>(bits + ((<usize>i) << 2))));
  return energy;
}

function agreementOf(bits: usize, code: i32): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < FORMAT_BITS; i++) {
    const bit = max<f32>(-1, min<f32>(1, load<f32>(bits + ((<usize>i) << 2))));
    sum += ((code >> i) & 1) != 0 ? bit : -bit;
  }
  return sum / <f32>FORMAT_BITS;
}
