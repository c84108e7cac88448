/** Test build only: what tests of the QR Code reader and of the shared mathematics reach into. */
import { LEVELS, planeAt, rowsAt } from "./image/frame";
import { clearResults } from "./io/results";
import { finderAt } from "./kit/concentric-finder";
import { openBudget } from "./kit/budget";
import { read } from "./symbology/qr-code/index";
import { tripleAt } from "./symbology/qr-code/triples";

export { finderCount } from "./kit/concentric-finder";
export { tripleCount } from "./symbology/qr-code/triples";
export { candidateCount, workDone } from "./kit/budget";

export function finderX(i: i32): f64 {
  return finderAt(i).x;
}
export function finderY(i: i32): f64 {
  return finderAt(i).y;
}
export function finderSize(i: i32): f64 {
  return finderAt(i).size;
}
export function finderQuality(i: i32): f32 {
  return finderAt(i).quality;
}
export function finderHits(i: i32): i32 {
  return finderAt(i).hits;
}
export function finderIsInverted(i: i32): bool {
  return finderAt(i).isInverted;
}
export function triplePenalty(i: i32): f64 {
  return tripleAt(i).penalty;
}
export function tripleSpan(i: i32): f64 {
  return tripleAt(i).span;
}

/** The front end's part of a frame, so that qrRead() can be measured alone. */
export function qrPrepare(): void {
  clearResults();
  openBudget();
  planeAt(LEVELS - 1);
  rowsAt(0);
  rowsAt(1);
}
export function qrRead(): void {
  read();
}
