/**
 * Measures a bull's-eye on the grey image: along rays from its middle the borders of its rings are found at sub-pixel,
 * whatever the light, and the square that they outline is laid under a grid. Knows nothing of what stands around it.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { levelFor } from "../../image/sampler";
import { spend } from "../../kit/budget";
import { mirrorFloats } from "../../kit/floats";
import { sampleLine } from "../../kit/scan-line";
import { Grid, layGrid } from "./grid";

const RAYS: i32 = 48;
/** Every so many rays are cast at first, then to find the middle. */
const GLANCE: i32 = 6;
const CENTRING: i32 = 2;
/** Borders on a ray: of the dark middle, then of three rings. The last one lies 3.5 modules from the middle. */
const BORDERS: i32 = 4;
const OUTER: f64 = 3.5;

/** Samples of a ray, and of a module's width in the row where the bull's-eye was seen. */
const SAMPLES: i32 = 72;
const PER_MODULE: f64 = 6;
/**
 * Samples of the inner rings, which give the contrast: what lies farther out may be another picture. Further ones are taken
 * by as many, while borders are missing: where there are rings, the last one is met half way.
 */
const INNER: i32 = 18;

/** Part of the rays that must show the rings, of a glance and of all. */
const LEAST_GLANCE: i32 = 7;
const LEAST_RAYS: i32 = 30;

/** Least contrast in grey levels, and part of the contrast that a ring must show. */
const LEAST_CONTRAST: f32 = 10;
const RING_CONTRAST: f32 = 0.2;

const radii = memory.data(48 * 8);
const profile = memory.data(96 * 4);

function radius(index: i32): f64 {
  return load<f64>(radii + ((<usize>index) << 3));
}

/** Cosine and sine of each ray's angle; the first cosine is 0 until they are there. */
const directions = memory.data(48 * 16);

function fillDirections(): void {
  if (load<f64>(directions) != 0) return;
  for (let k = 0; k < RAYS; k++) {
    const angle = (<f64>k * 2 * Math.PI) / <f64>RAYS;
    store<f64>(directions + ((<usize>k) << 4), Math.cos(angle));
    store<f64>(directions + ((<usize>k) << 4), Math.sin(angle), 8);
  }
}

function cosine(index: i32): f64 {
  return load<f64>(directions + ((<usize>index) << 4));
}

function sine(index: i32): f64 {
  return load<f64>(directions + ((<usize>index) << 4), 8);
}

/**
 * Lays the grid under a bull's-eye seen at (x, y), whose modules are `size` pixels wide along its row; all in pixels of level
 * 0. False where there is none.
 */
export function measureEye(grid: Grid, x: f64, y: f64, size: f64, isInverted: bool): bool {
  fillDirections();
  grid.isInverted = isInverted;
  grid.spread = 0;
  const level = levelFor(size, 3);
  const plane = planeAt(level);
  if (plane == null) return false;
  const scale = <f64>(1 << level);
  let cx = x / scale;
  let cy = y / scale;
  const step = size / scale / PER_MODULE;
  if (!spend(1) || !castRays(plane, cx, cy, step, isInverted, GLANCE, LEAST_GLANCE) || !spend(8)) return false;
  for (let pass = 0; pass < 2; pass++) {
    const every = pass == 0 ? CENTRING : 1;
    if (!castRays(plane, cx, cy, step, isInverted, every, LEAST_RAYS / every)) return false;
    fillGaps();
    if (!outline()) return false;
    if (pass > 0) break;
    cx += middleX;
    cy += middleY;
    if (Math.hypot(cx - x / scale, cy - y / scale) > 1.5 * PER_MODULE * step) return false;
  }
  cx += middleX;
  cy += middleY;
  return layGrid(
    grid,
    OUTER,
    (cx + corner0X) * scale,
    (cy + corner0Y) * scale,
    (cx + corner1X) * scale,
    (cy + corner1Y) * scale,
    (cx - corner0X) * scale,
    (cy - corner0Y) * scale,
    (cx - corner1X) * scale,
    (cy - corner1Y) * scale,
  );
}

/** Fills the radius of every `every`th ray, 0 for the others and where it does not show the rings; false where fewer than `least` do. */
function castRays(plane: Plane, x: f64, y: f64, step: f64, isInverted: bool, every: i32, least: i32): bool {
  let missing = RAYS / every - least;
  memory.fill(radii, 0, RAYS * 8);
  for (let k = 0; k < RAYS; k += every) {
    const found = castRay(plane, x, y, step * cosine(k), step * sine(k), isInverted);
    store<f64>(radii + ((<usize>k) << 3), found * step);
    if (!(found > 0) && --missing < 0) return false;
  }
  return true;
}

const extremes = memory.data(8 * 8);
const extremePlaces = memory.data(8 * 4);

function extreme(index: i32): f32 {
  return load<f32>(extremes + ((<usize>index) << 2));
}

function extremePlace(index: i32): i32 {
  return load<i32>(extremePlaces + ((<usize>index) << 2));
}

function setExtreme(index: i32, value: f32, at: i32): void {
  store<f32>(extremes + ((<usize>index) << 2), value);
  store<i32>(extremePlaces + ((<usize>index) << 2), at);
}

function sample(index: i32): f32 {
  return load<f32>(profile + ((<usize>index) << 2));
}

/** Takes INNER samples of a ray from the `first`th on into the profile, as ink; false where they lie outside of the plane. */
function takeSamples(plane: Plane, x: f64, y: f64, dx: f64, dy: f64, first: i32, isInverted: bool): bool {
  const out = profile + ((<usize>first) << 2);
  // Pixel centres are whole numbers there.
  const px = x + dx * <f64>first - 0.5;
  const py = y + dy * <f64>first - 0.5;
  if (!sampleLine(plane, <f32>px, <f32>py, <f32>dx, <f32>dy, INNER, out)) return false;
  if (!isInverted) mirrorFloats(out, INNER, 255);
  return true;
}

/** Distance of the last border in steps, 0 where the rings are not there. */
function castRay(plane: Plane, x: f64, y: f64, dx: f64, dy: f64, isInverted: bool): f64 {
  let low: f32 = 255;
  let high: f32 = 0;
  if (!takeSamples(plane, x, y, dx, dy, 0, isInverted)) return 0;
  for (let i = 0; i < INNER; i++) {
    low = min(low, sample(i));
    high = max(high, sample(i));
  }
  const contrast = high - low;
  if (contrast < LEAST_CONTRAST) return 0;
  const least = max<f32>(contrast * RING_CONTRAST, LEAST_CONTRAST * 0.5);
  // Turning points: dark middle, light ring, dark ring, light ring, dark ring.
  let turns: i32 = 0;
  setExtreme(0, sample(0), 0);
  for (let i = 1; i < SAMPLES && turns <= BORDERS; i++) {
    if (i % INNER == 0 && !takeSamples(plane, x, y, dx, dy, i, isInverted)) break;
    const value = sample(i);
    const isDark = (turns & 1) == 0;
    if (isDark ? value > extreme(turns) : value < extreme(turns)) setExtreme(turns, value, i);
    else if (isDark ? value < extreme(turns) - least : value > extreme(turns) + least) {
      turns++;
      setExtreme(turns, value, i);
    }
  }
  if (turns < BORDERS) return 0;
  // Ink spread makes light rings thin and dark ones thick; from like border to like border it is two modules all the same.
  const first = border(0);
  const second = border(1);
  const third = border(2);
  const last = border(3);
  const inner = third - first;
  const outer = last - second;
  const module = (inner + outer) * 0.25;
  if (inner < 1.4 * module || outer < 1.4 * module || first < 0.05 * module || first > 1.3 * module) return 0;
  const light = (second - first + last - third) * 0.5;
  const dark = third - second;
  if (light < 0.2 * module || dark < 0.2 * module) return 0;
  return last + (dark - light) * 0.25;
}

/** Where the profile crosses the middle between two turning points. */
function border(index: i32): f64 {
  const middle = (extreme(index) + extreme(index + 1)) * 0.5;
  const end = extremePlace(index + 1);
  for (let i = extremePlace(index); i < end; i++) {
    const a = sample(i) - middle;
    const b = sample(i + 1) - middle;
    if (a * b <= 0 && a != b) return <f64>i + <f64>(a / (a - b));
  }
  return <f64>end;
}

/** Rays that show nothing take the opposite one's length, else their neighbour's. */
function fillGaps(): void {
  for (let k = 0; k < RAYS; k++) {
    if (radius(k) == 0) store<f64>(radii + ((<usize>k) << 3), radius((k + RAYS / 2) % RAYS));
  }
  for (let k = 1; k < 2 * RAYS; k++) {
    if (radius(k % RAYS) == 0) store<f64>(radii + ((<usize>(k % RAYS)) << 3), radius((k - 1) % RAYS));
  }
}

let middleX: f64 = 0;
let middleY: f64 = 0;
let corner0X: f64 = 0;
let corner0Y: f64 = 0;
let corner1X: f64 = 0;
let corner1Y: f64 = 0;

/**
 * The parallelogram that the rays outline: its second moments say how a square was stretched, and in the picture in which it
 * is a square again the fourth harmonic of its area says where the corners are. Sets middle and two neighbouring corners,
 * which are relative to the rays' origin and to the middle.
 */
function outline(): bool {
  let area: f64 = 0;
  let mx: f64 = 0;
  let my: f64 = 0;
  for (let k = 0; k < RAYS; k++) {
    const next = (k + 1) % RAYS;
    const x0 = radius(k) * cosine(k);
    const y0 = radius(k) * sine(k);
    const x1 = radius(next) * cosine(next);
    const y1 = radius(next) * sine(next);
    const part = (x0 * y1 - x1 * y0) * 0.5;
    area += part;
    mx += (part * (x0 + x1)) / 3;
    my += (part * (y0 + y1)) / 3;
  }
  if (!(area > 4)) return false;
  middleX = mx / area;
  middleY = my / area;
  // Second moments about the middle, of triangles from the middle to each side.
  let sxx: f64 = 0;
  let sxy: f64 = 0;
  let syy: f64 = 0;
  for (let k = 0; k < RAYS; k++) {
    const next = (k + 1) % RAYS;
    const x0 = radius(k) * cosine(k) - middleX;
    const y0 = radius(k) * sine(k) - middleY;
    const x1 = radius(next) * cosine(next) - middleX;
    const y1 = radius(next) * sine(next) - middleY;
    const part = (x0 * y1 - x1 * y0) / 12;
    sxx += part * (x0 * x0 + x0 * x1 + x1 * x1);
    syy += part * (y0 * y0 + y0 * y1 + y1 * y1);
    sxy += part * (x0 * y0 + x1 * y1 + (x0 * y1 + x1 * y0) * 0.5);
  }
  // Cholesky: (x, y) = L · (p, q), where p and q have equal moments.
  const a = Math.sqrt(sxx);
  if (!(a > 0)) return false;
  const b = sxy / a;
  const rest = syy - b * b;
  if (!(rest > 1e-3 * syy)) return false;
  const c = Math.sqrt(rest);
  let real: f64 = 0;
  let imaginary: f64 = 0;
  for (let k = 0; k < RAYS; k++) {
    const next = (k + 1) % RAYS;
    const p0 = (radius(k) * cosine(k) - middleX) / a;
    const q0 = (radius(k) * sine(k) - middleY - b * p0) / c;
    const p1 = (radius(next) * cosine(next) - middleX) / a;
    const q1 = (radius(next) * sine(next) - middleY - b * p1) / c;
    const part = p0 * q1 - p1 * q0;
    const turn = 4 * Math.atan2(q0 + q1, p0 + p1);
    real += part * Math.cos(turn);
    imaginary += part * Math.sin(turn);
  }
  // A square's area lies towards its corners.
  const turn = Math.atan2(imaginary, real) * 0.25;
  const reach = Math.sqrt(area / (2 * a * c));
  const p = reach * Math.cos(turn);
  const q = reach * Math.sin(turn);
  corner0X = a * p;
  corner0Y = b * p + c * q;
  corner1X = -a * q;
  corner1Y = -b * q + c * p;
  return true;
}
