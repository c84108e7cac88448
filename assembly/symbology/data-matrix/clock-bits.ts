/**
 * Clock tracks on bits alone: whether opposite to two sides that meet ink alternates evenly. A quick look that lets dear
 * ones be spared; it gives no sizes.
 */
import { Plane, bitAt } from "../../image/plane";

/** Places where a side's thickness is looked at. */
const PROBES: i32 = 24;
/** Thickest side in modules as texture tells them. */
const MOST_THICK: f64 = 3;
/** Most modules of a side, and fewest, with what perspective and a doubtful thickness may add. */
const MOST_MODULES: f64 = 200;
const FEWEST_MODULES: f64 = 5;
/** Part of the probes that must show about the same thickness: half of the modules beside a solid side are light. */
const EVEN_SHARE: i32 = 5;

/** Lean that is sought, as a part of the other side; lines that are tried to either side; their distance in modules. */
const MOST_LEAN: f64 = 0.3;
const MOST_LINES: i32 = 24;
const LINE_STEP: f64 = 0.34;

/** A run, and two neighbouring ones, in modules: ink spread makes dark runs wider at the cost of light ones. */
const RUN_LEAST: f64 = 0.18;
const RUN_MOST: f64 = 1.9;
const PAIR_LEAST: f64 = 1.3;
const PAIR_MOST: f64 = 2.8;
/** The same of the first ones: thin print makes the solid side, which they are compared with, 0.64 modules thick. */
const FIRST_RUN_MOST: f64 = 2.3;
const FIRST_PAIR_MOST: f64 = 3.5;
/**
 * Runs of a track that is followed to its end, one less than it has: sides of 8 modules are those of rectangles, whose others have
 * 18 at least (half of that ratio is left to perspective); squares begin at 10. And of both tracks where neither is.
 */
const WHOLE_RUNS: i32 = 6;
const WHOLE_SQUARE_RUNS: i32 = 8;
const OBLONG: f64 = 1.5;
const BOTH_RUNS: i32 = 5;
/** … and of one alone. */
const LONE_RUNS: i32 = 9;
const WHOLE_LEAST: f64 = 0.7;
const WHOLE_MOST: f64 = 1.3;

const depths = memory.data(4 * 24);

/** Evidence from which on there is a track that was followed to its end, or much of two. */
export const STRONG: i32 = 100;
/** Runs and lean (see Clock) of the tracks opposite to the first and the second side that clockEvidence() met. */
export let firstRuns: i32 = 0;
export let firstLean: f64 = 0;
export let secondRuns: i32 = 0;
export let secondLean: f64 = 0;
/** Most runs of a track that count, and what one that was followed to its end counts beside them. */
const MOST_COUNTED: i32 = 144;
const WHOLE_COUNTS: i32 = 10;

/**
 * How much speaks for clock tracks opposite to the sides from (x0, y0) to (x1, y1) and to (x2, y2), `ink` between them and modules of
 * about `module` pixels; 0 where the sides are not about a module thick.
 */
export function clockEvidence(
  plane: Plane,
  x0: f64,
  y0: f64,
  x1: f64,
  y1: f64,
  x2: f64,
  y2: f64,
  module: f64,
  ink: i32,
): i32 {
  const ax = x1 - x0;
  const ay = y1 - y0;
  const bx = x2 - x0;
  const by = y2 - y0;
  const length1 = Math.sqrt(ax * ax + ay * ay);
  const length2 = Math.sqrt(bx * bx + by * by);
  const thickest = MOST_THICK * module + 2;
  const most2 = Math.min(length2 / FEWEST_MODULES, thickest);
  const module2 = thicknessOf(plane, x0, y0, ax, ay, bx / length2, by / length2, most2, ink);
  if (module2 == 0 || length2 > MOST_MODULES * module2) return 0;
  const most1 = Math.min(length1 / FEWEST_MODULES, thickest);
  const module1 = thicknessOf(plane, x0, y0, bx, by, ax / length1, ay / length1, most1, ink);
  if (module1 == 0 || length1 > MOST_MODULES * module1) return 0;
  seekTrack(plane, x1, y1, bx, by, length2, ax / length1, ay / length1, length1, module2, module1, ink);
  secondRuns = bestRuns;
  secondLean = bestLean;
  const isQuiet = bestQuiet;
  const isSecondWhole = isWhole(bestRuns, bestReach, length2, length1);
  seekTrack(plane, x2, y2, ax, ay, length1, bx / length2, by / length2, length2, module1, module2, ink);
  firstRuns = bestRuns;
  firstLean = bestLean;
  const runs = secondRuns;
  const wholes = (isSecondWhole ? 1 : 0) + (isWhole(bestRuns, bestReach, length1, length2) ? 1 : 0);
  const isStrong =
    (isQuiet || bestQuiet) && (wholes > 0 || min(runs, bestRuns) >= BOTH_RUNS || max(runs, bestRuns) >= LONE_RUNS);
  const counted = min(runs, MOST_COUNTED) + min(bestRuns, MOST_COUNTED) + WHOLE_COUNTS * wholes;
  return isStrong ? STRONG + counted : counted + 1;
}

/** True for a track beside a side of such a length, with the other one so long, that was followed to its end. */
function isWhole(runs: i32, reach: f64, length: f64, other: f64): bool {
  if (!(reach > WHOLE_LEAST && reach < WHOLE_MOST)) return false;
  return runs >= (other > OBLONG * length ? WHOLE_RUNS : WHOLE_SQUARE_RUNS);
}

/** Thickness in pixels of the side from (x0, y0) along (ax, ay), measured along (ux, uy); 0 where none is frequent. */
function thicknessOf(plane: Plane, x0: f64, y0: f64, ax: f64, ay: f64, ux: f64, uy: f64, most: f64, ink: i32): f64 {
  let count: i32 = 0;
  const limit = <i32>most + 2;
  for (let k = 0; k < PROBES; k++) {
    const t = 0.04 + (0.92 * <f64>k) / <f64>PROBES;
    let x = x0 + ax * t;
    let y = y0 + ay * t;
    // The edge was put onto a whole pixel: a pixel or two of ground before the ink.
    let depth = -2;
    x -= 1.5 * ux;
    y -= 1.5 * uy;
    for (let d = 0; d < limit + 2; d++) {
      const bit = bitAt(plane, <i32>x, <i32>y);
      if (depth < 0 ? bit == ink : bit != ink) {
        if (depth >= 0) break;
        depth = 0;
      } else if (depth < 0 && d > 3) break;
      if (depth >= 0) depth++;
      x += ux;
      y += uy;
    }
    if (depth <= 0 || depth > limit) continue;
    let at = count++;
    while (at > 0 && load<i32>(depths + ((<usize>(at - 1)) << 2)) > depth) {
      store<i32>(depths + ((<usize>at) << 2), load<i32>(depths + ((<usize>(at - 1)) << 2)));
      at--;
    }
    store<i32>(depths + ((<usize>at) << 2), depth);
  }
  if (count < PROBES >> 2) return 0;
  const depth = <f64>load<i32>(depths + ((<usize>(count >> 2)) << 2));
  let even: i32 = 0;
  for (let k = 0; k < count; k++) {
    if (Math.abs(<f64>load<i32>(depths + ((<usize>k) << 2)) - depth) <= 0.3 * depth + 0.5) even++;
  }
  return even * EVEN_SHARE >= PROBES ? depth : 0;
}

let bestRuns: i32 = 0;
let bestReach: f64 = 0;
let bestLean: f64 = 0;
let bestQuiet = false;

/** Seeks the line from (x, y) along (bx, by) that shows most runs, leaning by (ux, uy). */
function seekTrack(
  plane: Plane,
  x: f64,
  y: f64,
  bx: f64,
  by: f64,
  length: f64,
  ux: f64,
  uy: f64,
  depth: f64,
  module: f64,
  across: f64,
  ink: i32,
): void {
  bestRuns = 0;
  bestReach = 0;
  bestLean = 0;
  bestQuiet = false;
  const lines = min(MOST_LINES, <i32>((MOST_LEAN * depth) / (LINE_STEP * across)));
  // Half a module within the far end.
  x -= 0.5 * across * ux;
  y -= 0.5 * across * uy;
  for (let k = 0; k <= 2 * lines; k++) {
    const line = (k & 1) == 0 ? -(k >> 1) : (k + 1) >> 1;
    const out = <f64>line * LINE_STEP * across;
    walk(plane, x, y, bx + out * ux, by + out * uy, length, module, ink);
    if (walkedRuns > bestRuns && walkedRuns >= FEWEST_RUNS) {
      bestRuns = walkedRuns;
      bestReach = walkedReach;
      bestLean = out / depth;
      const ahead = Math.min(1, walkedReach);
      // A module further out, outside the symbol.
      const beyond = inkAlong(
        plane,
        x + across * ux,
        y + across * uy,
        (bx + out * ux) * ahead,
        (by + out * uy) * ahead,
        module,
        ink,
      );
      bestQuiet = beyond <= MOST_INK;
      if (bestQuiet && isWhole(bestRuns, bestReach, length, depth)) return;
    }
  }
}

/** Fewest runs that are worth a look beyond. */
const FEWEST_RUNS: i32 = 3;
/** Part of the quiet zone beside a track that may be ink: it is one module wide (ISO/IEC 16022, 7.5), and often torn. */
const MOST_INK: f64 = 0.35;
/** Most places of one line that are looked at. */
const MOST_STEPS: f64 = 80;

/** Part of the way from (x, y) along (vx, vy) that is ink. */
export function inkAlong(plane: Plane, x: f64, y: f64, vx: f64, vy: f64, module: f64, ink: i32): f64 {
  const steps = <i32>min<f64>(MOST_STEPS, (2 * Math.max(Math.abs(vx), Math.abs(vy))) / module + 4);
  vx /= <f64>steps;
  vy /= <f64>steps;
  x += 0.5 * vx;
  y += 0.5 * vy;
  let inked: i32 = 0;
  for (let i = 0; i < steps; i++, x += vx, y += vy) {
    if (x >= 0 && y >= 0 && x < <f64>plane.width && y < <f64>plane.height && bitAt(plane, <i32>x, <i32>y) == ink)
      inked++;
  }
  return <f64>inked / <f64>steps;
}

let walkedRuns: i32 = 0;
let walkedReach: f64 = 0;

/** Walks from (x, y) along (vx, vy), `length` pixels long and somewhat on, as long as ink alternates evenly. */
function walk(plane: Plane, x: f64, y: f64, vx: f64, vy: f64, length: f64, module: f64, ink: i32): void {
  const step = Math.max(0.4, Math.min(1, module * 0.2));
  const steps = <i32>((length * WHOLE_MOST) / step);
  vx *= step / length;
  vy *= step / length;
  let mean = module / step;
  let start: i32 = 0;
  let before: f64 = mean;
  let isInk = true;
  let runs: i32 = 0;
  x += vx * 0.5;
  y += vy * 0.5;
  for (let i = 0; i < steps; i++, x += vx, y += vy) {
    if ((bitAt(plane, <i32>x, <i32>y) == ink) == isInk) {
      if (<f64>(i - start) > (runs < 3 ? FIRST_RUN_MOST : RUN_MOST) * mean) break;
      continue;
    }
    const run = <f64>(i - start);
    // The solid side's end is known to half a module: its first run tells nothing.
    if (runs > 0) {
      const pair = run + before;
      if (
        run < RUN_LEAST * mean ||
        (runs > 1 && (pair < PAIR_LEAST * mean || pair > (runs == 2 ? FIRST_PAIR_MOST : PAIR_MOST) * mean))
      )
        break;
      if (runs > 1) mean = runs == 2 ? 0.5 * pair : 0.8 * mean + 0.1 * pair;
    }
    before = run;
    start = i;
    isInk = !isInk;
    runs++;
  }
  walkedRuns = runs;
  walkedReach = ((<f64>start + mean) * step) / length;
}
