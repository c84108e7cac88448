/**
 * Backgrounds: flat, shaded, textured, and cluttered with things that look a little like print. Seeded; never a symbol.
 */
import type { Random } from "../symbols/random.js";
import type { Picture } from "./symbol-raster.js";

export type Background = "white" | "grey" | "gradient" | "texture" | "clutter";

/** Fills a picture. */
export function paintBackground(into: Picture, kind: Background, random: Random): void {
  switch (kind) {
    case "white":
      into.data.fill(0.92);
      return;
    case "grey":
      into.data.fill(0.5);
      return;
    case "gradient":
      paintGradient(into, random);
      return;
    case "texture":
      paintTexture(into, random);
      return;
    case "clutter":
      paintTexture(into, random, 0.7, 0.15);
      paintClutter(into, random);
  }
}

function paintGradient(into: Picture, random: Random): void {
  const angle = random.between(0, 2 * Math.PI);
  const [dx, dy] = [Math.cos(angle) / into.width, Math.sin(angle) / into.height];
  for (let y = 0, at = 0; y < into.height; y++) {
    for (let x = 0; x < into.width; x++, at++) {
      const t = (x - into.width / 2) * dx + (y - into.height / 2) * dy;
      into.data[at] = Math.max(0.05, Math.min(0.95, 0.5 + 0.6 * t));
    }
  }
}

/** Cells of the coarsest grid and the number of octaves of the value noise. */
const NOISE_CELL = 64;
const OCTAVES = 4;

/** Smooth value noise of several octaves about `mean`, like paper, wood or cloth. */
function paintTexture(into: Picture, random: Random, mean = 0.5, depth = 0.45): void {
  into.data.fill(mean);
  let amplitude = depth;
  for (let octave = 0, cell = NOISE_CELL; octave < OCTAVES; octave++, cell >>= 1, amplitude /= 2) {
    addNoiseOctave(into, random, cell, amplitude);
  }
  for (let at = 0; at < into.data.length; at++) into.data[at] = Math.max(0.02, Math.min(0.98, into.data[at] as number));
}

function addNoiseOctave(into: Picture, random: Random, cell: number, amplitude: number): void {
  const columns = Math.ceil(into.width / cell) + 2;
  const rows = Math.ceil(into.height / cell) + 2;
  const knots = Float32Array.from({ length: columns * rows }, () => random.between(-amplitude, amplitude));
  for (let y = 0, at = 0; y < into.height; y++) {
    const row = Math.floor(y / cell);
    const v = smooth(y / cell - row);
    for (let x = 0; x < into.width; x++, at++) {
      const column = Math.floor(x / cell);
      const u = smooth(x / cell - column);
      const k = row * columns + column;
      const top = (knots[k] as number) * (1 - u) + (knots[k + 1] as number) * u;
      const bottom = (knots[k + columns] as number) * (1 - u) + (knots[k + columns + 1] as number) * u;
      into.data[at] = (into.data[at] as number) + top * (1 - v) + bottom * v;
    }
  }
}

const smooth = (t: number): number => t * t * (3 - 2 * t);

/** Lines of letter-like strokes, rules, boxes and pictures. */
function paintClutter(into: Picture, random: Random): void {
  const blocks = Math.round((into.width * into.height) / 12_000);
  for (let block = 0; block < blocks; block++) {
    const x = random.int(0, into.width);
    const y = random.int(0, into.height);
    const kind = random.next();
    if (kind < 0.7) paintWords(into, random, x, y);
    else if (kind < 0.85) fillRect(into, x, y, random.int(20, 120), random.int(1, 3), random.between(0.05, 0.4));
    else fillRect(into, x, y, random.int(8, 60), random.int(8, 60), random.between(0.05, 0.9));
  }
}

function paintWords(into: Picture, random: Random, left: number, top: number): void {
  const size = random.int(6, 20);
  const tone = random.between(0.05, 0.35);
  const stroke = Math.max(1, Math.round(size / 7));
  let x = left;
  for (let letter = random.int(3, 14); letter > 0; letter--) {
    if (random.next() < 0.15) x += size;
    const width = Math.round(size * random.between(0.35, 0.75));
    // A letter is two to four strokes of a box with a bar: no two neighbours are alike, so no run pattern repeats.
    if (random.next() < 0.8) fillRect(into, x, top, stroke, size, tone);
    if (random.next() < 0.5)
      fillRect(into, x + width - stroke, top + random.int(0, size >> 1), stroke, size >> 1, tone);
    if (random.next() < 0.6) fillRect(into, x, top, width, stroke, tone);
    if (random.next() < 0.6) fillRect(into, x, top + (size >> 1), width, stroke, tone);
    if (random.next() < 0.5) fillRect(into, x, top + size - stroke, width, stroke, tone);
    x += width + stroke + random.int(1, 2);
  }
}

function fillRect(into: Picture, left: number, top: number, width: number, height: number, tone: number): void {
  const [x0, x1] = [Math.max(0, left), Math.min(into.width, left + width)];
  const [y0, y1] = [Math.max(0, top), Math.min(into.height, top + height)];
  for (let y = y0; y < y1 && x0 < x1; y++) into.data.fill(tone, y * into.width + x0, y * into.width + x1);
}
