/**
 * How far a linear symbol reaches above and below the one line on which it was read. Pure; knows pixels, no formats.
 */
import type { Point } from "../types.js";
import type { DecodedImage } from "./engine.js";
import type { Corners } from "./geometry.js";

/** Samples along the line; enough to tell the bars of any symbol apart. */
const SAMPLES = 256;
/** A parallel line belongs to the symbol while its tones go with those of the first one so far (1 is the same line). */
const LEAST_CORRELATION = 0.6;
/** Pixels by which a line may have slid against the one before. */
const SLIDE = 0.5;
/** The points of a result lie within the outermost elements; the outline goes a little further, in lengths of the line. */
const OVERHANG = 0.025;

/** Corners clockwise from the upper end of the start, in the image's own coordinates. */
export function linearExtent(image: DecodedImage, start: Point, end: Point): Corners {
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  if (length === 0) return [start, end, end, start];
  const along = { x: (end.x - start.x) / length, y: (end.y - start.y) / length };
  const down = { x: -along.y, y: along.x };
  const first = tonesOf(image, start, end);
  // Bars lean where the line does not run square to them, so each next line may have slid a little.
  const reach = (direction: 1 | -1): Point => {
    let edge = { x: 0, y: 0 };
    for (let distance = 1; distance < length; distance++) {
      const slides = [0, -SLIDE, SLIDE].map((slide) => moved(moved(edge, down, direction), along, slide));
      const fits = slides.map((by) => correlation(first, tonesOf(image, sum(start, by), sum(end, by))));
      const best = fits.indexOf(Math.max(...fits));
      if ((fits[best] as number) < LEAST_CORRELATION) break;
      edge = slides[best] as Point;
    }
    return edge;
  };
  const [above, below] = [reach(-1), reach(1)];
  const from = moved(start, along, -length * OVERHANG);
  const to = moved(end, along, length * OVERHANG);
  return [sum(from, above), sum(to, above), sum(to, below), sum(from, below)];
}

const sum = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });

const moved = (point: Point, direction: Point, by: number): Point => ({
  x: point.x + direction.x * by,
  y: point.y + direction.y * by,
});

function tonesOf({ data, width, height }: DecodedImage, start: Point, end: Point): Float64Array {
  return Float64Array.from({ length: SAMPLES }, (_, index) => {
    const part = index / (SAMPLES - 1);
    const x = Math.round(start.x + (end.x - start.x) * part);
    const y = Math.round(start.y + (end.y - start.y) * part);
    return x < 0 || y < 0 || x >= width || y >= height ? 255 : (data[y * width + x] as number);
  });
}

/** Pearson's coefficient; 0 for a line of one tone. */
function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (tones: Float64Array) => tones.reduce((sum, tone) => sum + tone, 0) / tones.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const da = (a[index] as number) - meanA;
    const db = (b[index] as number) - meanB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
