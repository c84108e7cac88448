/**
 * Frames without a barcode, drawn from a seed: print, texture, edges, defocus, sensor noise. The corpus' photographs
 * where it is there. Knows no decoder.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

sharp.concurrency(1);
const CORPUS = fileURLToPath(new URL("../../shared/corpus/", import.meta.url));

/** @typedef {{name: string, data: Uint8ClampedArray, width: number, height: number}} Scene RGBA */

/** Seeded numbers 0 ≤ x < 1 (mulberry32). */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const between = (next, low, high) => low + next() * (high - low);
const grey = (level) => `rgb(${Math.round(level)},${Math.round(level * 0.96)},${Math.round(level * 0.9)})`;

/** Glyph-like strokes in lines, as print looks to a detector: no font is needed, so it is the same everywhere. */
function print(next, width, height, size) {
  const parts = [];
  for (let y = size; y < height - size; y += size * 1.7) {
    for (let x = size; x < width - size; x += size * between(next, 0.65, 1.3)) {
      if (next() < 0.15) continue;
      const box = () => `${(x + next() * size * 0.6).toFixed(1)},${(y - next() * size).toFixed(1)}`;
      parts.push(`M${box()}L${box()}Q${box()} ${box()}`);
    }
  }
  const ink = grey(between(next, 15, 60));
  return `<path d="${parts.join("")}" fill="none" stroke="${ink}" stroke-width="${(size / 7).toFixed(1)}"/>`;
}

/** Overlapping boxes and discs with rims: a shelf, a desk, packaging. */
function objects(next, width, height, count) {
  let out = "";
  for (let i = 0; i < count; i++) {
    const fill = grey(between(next, 10, 245));
    const x = next() * width;
    const y = next() * height;
    const size = between(next, 12, width / 6);
    out +=
      next() < 0.6
        ? `<rect x="${x}" y="${y}" width="${size}" height="${size * between(next, 0.3, 2)}" fill="${fill}" transform="rotate(${next() * 90} ${x} ${y})"/>`
        : `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${fill}" stroke="${grey(next() * 255)}" stroke-width="${size / 12}"/>`;
  }
  return out;
}

/** Parallel lines and lattices: blinds, fabric, keyboards; the hardest thing that is no barcode. */
function lattice(next, width, height) {
  const pitch = between(next, 7, 18);
  let out = "";
  for (let x = 0; x < width * 1.5; x += pitch * between(next, 0.8, 1.2)) {
    out += `<rect x="${x}" y="${-height}" width="${pitch * between(next, 0.2, 0.6)}" height="${height * 3}" fill="${grey(between(next, 20, 90))}"/>`;
  }
  return `<g transform="rotate(${between(next, 5, 40)} ${width / 2} ${height / 2})">${out}</g>`;
}

const DRAWINGS = {
  print: (next, w, h) => print(next, w, h, 16),
  "large print": (next, w, h) => print(next, w, h, 46),
  clutter: (next, w, h) => objects(next, w, h, 220),
  "clutter and print": (next, w, h) => objects(next, w, h, 60) + print(next, w, h * 0.6, 22),
  lattice: (next, w, h) => lattice(next, w, h) + objects(next, w, h, 12),
  "out of focus": (next, w, h) => objects(next, w, h, 80),
};
const BLUR = { "out of focus": 9, lattice: 1.2 };

/** Puts uneven light and sensor noise on an image. */
function expose(rgb, width, height, next) {
  const data = new Uint8ClampedArray(width * height * 4);
  const tilt = between(next, -0.35, 0.35);
  for (let i = 0, p = 0; i < data.length; i += 4, p += 3) {
    const light = 1 + tilt * (((i >> 2) % width) / width - 0.5);
    const grain = (next() + next() + next() - 1.5) * 6;
    data[i] = rgb[p] * light + grain;
    data[i + 1] = rgb[p + 1] * light + grain;
    data[i + 2] = rgb[p + 2] * light + grain;
    data[i + 3] = 255;
  }
  return { data, width, height };
}

/** @returns {Promise<Scene[]>} the same frames for the same size, everywhere */
export async function drawnScenes(width, height) {
  const scenes = [];
  for (const [index, [name, draw]] of Object.entries(DRAWINGS).entries()) {
    const next = random(1000 + index);
    const ground = grey(between(next, 180, 235));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${ground}"/>${draw(next, width, height)}</svg>`;
    const image = sharp(Buffer.from(svg))
      .blur(BLUR[name] ?? 0.7)
      .removeAlpha();
    scenes.push({ name, ...expose(await image.raw().toBuffer(), width, height, next) });
  }
  return scenes;
}

/** @returns {Promise<Scene[]>} photographs without a barcode; none where the corpus is not there */
export async function photographedScenes(width, height) {
  const scenes = [];
  for (const set of ["falsepositives-1", "falsepositives-2"]) {
    const folder = join(CORPUS, set);
    if (!existsSync(folder)) continue;
    for (const [index, file] of readdirSync(folder).sort().entries()) {
      const image = sharp(join(folder, file)).flatten({ background: "#fff" }).toColourspace("srgb");
      const rgb = await image.resize(width, height, { fit: "cover" }).removeAlpha().raw().toBuffer();
      scenes.push({ name: `${set}/${file}`, ...expose(rgb, width, height, random(2000 + index)) });
    }
  }
  return scenes;
}
