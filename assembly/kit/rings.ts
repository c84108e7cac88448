/**
 * Measures a bull's-eye on the grey image: along rays from the centre the rings' edges are found at sub-pixel, which
 * gives centre, area and outline at any rotation and foreshortening, also where part of the pattern is damaged.
 */
import { planeAt } from "../image/frame";
import { Plane } from "../image/plane";
import { bilinear, isInside, levelFor } from "../image/sampler";
import { spend } from "./budget";
import { Finder, RAYS } from "./finder";

/** Ring edges of a finder in modules from its centre: end of the core, of the light ring, of the dark ring. */
const MIDDLE: f32 = 2;
const OUTER: f32 = 3.5;

/** Where rays stop, in modules: a corner seen at half the size, and more. */
const REACH: f64 = 7;
const STEP: f64 = 0.2;

function ray(at: usize, index: i32): f32 {
  return load<f32>(at + ((<usize>(index & (RAYS - 1))) << 2));
}

/**
 * Grey value with dark high, so that light finders read like dark ones. Beyond the image is ground: pictures are often
 * cropped to the symbol.
 */
function ink(plane: Plane, x: f64, y: f64, isInverted: bool): f32 {
  if (!isInside(plane, x, y)) return 0;
  const value = bilinear(plane, x, y);
  return isInverted ? value : 255 - value;
}

/** Cosine and sine of ray k. */
function rayX(k: i32): f64 {
  return Math.cos((<f64>k * 2 * Math.PI) / <f64>RAYS);
}

function rayY(k: i32): f64 {
  return Math.sin((<f64>k * 2 * Math.PI) / <f64>RAYS);
}

const directions = memory.data(512);
let hasDirections = false;

function fillDirections(): void {
  if (hasDirections) return;
  for (let k = 0; k < RAYS; k++) {
    store<f64>(directions + ((<usize>k) << 4), rayX(k));
    store<f64>(directions + ((<usize>k) << 4), rayY(k), 8);
  }
  hasDirections = true;
}

/** Budget units of a quarter of the rays, and of all. */
const GLANCE: i32 = 2;
const LOOK: i32 = 8;

/** Rays of the middle outline (between the core's and the light ring's edge, which spread leaves where it is). */
const middles = memory.data(128);

/**
 * Measures centre, size, outline and quality of a finder from its first guess, twice, so that the second look starts at
 * the centre. False where fewer than `least` of the rays fit.
 */
export function measureRings(finder: Finder, least: f32): bool {
  fillDirections();
  const level = levelFor(finder.size, 2.5);
  const plane = planeAt(level);
  if (plane == null) return false;
  const scale = <f64>(1 << level);
  for (let pass = 0; pass < 2; pass++) {
    const x = finder.x / scale;
    const y = finder.y / scale;
    const size = finder.size / scale;
    // A quarter of the rays tells most texture from a finder.
    if (!spend(pass == 0 ? GLANCE + LOOK : LOOK)) return false;
    const threshold = thresholdAt(plane, x, y, size, finder.isInverted);
    if (threshold < 0) return false;
    if (pass == 0 && castRays(plane, x, y, size, finder, threshold, 4, 3) < 3) return false;
    const needed = <i32>Mathf.ceil(least * <f32>RAYS);
    const good = castRays(plane, x, y, size, finder, threshold, 1, needed);
    if (good < needed) return false;
    finder.quality = <f32>good / <f32>RAYS;
    fillGaps(finder.radii);
    fillGaps(middles);
    const outerArea = outline(finder.radii);
    const ox = centroidX;
    const oy = centroidY;
    const middleArea = outline(middles);
    if (!(outerArea > 1) || !(middleArea > 0.3)) return false;
    // A rounded outline of 32 points: the same for all finders of a symbol, so that it cancels out.
    const measured = (Math.sqrt(outerArea) / (2 * <f64>OUTER) + Math.sqrt(middleArea) / (2 * <f64>MIDDLE)) * 0.5;
    const shiftX = (ox + centroidX) * 0.5;
    const shiftY = (oy + centroidY) * 0.5;
    if (Math.abs(shiftX) + Math.abs(shiftY) > 3 * size) return false;
    if (measured < size * 0.4 || measured > size * 2.5) return false;
    finder.x = (x + shiftX) * scale;
    finder.y = (y + shiftY) * scale;
    finder.size = measured * scale;
  }
  for (let k = 0; k < RAYS; k++) {
    const at = finder.radii + ((<usize>k) << 2);
    store<f32>(at, <f32>(<f64>load<f32>(at) * scale));
  }
  return true;
}

/** Grey value halfway between core and light ring, in ink(); negative where they differ by less than sensor noise. */
function thresholdAt(plane: Plane, x: f64, y: f64, size: f64, isInverted: bool): f32 {
  let dark: f32 = ink(plane, x, y, isInverted);
  let light: f32 = 0;
  for (let k = 0; k < RAYS; k += 4) {
    const dx = load<f64>(directions + ((<usize>k) << 4)) * size;
    const dy = load<f64>(directions + ((<usize>k) << 4), 8) * size;
    dark += ink(plane, x + dx * 0.7, y + dy * 0.7, isInverted);
    let least: f32 = 255;
    for (let r: f64 = 1.4; r < 3.2; r += 0.3) least = min<f32>(least, ink(plane, x + dx * r, y + dy * r, isInverted));
    light += least;
  }
  dark /= <f32>(RAYS / 4 + 1);
  light /= <f32>(RAYS / 4);
  return dark - light < 10 ? -1 : (dark + light) * 0.5;
}

/**
 * Fills the outer and middle radius of every `every`th ray (0 where it does not fit); returns how many fit. Gives up where
 * `needed` cannot be reached any more.
 */
function castRays(
  plane: Plane,
  x: f64,
  y: f64,
  size: f64,
  finder: Finder,
  threshold: f32,
  every: i32,
  needed: i32,
): i32 {
  const isInverted = finder.isInverted;
  const radii = finder.radii;
  const centre = ink(plane, x, y, isInverted);
  if (centre <= threshold) return 0;
  let good: i32 = 0;
  for (let k = 0; k < RAYS; k += every) {
    if (good + (RAYS - k + every - 1) / every < needed) return good;
    const at = (<usize>k) << 2;
    store<f32>(radii + at, 0);
    store<f32>(middles + at, 0);
    const dx = load<f64>(directions + ((<usize>k) << 4)) * size;
    const dy = load<f64>(directions + ((<usize>k) << 4), 8) * size;
    let edges: i32 = 0;
    let first: f32 = 0;
    let second: f32 = 0;
    let third: f32 = 0;
    let before = centre;
    for (let r: f64 = STEP; r < REACH; r += STEP) {
      const value = ink(plane, x + dx * r, y + dy * r, isInverted);
      const isCrossing = edges == 1 ? value > threshold : value <= threshold;
      if (isCrossing) {
        const part = (before - threshold) / (before - value);
        const radius = <f32>((r - STEP + STEP * <f64>part) * size);
        edges++;
        if (edges == 1) first = radius;
        else if (edges == 2) second = radius;
        else {
          third = radius;
          break;
        }
      }
      before = value;
    }
    if (edges < 3) continue;
    const middle = (first + second) * 0.5;
    const share = middle / third;
    const gap = (second - first) / third;
    // 2 : 3.5 and 1 : 3.5 in the standard's proportions; foreshortening within one finder moves them by a tenth.
    if (share < 0.45 || share > 0.7 || gap < 0.1 || gap > 0.48) continue;
    store<f32>(radii + at, third);
    store<f32>(middles + at, middle);
    good++;
  }
  return good;
}

/** Missing rays take the opposite one's length (the pattern is symmetric), else their neighbours' mean. */
function fillGaps(radii: usize): void {
  for (let k = 0; k < RAYS; k++) {
    if (ray(radii, k) != 0) continue;
    store<f32>(radii + ((<usize>k) << 2), ray(radii, k + RAYS / 2));
  }
  for (let k = 0; k < RAYS; k++) {
    if (ray(radii, k) != 0) continue;
    let sum: f32 = 0;
    let n: f32 = 0;
    for (let j = 1; j < RAYS / 2 && n == 0; j++) {
      const before = ray(radii, k - j);
      const after = ray(radii, k + j);
      if (before != 0) {
        sum += before;
        n += 1;
      }
      if (after != 0) {
        sum += after;
        n += 1;
      }
    }
    if (n > 0) store<f32>(radii + ((<usize>k) << 2), sum / n);
  }
}

let centroidX: f64 = 0;
let centroidY: f64 = 0;

/** Area of the polygon through all rays; sets the centroid relative to the rays' origin. */
function outline(radii: usize): f64 {
  let area: f64 = 0;
  let sx: f64 = 0;
  let sy: f64 = 0;
  for (let k = 0; k < RAYS; k++) {
    const next = (k + 1) & (RAYS - 1);
    const r0 = <f64>ray(radii, k);
    const r1 = <f64>ray(radii, next);
    const x0 = load<f64>(directions + ((<usize>k) << 4)) * r0;
    const y0 = load<f64>(directions + ((<usize>k) << 4), 8) * r0;
    const x1 = load<f64>(directions + ((<usize>next) << 4)) * r1;
    const y1 = load<f64>(directions + ((<usize>next) << 4), 8) * r1;
    const part = x0 * y1 - x1 * y0;
    area += part;
    sx += (x0 + x1) * part;
    sy += (y0 + y1) * part;
  }
  centroidX = area > 0 ? sx / (3 * area) : 0;
  centroidY = area > 0 ? sy / (3 * area) : 0;
  return area * 0.5;
}

/** Module length in pixels along (dx, dy) at a finder: the outline's width in that direction over seven modules. */
export function scaleAlong(finder: Finder, dx: f64, dy: f64): f64 {
  const turn = (Math.atan2(dy, dx) / (2 * Math.PI)) * <f64>RAYS + <f64>RAYS;
  const k = <i32>turn;
  const part = <f32>(turn - <f64>k);
  const ahead = ray(finder.radii, k) * (1 - part) + ray(finder.radii, k + 1) * part;
  const back = ray(finder.radii, k + RAYS / 2) * (1 - part) + ray(finder.radii, k + 1 + RAYS / 2) * part;
  return <f64>(ahead + back) / 7;
}
