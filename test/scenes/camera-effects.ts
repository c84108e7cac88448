/**
 * What light, lens and sensor do to a picture: shading, glare, defocus, motion, contrast, noise, JPEG. Each function
 * takes a picture and changes it in place, or gives bytes; none knows what the picture shows.
 */
import sharp from "sharp";
import type { Random } from "../symbols/random.js";
import type { Picture } from "./symbol-raster.js";

/** Uneven light: brightness falls by `depth` (0–1) from one side to the other, towards `angle` degrees clockwise. */
export function shade(picture: Picture, depth: number, angle: number): void {
  const [c, s] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const reach = Math.abs(c) * picture.width + Math.abs(s) * picture.height;
  for (let y = 0, at = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, at++) {
      const t = ((x - picture.width / 2) * c + (y - picture.height / 2) * s) / reach + 0.5;
      picture.data[at] = (picture.data[at] as number) * (1 - depth * t);
    }
  }
}

export interface Glare {
  readonly x: number;
  readonly y: number;
  /** Pixels at which the added light has fallen to 1/e. */
  readonly radius: number;
  /** Added intensity at the centre; 1 drowns everything. */
  readonly strength: number;
}

/** A spot of reflected light that is added to the picture. */
export function addGlare(picture: Picture, { x, y, radius, strength }: Glare): void {
  const [x0, x1] = [Math.max(0, Math.floor(x - 3 * radius)), Math.min(picture.width, Math.ceil(x + 3 * radius))];
  const [y0, y1] = [Math.max(0, Math.floor(y - 3 * radius)), Math.min(picture.height, Math.ceil(y + 3 * radius))];
  for (let row = y0; row < y1; row++) {
    for (let column = x0; column < x1; column++) {
      const r2 = ((column - x) ** 2 + (row - y) ** 2) / (radius * radius);
      const at = row * picture.width + column;
      picture.data[at] = (picture.data[at] as number) + strength * Math.exp(-r2);
    }
  }
}

/** Defocus: a Gaussian of `sigma` pixels, edges continued. */
export function blur(picture: Picture, sigma: number): void {
  if (sigma <= 0) return;
  const radius = Math.ceil(3 * sigma);
  const weights = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  for (let i = 0; i <= radius; i++) weights[i] = (weights[i] as number) / sum;
  const half = new Float32Array(picture.data.length);
  convolveRows(picture.data, half, picture.width, picture.height, weights);
  convolveColumns(half, picture.data, picture.width, picture.height, weights);
}

function convolveRows(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  weights: Float32Array,
): void {
  const radius = weights.length - 1;
  const line = new Float32Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    line.fill(from[start] as number, 0, radius);
    line.set(from.subarray(start, start + width), radius);
    line.fill(from[start + width - 1] as number, radius + width);
    for (let x = 0; x < width; x++) {
      let sum = (line[x + radius] as number) * (weights[0] as number);
      for (let k = 1; k <= radius; k++) {
        sum += ((line[x + radius - k] as number) + (line[x + radius + k] as number)) * (weights[k] as number);
      }
      to[start + x] = sum;
    }
  }
}

function convolveColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  weights: Float32Array,
): void {
  const radius = weights.length - 1;
  to.fill(0);
  for (let y = 0; y < height; y++) {
    for (let k = -radius; k <= radius; k++) {
      const source = Math.max(0, Math.min(height - 1, y + k)) * width;
      const weight = weights[Math.abs(k)] as number;
      for (let x = 0; x < width; x++) {
        to[y * width + x] = (to[y * width + x] as number) + (from[source + x] as number) * weight;
      }
    }
  }
}

/** The camera moved by `length` pixels towards `angle` degrees clockwise while the shutter was open. */
export function smear(picture: Picture, length: number, angle: number): void {
  if (length <= 0) return;
  const steps = Math.max(2, Math.ceil(2 * length));
  const source = picture.data.slice();
  picture.data.fill(0);
  for (let step = 0; step < steps; step++) {
    const t = (step / (steps - 1) - 0.5) * length;
    const dx = t * Math.cos((angle * Math.PI) / 180);
    const dy = t * Math.sin((angle * Math.PI) / 180);
    addShifted(picture, source, dx, dy, 1 / steps);
  }
}

function addShifted(
  { width, height, data }: Picture,
  source: Float32Array,
  dx: number,
  dy: number,
  weight: number,
): void {
  const [ix, iy] = [Math.floor(dx), Math.floor(dy)];
  const [fx, fy] = [dx - ix, dy - iy];
  const w = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy].map((v) => v * weight) as [
    number,
    number,
    number,
    number,
  ];
  const clamp = (v: number, limit: number): number => (v < 0 ? 0 : v >= limit ? limit - 1 : v);
  for (let y = 0; y < height; y++) {
    const r0 = clamp(y + iy, height) * width;
    const r1 = clamp(y + iy + 1, height) * width;
    for (let x = 0; x < width; x++) {
      const c0 = clamp(x + ix, width);
      const c1 = clamp(x + ix + 1, width);
      data[y * width + x] =
        (data[y * width + x] as number) +
        (source[r0 + c0] as number) * w[0] +
        (source[r0 + c1] as number) * w[1] +
        (source[r1 + c0] as number) * w[2] +
        (source[r1 + c1] as number) * w[3];
    }
  }
}

/** Standard deviation of the sum of four random bytes: noise needs one draw per pixel so. */
const FOUR_BYTES_SIGMA = Math.sqrt((4 * (256 * 256 - 1)) / 12);
const FOUR_BYTES_MEAN = 4 * 127.5;

/**
 * What the sensor hands out: intensities from `black` to `white` become 0–255, with noise of `noise` grey levels
 * (standard deviation, near enough Gaussian).
 */
export function exposed(picture: Picture, black: number, white: number, noise: number, random: Random): Uint8Array {
  const out = new Uint8Array(picture.data.length);
  const gain = 255 / (white - black);
  const scale = noise / FOUR_BYTES_SIGMA;
  for (let at = 0; at < out.length; at++) {
    let value = ((picture.data[at] as number) - black) * gain + 0.5;
    if (noise > 0) {
      const r = random.bits();
      value += ((r & 255) + ((r >>> 8) & 255) + ((r >>> 16) & 255) + (r >>> 24) - FOUR_BYTES_MEAN) * scale;
    }
    out[at] = Math.max(0, Math.min(255, value));
  }
  return out;
}

/** What is left of grey bytes after a JPEG file of a quality of 1–100. */
export async function throughJpeg(
  data: Uint8Array,
  width: number,
  height: number,
  quality: number,
): Promise<Uint8Array> {
  const file = await sharp(data, { raw: { width, height, channels: 1 } })
    .jpeg({ quality })
    .toBuffer();
  return new Uint8Array(await sharp(file).greyscale().raw().toBuffer());
}
