/**
 * The frame's bull's-eyes, looked for once whichever symbology of the QR family asks first: one pass for every frame, a
 * second one for stills. Knows no symbology.
 */
import { LEVELS, planeAt } from "../image/frame";
import { isThorough, seeksInverted } from "../io/options";
import { frameSerial } from "../io/results";
import { isDearTurn } from "./budget";
import { ANY_WIDTH, finderAt, finderCount, hasLevel, openFinders, scanColumns, scanRows } from "./concentric-finder";

/**
 * Every second row shows the finders of modules from 1.4 pixels on: others are looked for in the second pass, where the
 * first one saw something like a fellow.
 */
const FIRST_STEP: i32 = 2;

/** Wider finders of a still are left to the next level. A live frame has fewer chances: there both levels look at them. */
const WIDEST: i32 = 64;

/** Quality of a finder that texture hardly reaches: half of the photographs without a symbol have one of 0.5 somewhere. */
const PROMISING: f32 = 0.7;

/** Frame that the passes belong to, and how many were made. */
let serial: i32 = -1;
let passes: i32 = 0;

/** Widest finder that level 0 looks at. */
function widest(): i32 {
  return isThorough() && hasLevel(1) ? WIDEST : ANY_WIDTH;
}

/** Makes the first pass, in rows, if this frame has not had it yet. Memory of the list stays allocated for the frame. */
export function seekFinders(): void {
  if (serial == frameSerial()) return;
  serial = frameSerial();
  passes = 1;
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  openFinders();
  const withInverted = seeksInverted();
  // A live frame has no second pass: every few frames it looks at all rows at once.
  scanRows(0, withInverted, !isThorough() && isDearTurn() ? 1 : FIRST_STEP, widest());
  if (hasLevel(1)) scanRows(1, withInverted, FIRST_STEP, ANY_WIDTH);
}

/**
 * Makes the second pass, after the first: coarse rows; the rows that were left out, and columns, where rows saw a finder
 * whose fellows may be small or torn.
 */
export function seekMoreFinders(): void {
  if (serial != frameSerial() || passes > 1) return;
  passes = 2;
  const withInverted = seeksInverted();
  if (hasLevel(2)) scanRows(2, withInverted, 1, ANY_WIDTH);
  if (bestQuality() < PROMISING) return;
  scanRows(0, withInverted, 1, widest());
  scanColumns(0, withInverted, 1, widest());
  if (hasLevel(1)) scanColumns(1, withInverted, 1, ANY_WIDTH);
}

/** Quality of the best finder. */
function bestQuality(): f32 {
  let best: f32 = 0;
  for (let i = 0; i < finderCount(); i++) best = max(best, finderAt(i).quality);
  return best;
}
