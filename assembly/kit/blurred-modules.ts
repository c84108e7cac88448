/**
 * What a module of a bar pattern looks like through a lens, by the colours of itself and of two modules at each side:
 * the blur of kit/template.ts reaches no further. Knows no symbology.
 *
 *   colours   five bits, the leftmost module's highest; the middle one is the module itself
 */
import { floatAt, setFloat } from "./floats";
import { PER_MODULE, edgeResponse } from "./template";

/** Shapes of blur and ink spread: shape = radius + RADII · spread. */
export const RADII: i32 = 4;
export const SPREADS: i32 = 5;
export const SHAPES: i32 = 20;
/** Little blur and true widths: where a search begins. */
export const FIRST_SHAPE: i32 = 9;

const COLOURS: i32 = 32;
const tables = memory.data(20 * 32 * 4 * 4);
const isBuilt = memory.data(20);

/** Costs of the modules of a stretch, f32 [module][colours]. */
export const moduleCosts = memory.data(28 * 32 * 4);

/** Half width of the blur in modules. */
function radiusOf(shape: i32): f32 {
  const index = shape % RADII;
  return index == 0 ? 0.45 : index == 1 ? 0.8 : index == 2 ? 1.15 : 1.5;
}

/** By how much bars are too wide, in modules. */
function spreadOf(shape: i32): f32 {
  return <f32>(shape / RADII - 2) * 0.18;
}

function tableOf(shape: i32): usize {
  const table = tables + ((<usize>(shape * COLOURS * PER_MODULE)) << 2);
  if (load<u8>(isBuilt + <usize>shape) != 0) return table;
  store<u8>(isBuilt + <usize>shape, 1);
  const radius = radiusOf(shape);
  const half = spreadOf(shape) * 0.5;
  for (let colours = 0; colours < COLOURS; colours++) {
    for (let s = 0; s < PER_MODULE; s++) {
      const x = (<f32>s + 0.5) / <f32>PER_MODULE;
      let value: f32 = colours >= 16 ? 1 : 0;
      for (let k = 1; k < 5; k++) {
        const before = (colours >> (5 - k)) & 1;
        const after = (colours >> (4 - k)) & 1;
        if (before == after) continue;
        const edge = x - <f32>(k - 2);
        value += after != 0 ? edgeResponse(edge + half, radius) : -edgeResponse(edge - half, radius);
      }
      setFloat(table, colours * PER_MODULE + s, value);
    }
  }
  return table;
}

/** Fills `moduleCosts` with the squared distances of sampled darkness (see sampleModules()) from every colouring. */
export function measureModules(samples: usize, modules: i32, shape: i32): void {
  const table = tableOf(shape);
  for (let m = 0; m < modules; m++) {
    const own = samples + ((<usize>(m * PER_MODULE)) << 2);
    const costs = moduleCosts + ((<usize>(m * COLOURS)) << 2);
    for (let colours = 0; colours < COLOURS; colours++) {
      const expected = table + ((<usize>(colours * PER_MODULE)) << 2);
      const a = floatAt(own, 0) - floatAt(expected, 0);
      const b = floatAt(own, 1) - floatAt(expected, 1);
      const c = floatAt(own, 2) - floatAt(expected, 2);
      const d = floatAt(own, 3) - floatAt(expected, 3);
      setFloat(costs, colours, a * a + b * b + (c * c + d * d));
    }
  }
}

export function moduleCost(module: i32, colours: i32): f32 {
  return floatAt(moduleCosts, (module << 5) + colours);
}

/**
 * Squared distance of sampled darkness from a known pattern: widths (bytes), the first element dark or light, between
 * neighbours of the opposite colour.
 */
export function patternError(samples: usize, widths: usize, elements: i32, darkFirst: bool, shape: i32): f32 {
  const table = tableOf(shape);
  let colours = darkFirst ? 0 : 3;
  let bit = darkFirst ? 1 : 0;
  let module = -2;
  let cost: f32 = 0;
  for (let e = 0; e <= elements; e++) {
    const width = e < elements ? <i32>load<u8>(widths + <usize>e) : 2;
    for (let w = 0; w < width; w++) {
      colours = ((colours << 1) | bit) & 31;
      if (module >= 0) cost += moduleError(samples, module, table, colours);
      module++;
    }
    bit = 1 - bit;
  }
  return cost;
}

function moduleError(samples: usize, module: i32, table: usize, colours: i32): f32 {
  let cost: f32 = 0;
  for (let s = 0; s < PER_MODULE; s++) {
    const d = floatAt(samples, module * PER_MODULE + s) - floatAt(table, colours * PER_MODULE + s);
    cost += d * d;
  }
  return cost;
}
