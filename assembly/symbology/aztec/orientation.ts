/** The eight ways to look at a symbol (four turns, seen from the front or from behind), and the marks that tell them. */
import { modeRadius, ringColumn, ringRow } from "./tables";

/** Views: turn in quarters clockwise, + 4 for a symbol seen from behind. */
export const VIEWS: i32 = 8;

export function isMirroredView(view: i32): bool {
  return view >= 4;
}

/** Column in the image's grid of the symbol's module (u, v). */
export function viewU(view: i32, u: i32, v: i32): i32 {
  const a = view >= 4 ? v : u;
  const b = view >= 4 ? u : v;
  const turn = view & 3;
  return turn == 0 ? a : turn == 1 ? -b : turn == 2 ? -a : b;
}

export function viewV(view: i32, u: i32, v: i32): i32 {
  const a = view >= 4 ? v : u;
  const b = view >= 4 ? u : v;
  const turn = view & 3;
  return turn == 0 ? b : turn == 1 ? a : turn == 2 ? -b : -a;
}

/** Softness of the symbol's module (u, v) in a grid of `radius` in a view. */
export function softAt(soft: usize, radius: i32, view: i32, u: i32, v: i32): f32 {
  const column = viewU(view, u, v) + radius;
  const row = viewV(view, u, v) + radius;
  return load<f32>(soft + ((<usize>(row * (2 * radius + 1) + column)) << 2));
}

/** Orientation marks: three modules at each corner of the mode message's ring. */
export const MARKS: i32 = 12;

/** Clause 7.2.2: corner by corner from the top left, each with its neighbours before and behind it clockwise; 1 dark. */
const MARK_BITS: i32 = 0b111_011_100_000;

/** The mark's colour: 1 dark, −1 light. */
export function markAt(index: i32): i32 {
  return ((MARK_BITS >> (MARKS - 1 - index)) & 1) == 1 ? 1 : -1;
}

/** Place of a mark on its ring, counted clockwise from the top left corner. */
function markPlace(index: i32, radius: i32): i32 {
  const around = 8 * radius;
  return ((index / 3) * 2 * radius + (index % 3) - 1 + around) % around;
}

/** Mean agreement of the marks in a view, −1 … 1. */
export function markScore(soft: usize, radius: i32, view: i32, isCompact: bool): f32 {
  const ring = modeRadius(isCompact);
  let sum: f32 = 0;
  for (let i = 0; i < MARKS; i++) {
    const place = markPlace(i, ring);
    const value = softAt(soft, radius, view, ringColumn(ring, place), ringRow(ring, place));
    sum += markAt(i) > 0 ? value : -value;
  }
  return sum / <f32>MARKS;
}

/** Marks that have the wrong colour in a view. */
export function wrongMarks(soft: usize, radius: i32, view: i32, isCompact: bool): i32 {
  const ring = modeRadius(isCompact);
  let wrong: i32 = 0;
  for (let i = 0; i < MARKS; i++) {
    const place = markPlace(i, ring);
    const value = softAt(soft, radius, view, ringColumn(ring, place), ringRow(ring, place));
    if (value > 0 != markAt(i) > 0) wrong++;
  }
  return wrong;
}
