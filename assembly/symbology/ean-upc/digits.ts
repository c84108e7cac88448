/**
 * Costs of all digits at all positions of a place: the grey profile against predicted characters, while the place's
 * geometry, blur and ink spread are fitted. Knows no check digit.
 */
import { measureDarkness, sampleModules } from "../../kit/darkness";
import { floatAt, setFloat, squaredDistance } from "../../kit/floats";
import { fitCubic } from "../../kit/cubic";
import { PER_MODULE, buildTemplate } from "../../kit/template";
import { COSTS_PER_DIGIT } from "./lattice";
import { digitStart, digitsOf, isRightHalf, modulesOf } from "./layout";
import { DIGIT_MODULES, DIGIT_WIDTHS, ELEMENTS } from "./tables";

const SAMPLES: i32 = DIGIT_MODULES * PER_MODULE;
const TEMPLATE_BYTES: usize = (<usize>SAMPLES) << 2;
/** Sets A, B and C, ten digits each. */
const templates = memory.data(30 * 28 * 4);
const window = memory.data(28 * 4);
const offsets = memory.data(16 * 4);
const weights = memory.data(16 * 4);
const places = memory.data(16 * 4);
let builtRadius: f32 = -1;
let builtSpread: f32 = -1;

/** The fitted geometry: sample index of module m is from + module·m + a cubic correction. */
export const geometry = memory.data(8 * 4);
export const GEOMETRY_FROM: i32 = 0;
export const GEOMETRY_MODULE: i32 = 1;
/** Four coefficients over t = 2m / modules − 1, in modules. */
export const GEOMETRY_CUBIC: i32 = 2;
export let fittedRadius: f32 = 0.7;
export let fittedSpread: f32 = 0;

function build(radius: f32, spread: f32): void {
  if (radius == builtRadius && spread == builtSpread) return;
  builtRadius = radius;
  builtSpread = spread;
  for (let d = 0; d < 10; d++) {
    const a = DIGIT_WIDTHS + <usize>(d * ELEMENTS);
    const b = DIGIT_WIDTHS + <usize>((10 + d) * ELEMENTS);
    buildTemplate(a, ELEMENTS, DIGIT_MODULES, false, radius, spread, templates + <usize>d * TEMPLATE_BYTES);
    buildTemplate(b, ELEMENTS, DIGIT_MODULES, false, radius, spread, templates + <usize>(10 + d) * TEMPLATE_BYTES);
    buildTemplate(a, ELEMENTS, DIGIT_MODULES, true, radius, spread, templates + <usize>(20 + d) * TEMPLATE_BYTES);
  }
}

/** Sample index of a module. */
export function placeOf(module: f32, modules: i32): f32 {
  const t: f32 = (2 * module) / <f32>modules - 1;
  const c0 = floatAt(geometry, GEOMETRY_CUBIC);
  const c1 = floatAt(geometry, GEOMETRY_CUBIC + 1);
  const c2 = floatAt(geometry, GEOMETRY_CUBIC + 2);
  const c3 = floatAt(geometry, GEOMETRY_CUBIC + 3);
  const correction = c0 + t * (c1 + t * (c2 + t * c3));
  return floatAt(geometry, GEOMETRY_FROM) + floatAt(geometry, GEOMETRY_MODULE) * (module + correction);
}

/** Starts the geometry from a place: outer edges and the shift of the middle guard. */
export function openGeometry(from: f32, to: f32, shift: f32, modules: i32): void {
  setFloat(geometry, GEOMETRY_FROM, from);
  setFloat(geometry, GEOMETRY_MODULE, (to - from) / <f32>modules);
  setFloat(geometry, GEOMETRY_CUBIC, shift);
  setFloat(geometry, GEOMETRY_CUBIC + 1, 0);
  setFloat(geometry, GEOMETRY_CUBIC + 2, -shift);
  setFloat(geometry, GEOMETRY_CUBIC + 3, 0);
}

/** Darkness of a place's surroundings in a profile; returns the least contrast met in grey levels. */
export function darken(profile: usize, length: i32, kind: i32, out: usize): f32 {
  const from = floatAt(geometry, GEOMETRY_FROM);
  const module = floatAt(geometry, GEOMETRY_MODULE);
  const to = from + module * <f32>modulesOf(kind);
  return measureDarkness(profile, length, <i32>(from - 2 * module), <i32>(to + 2 * module), 5 * module, out);
}

/** Costs with the geometry as it is, each digit free to move by up to `reach` modules; returns the sum of the least. */
export function digitCosts(darkness: usize, length: i32, kind: i32, reach: f32, costs: usize): f32 {
  build(fittedRadius, fittedSpread);
  const modules = modulesOf(kind);
  const count = digitsOf(kind);
  let total: f32 = 0;
  for (let k = 0; k < count; k++) {
    const row = costs + ((<usize>(k * COSTS_PER_DIGIT)) << 2);
    for (let c = 0; c < COSTS_PER_DIGIT; c++) setFloat(row, c, 1e8);
    const m = <f32>digitStart(kind, k);
    let least: f32 = 1e9;
    let offset: f32 = 0;
    let left: f32 = 0;
    let right: f32 = 0;
    let previous: f32 = 0;
    const steps = reach > 0 ? 2 : 0;
    let second: f32 = 1e9;
    for (let s = -steps; s <= steps; s++) {
      const shift = reach * 0.5 * <f32>s;
      const a = placeOf(m + shift, modules);
      const b = placeOf(m + <f32>DIGIT_MODULES + shift, modules);
      sampleModules(darkness, length, a, b, DIGIT_MODULES, window);
      let here: f32 = 1e9;
      const first = isRightHalf(kind, k) ? 20 : 0;
      const codes = first == 0 ? 20 : 10;
      for (let c = 0; c < codes; c++) {
        const cost =
          squaredDistance(window, templates + <usize>(first + c) * TEMPLATE_BYTES, SAMPLES) + shift * shift * PULL;
        if (cost < floatAt(row, c)) setFloat(row, c, cost);
        here = min(here, cost);
      }
      if (here < least) {
        least = here;
        offset = shift;
        left = previous;
        right = 0;
      } else if (right == 0) {
        right = here;
      }
      previous = here;
    }
    for (let c = 0; c < COSTS_PER_DIGIT; c++) {
      const cost = floatAt(row, c);
      if (cost > least && cost < second) second = cost;
    }
    // Between three equidistant shifts the cost is nearly a parabola.
    if (left > 0 && right > 0) {
      const bend = left + right - 2 * least;
      if (bend > 0) offset += (0.25 * reach * (left - right)) / bend;
    }
    setFloat(offsets, k, offset);
    setFloat(weights, k, (second - least) / (least + 0.5));
    setFloat(places, k, (2 * (m + 3.5)) / <f32>modules - 1);
    total += least;
  }
  return total;
}

/** Cost of a shift of one module: geometry changes smoothly. */
const PULL: f32 = 2;

/** Moves the geometry by what the digits asked for in the last digitCosts(). */
function adjust(kind: i32): void {
  // The outer edges were measured, though coarsely: they hold the cubic's ends.
  const count = digitsOf(kind);
  setFloat(offsets, count, 0);
  setFloat(weights, count, 0.3);
  setFloat(places, count, -1);
  setFloat(offsets, count + 1, 0);
  setFloat(weights, count + 1, 0.3);
  setFloat(places, count + 1, 1);
  fitCubic(places, offsets, weights, count + 2, geometry + ((<usize>GEOMETRY_CUBIC) << 2));
}

/** Fits geometry, blur and ink spread, then measures the costs; returns the sum of the least. */
export function fitDigits(darkness: usize, length: i32, kind: i32, costs: usize): f32 {
  fittedRadius = 0.8;
  fittedSpread = 0;
  digitCosts(darkness, length, kind, 0.5, costs);
  adjust(kind);
  let least = digitCosts(darkness, length, kind, 0, costs);
  least = tryShape(darkness, length, kind, 0.5, 0, least, costs);
  least = tryShape(darkness, length, kind, 1.2, 0, least, costs);
  least = tryShape(darkness, length, kind, 1.6, 0, least, costs);
  const radius = fittedRadius;
  least = tryShape(darkness, length, kind, radius, 0.2, least, costs);
  least = tryShape(darkness, length, kind, radius, -0.2, least, costs);
  if (fittedSpread != 0) least = tryShape(darkness, length, kind, radius, 2 * fittedSpread, least, costs);
  digitCosts(darkness, length, kind, 0.3, costs);
  adjust(kind);
  return digitCosts(darkness, length, kind, 0.16, costs);
}

function tryShape(darkness: usize, length: i32, kind: i32, radius: f32, spread: f32, least: f32, costs: usize): f32 {
  const oldRadius = fittedRadius;
  const oldSpread = fittedSpread;
  fittedRadius = radius;
  fittedSpread = spread;
  const cost = digitCosts(darkness, length, kind, 0, costs);
  if (cost < least) return cost;
  fittedRadius = oldRadius;
  fittedSpread = oldSpread;
  return least;
}
