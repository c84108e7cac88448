/** A build of the core as an engine drives it, without the library: one RGBA frame in, the number of symbols out. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The numbers of assembly/abi/layout.ts that one frame needs. */
const LAYOUT_RGBA = 1;
const STRIP_ROWS = 16;
const OPTIONS_ADDRESS = 1024;
const OPTIONS_WORDS = 16;
const ABI_VERSION = 1;
const FLAG_INVERTED = 1;
const HEADER_SYMBOLS = 2;

/** @param {string} file relative to the project's root */
export async function loadCore(file) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const { instance } = await WebAssembly.instantiate(readFileSync(path));
  const core = instance.exports;
  if (core.abiVersion() !== ABI_VERSION) throw new Error(`${file} has another ABI than this bench`);
  return core;
}

/**
 * Reads one frame and forgets it, as an engine does.
 * @param {WebAssembly.Exports} core
 * @param {{data: Uint8ClampedArray, width: number, height: number}} frame RGBA
 * @param {{formats: number[], thorough: boolean, inverted?: boolean}} options format ids below 32
 */
export function countSymbols(core, { data, width, height }, { formats, thorough, inverted = true }) {
  const at = core.begin(width, height, LAYOUT_RGBA);
  if (at === 0) throw new Error("begin() refused the frame");
  const wanted = formats.reduce((bits, id) => bits | (1 << id), 0);
  const options = new Int32Array(core.memory.buffer, OPTIONS_ADDRESS, OPTIONS_WORDS).fill(0);
  options.set([ABI_VERSION, wanted, 0, thorough ? 1 : 0, inverted ? FLAG_INVERTED : 0]);
  const memory = new Uint8Array(core.memory.buffer);
  const row = width * 4;
  for (let y = 0; y < height; y += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, height - y);
    memory.set(data.subarray(y * row, (y + rows) * row), at);
    core.push(rows);
  }
  const block = core.decode() >>> 0;
  if (block === 0) throw new Error("decode() ran out of memory");
  const count = new Int32Array(core.memory.buffer, block, HEADER_SYMBOLS + 1)[HEADER_SYMBOLS];
  core.begin(0, 0, 0);
  return count;
}
