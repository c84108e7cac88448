/**
 * The front end as its definition reads: one pixel at a time, no cleverness. The core must give the same. Also the
 * seeded images that tests look at, and views of the core's planes and run tables.
 */
import type { Probe } from "./probe.js";

/** A grey image without padding. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Seeded numbers 0 ≤ x < 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** An image from a function of the pixel, clamped to 0–255. */
export function paint(width: number, height: number, level: (x: number, y: number) => number): Grey {
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.max(0, Math.min(255, Math.round(level(i % width, Math.floor(i / width)))));
  }
  return { width, height, data };
}

/** Approximately Gaussian noise of the given standard deviation. */
export function noise(seed: number, sigma: number): () => number {
  const next = random(seed);
  return () => (next() + next() + next() + next() - 2) * Math.sqrt(3) * sigma;
}

/** Kinds of images that between them reach every branch of the front end. */
export const SCENES: Readonly<Record<string, (width: number, height: number, seed: number) => Grey>> = {
  black: (w, h) => paint(w, h, () => 0),
  white: (w, h) => paint(w, h, () => 255),
  random: (w, h, seed) => {
    const next = random(seed);
    return paint(w, h, () => next() * 256);
  },
  checkerboard: (w, h) => paint(w, h, (x, y) => ((x ^ y) & 1) * 255),
  stripes: (w, h) => paint(w, h, (x) => (Math.floor(x / 3) % 2 === 0 ? 30 : 210)),
  "large modules": (w, h, seed) => {
    const grain = noise(seed, 2);
    return paint(w, h, (x, y) => ((Math.floor(x / 70) + Math.floor(y / 55)) % 2 === 0 ? 50 : 190) + grain());
  },
  "ramp with small modules": (w, h, seed) => {
    const next = random(seed);
    const cells = Array.from({ length: 4096 }, () => next() < 0.5);
    return paint(w, h, (x, y) => (cells[((y >> 1) & 63) * 64 + ((x >> 1) & 63)] ? 0.35 : 1) * (40 + (200 * x) / w));
  },
};

/** Sizes around every block, word and vector width, and the smallest there are. */
export const SIZES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 70],
  [70, 1],
  [2, 3],
  [7, 9],
  [8, 8],
  [9, 17],
  [15, 33],
  [16, 16],
  [63, 64],
  [64, 63],
  [65, 65],
  [127, 66],
  [128, 128],
  [129, 40],
  [200, 131],
  [321, 97],
];

/** Starts a grey frame in the core and fills it. */
export function openGrey(core: Probe, image: Grey): void {
  const at = core.call("begin", image.width, image.height, 0);
  if (at === 0) throw new Error("begin() refused the image");
  const stride = (image.width + 63) & ~63;
  for (let y = 0; y < image.height; y++) {
    core.u8(at + y * stride, image.width).set(image.data.subarray(y * image.width, (y + 1) * image.width));
  }
}

/** A plane's fields, in the order of assembly/image/plane.ts. */
export function planeFields(core: Probe, plane: number) {
  const f = core.i32(plane, 13);
  const field = (i: number) => f[i] ?? 0;
  return {
    width: field(0),
    height: field(1),
    stride: field(2),
    luma: field(3),
    bitStride: field(4),
    bits: field(5),
    blockColumns: field(6),
    blockRows: field(7),
    blockMin: field(8),
    blockMax: field(9),
    blockMean: field(10),
  };
}

/** Luma of a plane, without padding. */
export function lumaOf(core: Probe, plane: number): Grey {
  const { width, height, stride, luma } = planeFields(core, plane);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) data.set(core.u8(luma + y * stride, width), y * width);
  return { width, height, data };
}

/** Bits of a plane as bytes 0 and 1, without padding. */
export function bitsOf(core: Probe, plane: number): Grey {
  const { width, height, bitStride, bits } = planeFields(core, plane);
  return paint(width, height, (x, y) => ((core.u8(bits + y * bitStride + (x >> 3), 1)[0] ?? 0) >> (x & 7)) & 1);
}

/** Blocks of a plane: smallest, largest, mean. */
export function blocksOf(core: Probe, plane: number): number[][] {
  const { blockColumns, blockRows, blockMin, blockMax, blockMean } = planeFields(core, plane);
  return [blockMin, blockMax, blockMean].map((at) => [...core.u8(at, blockColumns * blockRows)]);
}

/** Edges of every line of a run table, without sentinels, and the sentinels themselves. */
export function runsOf(core: Probe, table: number): { edges: number[][]; sentinels: number[] } {
  const [lines = 0, , starts = 0, edges = 0] = core.i32(table, 4);
  const bounds = [...core.i32(starts, lines + 1)];
  const out: number[][] = [];
  const sentinels: number[] = [];
  for (let line = 0; line < lines; line++) {
    const from = bounds[line] ?? 0;
    const entries = [...core.u16(edges + from * 2, (bounds[line + 1] ?? 0) - from)];
    out.push(entries.slice(0, -16));
    sentinels.push(...entries.slice(-16));
  }
  return { edges: out, sentinels };
}

/** Luma of RGBA pixels put on white, with the rounding that abi/layout.ts promises. */
export function greyOfRgba(rgba: Uint8Array, width: number, height: number): Grey {
  return paint(width, height, (x, y) => {
    const [r = 0, g = 0, b = 0, a = 0] = rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4);
    const onWhite = (v: number) => (a === 255 ? v : Math.floor((v * a + 255 * (255 - a) + 127) / 255));
    return (((onWhite(r) + onWhite(b) + 1) >> 1) + onWhite(g) + 1) >> 1;
  });
}

export function halfOf(image: Grey): Grey {
  const at = (x: number, y: number) => image.data[y * image.width + x] ?? 0;
  return paint(image.width >> 1, image.height >> 1, (x, y) => {
    const sum = at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1);
    return (sum + 2) >> 2;
  });
}

/** Smallest, largest and mean (rounded down) of every 8×8 block. */
export function measure(image: Grey): number[][] {
  const low: number[] = [];
  const high: number[] = [];
  const mean: number[] = [];
  for (let top = 0; top < image.height; top += 8) {
    for (let left = 0; left < image.width; left += 8) {
      const block: number[] = [];
      for (let y = top; y < Math.min(top + 8, image.height); y++) {
        for (let x = left; x < Math.min(left + 8, image.width); x++) block.push(image.data[y * image.width + x] ?? 0);
      }
      low.push(Math.min(...block));
      high.push(Math.max(...block));
      mean.push(Math.floor(block.reduce((a, b) => a + b) / block.length));
    }
  }
  return [low, high, mean];
}

/** Where the bits of each line change, a dark end closed at the line's length. */
export function edgesOf(bits: Grey, direction: "rows" | "columns"): number[][] {
  const [lines, length] = direction === "rows" ? [bits.height, bits.width] : [bits.width, bits.height];
  const at = (line: number, i: number) =>
    i < 0 || i >= length ? 0 : bits.data[direction === "rows" ? line * bits.width + i : i * bits.width + line];
  return Array.from({ length: lines }, (_, line) => {
    const edges: number[] = [];
    for (let i = 0; i <= length; i++) if (at(line, i) !== at(line, i - 1)) edges.push(i);
    return edges;
  });
}
