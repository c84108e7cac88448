/**
 * Drives a core build directly, without the library above it: pixels in, raw records out. For unit tests of the core
 * and for looking at the corpus while working on a decoder.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const OPTIONS = 1024;
const RECORD = 32 * 4;
const HEADER = 8 * 4;
const STRIP = 16;

/** @param {string} file relative to the project's root @param {object} [env] imports of a probe build */
export async function loadCore(file = "wasm/core.simd.wasm") {
  const path = fileURLToPath(new URL(file, root));
  const imports = {
    env: {
      abort: (_m, _f, line, column) => {
        throw new Error(`abort at ${line}:${column}`);
      },
    },
  };
  const { instance } = await WebAssembly.instantiate(readFileSync(path), imports);
  return instance.exports;
}

/**
 * @param {object} core exports of a build
 * @param {{data: Uint8Array|Uint8ClampedArray, width: number, height: number}} frame RGBA, or one byte per pixel
 * @param {{formats?: number[], thorough?: boolean, inverted?: boolean, maxSymbols?: number, minConfidence?: number, frameNumber?: number, budget?: number}} [options]
 * @returns {{format: number, text: string, bytes: Uint8Array, addOn: string, confidence: number, flags: number, corners: number[], orientation: number, segments: {eci: number, offset: number, length: number}[], words: Int32Array}[]}
 */
export function decodeFrame(core, { data, width, height }, options = {}) {
  const {
    formats,
    thorough = true,
    inverted = true,
    maxSymbols = 0,
    minConfidence = 0,
    frameNumber = 0,
    budget = 0,
  } = options;
  let low = formats ? 0 : -1;
  let high = formats ? 0 : -1;
  for (const id of formats ?? []) {
    if (id < 32) low |= 1 << id;
    else high |= 1 << (id - 32);
  }
  const grey = data.length < width * height * 4;
  const at = core.begin(width, height, grey ? 0 : 1);
  if (at === 0) throw new Error("begin() refused the frame");
  new Int32Array(core.memory.buffer, OPTIONS, 16).set([
    1,
    low,
    high,
    thorough ? 1 : 0,
    inverted ? 1 : 0,
    maxSymbols,
    minConfidence,
    frameNumber,
    budget,
  ]);
  const bytes = new Uint8Array(core.memory.buffer);
  if (grey) {
    const stride = (width + 63) & ~63;
    for (let y = 0; y < height; y++) bytes.set(data.subarray(y * width, (y + 1) * width), at + y * stride);
  } else {
    for (let y = 0; y < height; y += STRIP) {
      const rows = Math.min(STRIP, height - y);
      bytes.set(data.subarray(y * width * 4, (y + rows) * width * 4), at);
      core.push(rows);
    }
  }
  const block = core.decode() >>> 0;
  if (block === 0) throw new Error("decode() ran out of memory");
  return parse(core.memory.buffer, block);
}

function parse(memory, block) {
  const header = new Int32Array(memory, block, 8);
  const copy = memory.slice(block, block + header[1]);
  const out = [];
  for (let i = 0; i < header[2]; i++) {
    const at = HEADER + i * RECORD;
    const words = new Int32Array(copy, at, 32);
    const floats = new Float32Array(copy, at, 32);
    const bytes = new Uint8Array(copy, words[12], words[13]);
    const segments = [];
    for (let k = 0; k < words[15]; k++) {
      const [eci, offset, length] = new Int32Array(copy, words[14] + k * 12, 3);
      segments.push({ eci, offset, length });
    }
    out.push({
      format: words[0],
      flags: words[1],
      confidence: words[2],
      orientation: floats[3],
      corners: [...floats.slice(4, 12)],
      bytes,
      text: Buffer.from(bytes).toString("latin1"),
      segments,
      addOn: Buffer.from(copy, words[20], words[21]).toString("latin1"),
      words,
    });
  }
  return out;
}
