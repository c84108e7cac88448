/**
 * Draws one placed symbol into an image of reflectances, with the area of each pixel resolved: pixels that see one
 * tone only are found by a table of sums, the others are sampled densely. Knows nothing of light or lenses.
 */
import type { Modules } from "../symbols/modules.js";
import {
  bent,
  inverseOf,
  mapped,
  type Placement,
  type Point,
  placedQuad,
  type Quad,
  squareToQuad,
  unbent,
} from "./geometry.js";

/** A grey image of reflectances or intensities, 0 black to 1 white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Something that hides a part of a symbol, in fractions of the symbol's width and height (quiet zone not included). */
export interface Cover {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Reflectance of what lies there. */
  readonly tone: number;
}

export interface Ink {
  /** Reflectance of dark and light modules. @default 0.06 and 0.92 */
  readonly dark?: number;
  readonly light?: number;
  /** Light symbol on a dark ground, quiet zone included. @default false */
  readonly inverted?: boolean;
  /** Part of a module by which dark areas grow on each side (negative: shrink), |v| < 0.5. @default 0 */
  readonly spread?: number;
  /** Every module of the ink's colour is a round dot of this diameter in modules, as peened or jetted marks are. */
  readonly dots?: number;
}

/** Places of samples within a pixel, spread evenly but in no grid: edges of any direction are met by their true part. */
function samplePattern(count: number): Float64Array {
  // Additive recurrence with the plastic number, the plane's twin of the golden section.
  const plastic = 1.324717957244746;
  const places = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    places[2 * i] = (0.5 + (i + 1) / plastic) % 1;
    places[2 * i + 1] = (0.5 + (i + 1) / (plastic * plastic)) % 1;
  }
  return places;
}

/** Samples per pixel: the fine pattern is right to about 1 % of the tone range. */
const COARSE = samplePattern(16);
const FINE = samplePattern(96);
/** Pixels per module below which the fine pattern is used. */
const FINE_BELOW = 2.5;
const OUTSIDE = -1;

/** Draws the symbol and returns where its own corners (without the quiet zone) came to lie. */
export function drawSymbol(
  into: Picture,
  symbol: Modules,
  placement: Placement,
  ink: Ink,
  covers: readonly Cover[],
): Quad {
  const [fullWidth, fullHeight] = [symbol.width + 2 * symbol.quiet.x, symbol.height + 2 * symbol.quiet.y];
  const middle = { x: into.width / 2, y: into.height / 2 };
  const quad = placedQuad(placement, fullWidth, fullHeight, middle);
  const toImage = squareToQuad(quad);
  const arc = ((placement.bend ?? 0) * Math.PI) / 180;
  const cells = new CellGrid(symbol, fullWidth, fullHeight, ink, covers);
  rasterise(into, quad, inverseOf(toImage), arc, cells);
  const [qx, qy] = [symbol.quiet.x / fullWidth, symbol.quiet.y / fullHeight];
  const corner = (u: number, v: number): Point => mapped(toImage, bent(u, arc), v);
  return [corner(qx, qy), corner(1 - qx, qy), corner(1 - qx, 1 - qy), corner(qx, 1 - qy)];
}

/** The symbol with its quiet zone as tones over a plane of modules. */
class CellGrid {
  /** Number of dark cells above and left of each grid point: tells at once whether a rectangle is of one tone. */
  private readonly sums: Float64Array;
  private readonly tones: Float32Array;
  private readonly spread: number;
  private readonly dots: number;
  /** Tone around dots. */
  private readonly ground: number;
  private readonly quietX: number;
  private readonly quietY: number;

  constructor(
    symbol: Modules,
    readonly width: number,
    readonly height: number,
    ink: Ink,
    private readonly covers: readonly Cover[],
  ) {
    const { dark = 0.06, light = 0.92, inverted: isInverted = false, spread = 0, dots = 0 } = ink;
    this.dots = dots;
    this.ground = isInverted ? dark : light;
    this.spread = isInverted ? -spread : spread;
    this.quietX = symbol.quiet.x;
    this.quietY = symbol.quiet.y;
    this.tones = new Float32Array(width * height).fill(isInverted ? dark : light);
    const darkCells = new Uint8Array(width * height).fill(isInverted ? 1 : 0);
    for (let y = 0; y < symbol.height; y++) {
      for (let x = 0; x < symbol.width; x++) {
        const isDark = (symbol.cells[y * symbol.width + x] === 1) !== isInverted;
        const at = (y + symbol.quiet.y) * width + x + symbol.quiet.x;
        this.tones[at] = isDark ? dark : light;
        darkCells[at] = isDark ? 1 : 0;
      }
    }
    const stride = width + 1;
    this.sums = new Float64Array(stride * (height + 1));
    for (let y = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++) {
        row += darkCells[y * width + x] as number;
        this.sums[(y + 1) * stride + x + 1] = (this.sums[y * stride + x + 1] as number) + row;
      }
    }
  }

  /** The one tone of all cells that touch a rectangle, or undefined where it sees several (or an edge or a cover). */
  uniform(x0: number, y0: number, x1: number, y1: number): number | undefined {
    if (x1 <= 0 || y1 <= 0 || x0 >= this.width || y0 >= this.height) return OUTSIDE;
    const reach = Math.abs(this.spread);
    const [left, top] = [Math.floor(x0 - reach), Math.floor(y0 - reach)];
    const [right, bottom] = [Math.ceil(x1 + reach), Math.ceil(y1 + reach)];
    if (left < 0 || top < 0 || right > this.width || bottom > this.height || this.covers.length > 0) return undefined;
    const stride = this.width + 1;
    const sums = this.sums;
    const dark =
      (sums[bottom * stride + right] as number) -
      (sums[top * stride + right] as number) -
      (sums[bottom * stride + left] as number) +
      (sums[top * stride + left] as number);
    const all = (right - left) * (bottom - top);
    if (dark !== 0 && dark !== all) return undefined;
    // Between dots there is ground.
    if (this.dots > 0 && (this.tones[top * this.width + left] as number) !== this.ground) return undefined;
    return this.tones[top * this.width + left] as number;
  }

  /** Tone at a point of the plane. */
  at(x: number, y: number): number {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return OUTSIDE;
    for (const cover of this.covers) {
      const u = (x - this.quietX) / (this.width - 2 * this.quietX);
      const v = (y - this.quietY) / (this.height - 2 * this.quietY);
      if (u >= cover.left && u < cover.right && v >= cover.top && v < cover.bottom) return cover.tone;
    }
    const tone = this.tone(x, y);
    if (this.dots > 0 && Math.hypot(x - Math.floor(x) - 0.5, y - Math.floor(y) - 0.5) > this.dots / 2)
      return this.ground;
    if (this.spread === 0) return tone;
    const s = Math.abs(this.spread);
    const pick = this.spread > 0 ? Math.min : Math.max;
    return pick(tone, this.tone(x - s, y), this.tone(x + s, y), this.tone(x, y - s), this.tone(x, y + s));
  }

  private tone(x: number, y: number): number {
    const cx = Math.max(0, Math.min(this.width - 1, Math.floor(x)));
    const cy = Math.max(0, Math.min(this.height - 1, Math.floor(y)));
    return this.tones[cy * this.width + cx] as number;
  }
}

function rasterise(into: Picture, quad: Quad, toUnit: readonly number[], arc: number, cells: CellGrid): void {
  const [left, right] = extent(
    quad.map((p) => p.x),
    into.width,
  );
  const [top, bottom] = extent(
    quad.map((p) => p.y),
    into.height,
  );
  const [a, b, c, d, e, f, g, h, i] = toUnit as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // Plane coordinates of the corners of two rows of pixels: (x, y) pairs.
  const span = right - left + 1;
  let above = new Float64Array(2 * span);
  let below = new Float64Array(2 * span);
  const fill = (row: Float64Array, y: number): void => {
    for (let k = 0; k < span; k++) {
      const x = left + k;
      const w = g * x + h * y + i;
      row[2 * k] = unbent((a * x + b * y + c) / w, arc) * cells.width;
      row[2 * k + 1] = ((d * x + e * y + f) / w) * cells.height;
    }
  };
  fill(below, top);
  for (let y = top; y < bottom; y++) {
    [above, below] = [below, above];
    fill(below, y + 1);
    for (let k = 0; k < span - 1; k++) {
      const [ax, ay, bx, by] = [above[2 * k], above[2 * k + 1], above[2 * k + 2], above[2 * k + 3]] as Four;
      const [cx, cy, dx, dy] = [below[2 * k], below[2 * k + 1], below[2 * k + 2], below[2 * k + 3]] as Four;
      const one = cells.uniform(
        Math.min(ax, bx, cx, dx),
        Math.min(ay, by, cy, dy),
        Math.max(ax, bx, cx, dx),
        Math.max(ay, by, cy, dy),
      );
      const at = y * into.width + left + k;
      if (one === OUTSIDE) continue;
      if (one !== undefined) {
        into.data[at] = one;
        continue;
      }
      const perPixel = Math.max(Math.hypot(bx - ax, by - ay), Math.hypot(cx - ax, cy - ay));
      const places = perPixel * FINE_BELOW > 1 ? FINE : COARSE;
      let sum = 0;
      for (let i = 0; i < places.length; i += 2) {
        const [u, v] = [places[i] as number, places[i + 1] as number];
        const [lx, ly] = [ax + (cx - ax) * v, ay + (cy - ay) * v];
        const [rx, ry] = [bx + (dx - bx) * v, by + (dy - by) * v];
        const tone = cells.at(lx + (rx - lx) * u, ly + (ry - ly) * u);
        sum += tone === OUTSIDE ? (into.data[at] as number) : tone;
      }
      into.data[at] = sum / (places.length / 2);
    }
  }
}

type Four = [number, number, number, number];

/** First pixel and the one behind the last that the values touch, within 0–limit. */
function extent(values: readonly number[], limit: number): [number, number] {
  const low = Math.max(0, Math.min(limit, Math.floor(Math.min(...values))));
  const high = Math.max(0, Math.min(limit, Math.ceil(Math.max(...values))));
  return [low, high];
}
