/** Test builds only: what tests of postal codes reach into. */
import { barRowAt, barRows } from "./kit/bar-rows";
import { floatAt } from "./kit/floats";
import { clearResults } from "./io/results";
import { openBudget } from "./kit/budget";

/** Rows of bars of the open frame; returns how many. */
export function barRowsFind(): i32 {
  clearResults();
  openBudget();
  return barRows();
}
export function barRowBars(index: i32): i32 {
  return barRowAt(index).bars;
}
export function barRowPitch(index: i32): f32 {
  return barRowAt(index).pitch * barRowAt(index).size;
}
export function barRowUnrest(index: i32): f32 {
  return barRowAt(index).unrest;
}
/** 1 where bars differ above, 2 below. */
export function barRowSides(index: i32): i32 {
  const row = barRowAt(index);
  return (row.differsAbove ? 1 : 0) | (row.differsBelow ? 2 : 0);
}
export function barRowUp(index: i32, bar: i32): f32 {
  return floatAt(barRowAt(index).ups, bar);
}
export function barRowDown(index: i32, bar: i32): f32 {
  return floatAt(barRowAt(index).downs, bar);
}
