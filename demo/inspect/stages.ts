/** Paints the stages of a decode as pixels: one function per stage, from data to ImageData. Knows no page. */
import type { Level } from "./core-probe.js";

export type StageName = "luma" | "contrast" | "direction" | "bits" | "rows" | "columns";

function paint(width: number, height: number, colour: (at: number, x: number, y: number) => number): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at++) pixels[at] = colour(at, x, y);
  return image;
}

/** Bytes of a pixel lie red first in memory; typed arrays of words are little-endian wherever WebAssembly runs. */
const rgb = (red: number, green: number, blue: number): number =>
  ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;

const grey = (value: number): number => rgb(value, value, value);

const BLOCK_SHIFT = 3;

/** From dark over violet and orange to pale yellow: brightness grows all the way, so it reads without colour too. */
const HEAT: readonly (readonly [number, number, number])[] = [
  [8, 8, 24],
  [84, 24, 108],
  [190, 54, 84],
  [248, 140, 40],
  [252, 250, 176],
];

export function heat(value: number): number {
  const place = (Math.max(0, Math.min(255, value)) / 255) * (HEAT.length - 1);
  const index = Math.min(HEAT.length - 2, Math.floor(place));
  const [a, b] = [HEAT[index] ?? [0, 0, 0], HEAT[index + 1] ?? [0, 0, 0]];
  const mix = (channel: 0 | 1 | 2) => Math.round(a[channel] + (b[channel] - a[channel]) * (place - index));
  return rgb(mix(0), mix(1), mix(2));
}

/** Colour of a run by its length: each doubling is another hue, so that modules of one size share one. */
function runColour(length: number): number {
  const hue = (Math.log2(Math.max(1, length)) * 55) % 360;
  const part = (shift: number) => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (0.5 - 0.42 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return rgb(part(0), part(8), part(4));
}

export const paintLuma = ({ width, height, luma }: Level): ImageData =>
  paint(width, height, (at) => grey(luma[at] ?? 0));

export const paintBits = ({ width, height, bits }: Level): ImageData =>
  paint(width, height, (at) => (bits[at] === 1 ? grey(16) : grey(244)));

const paintBlocks = ({ width, height, blockColumns }: Level, values: Uint8Array): ImageData =>
  paint(width, height, (_, x, y) => heat(values[(y >> BLOCK_SHIFT) * blockColumns + (x >> BLOCK_SHIFT)] ?? 0));

export const paintContrast = (level: Level): ImageData => paintBlocks(level, level.contrast);
export const paintDirection = (level: Level): ImageData => paintBlocks(level, level.coherence);

/** Dark runs coloured by length on white, along rows or columns. */
export function paintRuns({ width, height }: Level, lines: readonly Uint16Array[], ofColumns: boolean): ImageData {
  const image = paint(width, height, () => grey(244));
  const pixels = new Uint32Array(image.data.buffer);
  const [across, along] = ofColumns ? [width, 1] : [1, width];
  lines.forEach((edges, line) => {
    for (let i = 0; i + 1 < edges.length; i += 2) {
      const [from, to] = [edges[i] ?? 0, edges[i + 1] ?? 0];
      const colour = runColour(to - from);
      for (let k = from; k < to; k++) pixels[line * along + k * across] = colour;
    }
  });
  return image;
}
