/**
 * Data Matrix from explicit codewords: what no writer lets one choose (schemes, damage). Fixed modules and the placement
 * come from a symbol that bwip-js wrote, check codewords from the field of ISO/IEC 16022. Knows one-block sizes only.
 */
import { dataMatrix } from "./bwip-writer.js";
import type { Modules } from "./modules.js";

/** GF(256) modulo x⁸ + x⁵ + x³ + x² + 1. */
const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let i = 0, value = 1; i < 255; i++) {
  EXP[i] = value;
  EXP[i + 255] = value;
  LOG[value] = i;
  value = (value << 1) ^ (value > 127 ? 0x12d : 0);
}

const times = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : (EXP[(LOG[a] as number) + (LOG[b] as number)] as number);

/** Check codewords of one block, roots α¹ … α^checks. */
export function dataMatrixChecks(data: readonly number[], checks: number): number[] {
  let generator = [1];
  for (let i = 1; i <= checks; i++) {
    const next = [...generator, 0];
    generator.forEach((factor, at) => {
      next[at + 1] = (next[at + 1] as number) ^ times(factor, EXP[i] as number);
    });
    generator = next;
  }
  const rest = [...data, ...new Array<number>(checks).fill(0)];
  for (let i = 0; i < data.length; i++) {
    const lead = rest[i] as number;
    generator.forEach((factor, at) => {
      rest[i + at] = (rest[i + at] as number) ^ times(factor, lead);
    });
  }
  return rest.slice(data.length);
}

/** Pads data codewords as clause 5.2.3 has it. */
export function padded(data: readonly number[], length: number): number[] {
  const out = [...data];
  while (out.length < length) {
    const position = out.length + 1;
    const pad = 129 + ((149 * position) % 253) + 1;
    out.push(out.length === data.length ? 129 : pad > 254 ? pad - 254 : pad);
  }
  return out;
}

/** Where bits stand: 1 + 8 · codeword + bit per module of the mapping matrix, as the core's placement gives it. */
export type Placement = ArrayLike<number>;

/** A symbol of one block and one data region from all its codewords, data and checks. */
export function symbolOfCodewords(
  rows: number,
  columns: number,
  codewords: readonly number[],
  placement: Placement,
): Modules {
  const base = dataMatrix("A", { size: `${rows}x${columns}` });
  const cells = base.cells.slice();
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const bit = (placement[(row - 1) * (columns - 2) + column - 1] as number) - 1;
      if (bit < 0) continue;
      cells[row * columns + column] = ((codewords[bit >> 3] as number) >> (7 - (bit & 7))) & 1;
    }
  }
  return { ...base, cells };
}
