/** Test build only: what tests of the QR Code reader and of the shared mathematics reach into. */
import { finderAt } from "./kit/concentric-finder";
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
