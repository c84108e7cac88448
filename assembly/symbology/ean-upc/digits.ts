/**
 * Costs of all digits at all positions of a place: the grey profile against predicted characters, while the place's
 * geometry, blur and ink spread are fitted. Knows no check digit.
 */
import { measureDarkness, sampleModules } from "../../kit/darkness";
import { floatAt, setFloat, squaredDistance } from "../../kit/floats";
import { fitCubic } from "../../kit/cubic";
import { PER_MODULE, buildTemplate } from "../../kit/template";
import { COSTS_PER_DIGIT } from "./lattice";
import { digitStart, digitsOf, edgesOf, guardStart, isRightHalf, modulesOf } from "./layout";
import { DIGIT_MODULES, DIGIT_WIDTHS, ELEMENTS } from "./tables";

const SAMPLES: i32 = DIGIT_MODULES * PER_MODULE;
const TEMPLATE_BYTES: usize = (<usize>SAMPLES) << 2;
/** Templates are kept for radii and ink spreads on a grid: sets A, B and C of ten digits for each. */
const SPREADS: i32 = 5;
const SET_BYTES: usize = 30 * TEMPLATE_BYTES;
const cache = memory.data(4 * 5 * 30 * 28 * 4);
const isBuilt = memory.data(4 * 5);
let templates: usize = 0;
const window = memory.data(28 * 4);
const offsets = memory.data(16 * 4);
const weights = memory.data(16 * 4);
const places = memory.data(16 * 4);
const correction = memory.data(4 * 4);

/** The fitted geometry: first and last sample of every digit, f32 pairs; and the outer edges. */
const knots = memory.data(12 * 2 * 4);
export let outerFrom: f32 = 0;
export let outerTo: f32 = 0;
/** Indices of the fitted radius and spread on their grids. */
let radiusIndex: i32 = 1;
let spreadIndex: i32 = 2;

/** Fitted radius of the blur and ink spread, in modules. */
export function fittedRadius(): f32 {
  return radiusIndex == 0 ? 0.5 : radiusIndex == 1 ? 0.8 : radiusIndex == 2 ? 1.2 : 1.6;
}

export function fittedSpread(): f32 {
  return <f32>(spreadIndex - 2) * 0.2;
}

/** Makes `templates` those of the fitted shape. */
function build(): void {
  const index = radiusIndex * SPREADS + spreadIndex;
  templates = cache + <usize>index * SET_BYTES;
  if (load<u8>(isBuilt + <usize>index) != 0) return;
  store<u8>(isBuilt + <usize>index, 1);
  const radius = fittedRadius();
  const spread = fittedSpread();
  for (let d = 0; d < 10; d++) {
    const a = DIGIT_WIDTHS + <usize>(d * ELEMENTS);
    const b = DIGIT_WIDTHS + <usize>((10 + d) * ELEMENTS);
    buildTemplate(a, ELEMENTS, DIGIT_MODULES, false, radius, spread, templates + <usize>d * TEMPLATE_BYTES);
    buildTemplate(b, ELEMENTS, DIGIT_MODULES, false, radius, spread, templates + <usize>(10 + d) * TEMPLATE_BYTES);
    buildTemplate(a, ELEMENTS, DIGIT_MODULES, true, radius, spread, templates + <usize>(20 + d) * TEMPLATE_BYTES);
  }
}

function knot(index: i32): f32 {
  return floatAt(knots, index);
}

/** Where a digit begins and ends, in samples. */
export function digitFrom(index: i32): f32 {
  return knot(2 * index);
}

export function digitTo(index: i32): f32 {
  return knot(2 * index + 1);
}

/** Starts the geometry from a place: outer edges and the shift of the middle guard, smooth between them. */
export function openGeometry(from: f32, to: f32, shift: f32, kind: i32): void {
  const modules = <f32>modulesOf(kind);
  const module = (to - from) / modules;
  outerFrom = from;
  outerTo = to;
  for (let k = 0, n = digitsOf(kind); k < n; k++) {
    for (let side = 0; side < 2; side++) {
      const m = <f32>(digitStart(kind, k) + side * DIGIT_MODULES);
      const t: f32 = (2 * m) / modules - 1;
      setFloat(knots, 2 * k + side, from + module * (m + shift * (1 - t * t)));
    }
  }
}

/** Starts the geometry from a symbol's edges, all of which were found. */
export function openEdges(edges: usize, first: i32, kind: i32): void {
  outerFrom = floatAt(edges, first);
  outerTo = floatAt(edges, first + edgesOf(kind) - 1);
  for (let k = 0, n = digitsOf(kind); k < n; k++) {
    const edge = first + 3 + ELEMENTS * k + (digitStart(kind, k) > guardStart(kind) ? 5 : 0);
    setFloat(knots, 2 * k, floatAt(edges, edge));
    setFloat(knots, 2 * k + 1, floatAt(edges, edge + ELEMENTS));
  }
}

/** Darkness of a place's surroundings in a profile; returns the least contrast met in grey levels. */
export function darken(profile: usize, length: i32, kind: i32, out: usize): f32 {
  const module = (outerTo - outerFrom) / <f32>modulesOf(kind);
  const from = <i32>(outerFrom - 2 * module);
  return measureDarkness(profile, length, from, <i32>(outerTo + 2 * module), 5 * module, out);
}

/**
 * Costs with the geometry as it is, each digit free to move by up to `reach` modules; returns the sum of the least. Once
 * that passes `most` the rest is left out.
 */
export function digitCosts(darkness: usize, length: i32, kind: i32, reach: f32, costs: usize, most: f32): f32 {
  build();
  const modules = modulesOf(kind);
  const count = digitsOf(kind);
  let total: f32 = 0;
  for (let k = 0; k < count; k++) {
    const row = costs + ((<usize>(k * COSTS_PER_DIGIT)) << 2);
    for (let c = 0; c < COSTS_PER_DIGIT; c++) setFloat(row, c, 1e8);
    const start = knot(2 * k);
    const module = (knot(2 * k + 1) - start) / <f32>DIGIT_MODULES;
    let least: f32 = 1e9;
    let offset: f32 = 0;
    let left: f32 = 0;
    let right: f32 = 0;
    let previous: f32 = 0;
    const steps = reach > 0 ? 2 : 0;
    let second: f32 = 1e9;
    for (let s = -steps; s <= steps; s++) {
      const shift = reach * 0.5 * <f32>s;
      const a = start + module * shift;
      const b = a + module * <f32>DIGIT_MODULES;
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
    setFloat(places, k, (2 * (<f32>digitStart(kind, k) + 3.5)) / <f32>modules - 1);
    total += least;
    if (total > most) break;
  }
  return total;
}

/** For digitCosts(). */
export const NO_LIMIT: f32 = 1e9;

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
  memory.fill(correction, 0, 16);
  fitCubic(places, offsets, weights, count + 2, correction);
  const modules = <f32>modulesOf(kind);
  const module = (outerTo - outerFrom) / modules;
  for (let k = 0; k < count; k++) {
    for (let side = 0; side < 2; side++) {
      const m = <f32>(digitStart(kind, k) + side * DIGIT_MODULES);
      const t: f32 = (2 * m) / modules - 1;
      const c2 = floatAt(correction, 2) + t * floatAt(correction, 3);
      const moved = floatAt(correction, 0) + t * (floatAt(correction, 1) + t * c2);
      setFloat(knots, 2 * k + side, knot(2 * k + side) + module * moved);
    }
  }
}

/** Fits geometry, blur and ink spread, then measures the costs; returns the sum of the least. */
export function fitDigits(darkness: usize, length: i32, kind: i32, costs: usize): f32 {
  radiusIndex = 1;
  spreadIndex = 2;
  const hopeless = HOPELESS * <f32>(digitsOf(kind) * SAMPLES);
  const rough = digitCosts(darkness, length, kind, 0.5, costs, hopeless);
  if (rough > hopeless) return rough;
  adjust(kind);
  let least = digitCosts(darkness, length, kind, 0, costs, NO_LIMIT);
  least = tryShape(darkness, length, kind, 0, 2, least, costs);
  least = tryShape(darkness, length, kind, 2, 2, least, costs);
  least = tryShape(darkness, length, kind, 3, 2, least, costs);
  const radius = radiusIndex;
  least = tryShape(darkness, length, kind, radius, 3, least, costs);
  least = tryShape(darkness, length, kind, radius, 1, least, costs);
  if (spreadIndex != 2) least = tryShape(darkness, length, kind, radius, 2 * spreadIndex - 2, least, costs);
  digitCosts(darkness, length, kind, 0.3, costs, NO_LIMIT);
  adjust(kind);
  return digitCosts(darkness, length, kind, 0.16, costs, NO_LIMIT);
}

/**
 * Mean squared error per sample of a first look above which fitting is given up: symbols of the shared corpus stay under
 * 0.05, nine of ten proposals in pictures without a symbol lie above this.
 */
const HOPELESS: f32 = 0.065;

function tryShape(darkness: usize, length: i32, kind: i32, radius: i32, spread: i32, least: f32, costs: usize): f32 {
  const oldRadius = radiusIndex;
  const oldSpread = spreadIndex;
  radiusIndex = radius;
  spreadIndex = spread;
  const cost = digitCosts(darkness, length, kind, 0, costs, least);
  if (cost < least) return cost;
  radiusIndex = oldRadius;
  spreadIndex = oldSpread;
  return least;
}
