/** Test build only: what tests of the linear readers reach into. */
import { Directions, measureDirections } from "./image/direction";
import { planeAt } from "./image/frame";
import { allocSymbol } from "./io/symbol";
import { decodeContent } from "./symbology/code-128/content";
import {
  bestCheck,
  bestCost,
  bestDigits,
  bestSystem,
  secondCost,
  solveEan13,
  solveEan2,
  solveEan5,
  solveEan8,
  solveUpcE,
} from "./symbology/ean-upc/lattice";

export { findEdges } from "./kit/edges";
export { sharpen } from "./kit/sharpen";
export { settle } from "./symbology/code-128/check";

/** Address of a field of the open frame (see Directions), 0 where there is none. */
export function directionsOf(level: i32, step: i32): usize {
  const plane = planeAt(level);
  return plane == null ? 0 : changetype<usize>(measureDirections(plane, step) as Directions);
}

/** Solves a cost table: 0 EAN-13, 1 EAN-8, 2 UPC-E, 3 EAN-2, 4 EAN-5; returns the address of the cheapest digits. */
export function solveCosts(kind: i32, costs: usize): usize {
  if (kind == 0) solveEan13(costs);
  else if (kind == 1) solveEan8(costs);
  else if (kind == 2) solveUpcE(costs);
  else if (kind == 3) solveEan2(costs);
  else solveEan5(costs);
  return bestDigits;
}

export function solvedCost(): f32 {
  return bestCost;
}
export function solvedSecond(): f32 {
  return secondCost;
}
export function solvedSystem(): i32 {
  return bestSystem;
}
export function solvedCheck(): i32 {
  return bestCheck;
}

/** Status of decoding Code 128 characters, start character first. */
export function decodeCode128(characters: usize, count: i32): i32 {
  const symbol = allocSymbol(5, 2 * count, 1);
  return symbol == null ? -1 : decodeContent(characters, count, symbol);
}
