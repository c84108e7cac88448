/** Which of the sizes the row address patterns and clusters on a stack's lines speak for. */
import { CLUSTERS, VALUES, codewordOf } from "./codeword-patterns";
import { ADDRESSES, rowAddressOf } from "./row-address";
import { UNREAD, Stack, cellAt } from "./stack";
import { CENTRE_ADDRESS, CODEWORD } from "./stack-march";
import { OPEN_SHAPE, kindOf, stackColumns } from "./addressed-columns";
import { centreOf, clusterOf, leftOf, rightOf, rowsOf, shapeOf } from "./addressed-sizes";

/** A size must have this part of the evidence for it, and be ahead of the next by so much of it. */
const LEAST_SUPPORT: f32 = 0.5;
const LEAST_LEAD: f32 = 0.05;

/** Place of the address on a line in its cycle, −1 where none was read. */
export function addressAt(stack: Stack, column: i32, line: i32, isCentre: bool): i32 {
  const pattern = cellAt(stack, column, line);
  return pattern == UNREAD ? -1 : rowAddressOf(pattern, isCentre);
}

/** The size of a shape, of the first so many, that agrees best with what was read, −1 for none. */
export function settleSize(stack: Stack, shape: i32, sizes: i32): i32 {
  let best: i32 = -1;
  let most: f32 = 0;
  let next: f32 = 0;
  for (let size = 0; size < sizes; size++) {
    if (shapeOf(size) != shape) continue;
    const support = supportOf(stack, size);
    if (support > most) {
      next = most;
      most = support;
      best = size;
    } else {
      next = max(next, support);
    }
  }
  return most >= LEAST_SUPPORT && most - next >= LEAST_LEAD ? best : -1;
}

/**
 * Part of the evidence that speaks for a size less that against it: that addresses lie within its rows, that those of one
 * line name the same row, that clusters go with rows, and that all rows are seen.
 */
function supportOf(stack: Stack, size: i32): f32 {
  const shape = shapeOf(size);
  const rows = rowsOf(size);
  const near = nearOf(size, stack.isBackward);
  const far = nearOf(size, !stack.isBackward);
  let pro: i32 = 0;
  let contra: i32 = 0;
  let seenLow: u32 = 0;
  let seenHigh: u32 = 0;
  for (let line = 0; line < stack.lines; line++) {
    const own = rowOf(addressAt(stack, 0, line, false), near);
    if (own >= 0 && own < rows) {
      pro++;
      if (own < 32) seenLow |= (<u32>1) << (<u32>own);
      else seenHigh |= (<u32>1) << (<u32>(own - 32));
    } else if (own >= 0) {
      contra++;
    }
    for (let column = 1; column < stackColumns(shape); column++) {
      if (own < 0 || cellAt(stack, column, line) == UNREAD) continue;
      const kind = kindOf(shape, column, stack.isBackward);
      let agrees: bool;
      if (kind == CODEWORD) {
        const cluster = codewordOf(cellAt(stack, column, line)) / VALUES;
        agrees = cluster == (own + clusterOf(size)) % CLUSTERS;
      } else {
        const isCentre = kind == CENTRE_ADDRESS;
        const first = isCentre ? centreOf(size) : far;
        agrees = rowOf(addressAt(stack, column, line, isCentre), first) == own;
      }
      if (agrees) pro++;
      else contra++;
    }
  }
  const total = pro + contra;
  if (total == 0) return 0;
  const seen = <f32>(popcnt(seenLow) + popcnt(seenHigh)) / <f32>rows;
  return (<f32>(pro - contra) / <f32>total) * (<f32>0.6 + <f32>0.4 * seen);
}

/** Place in its cycle of the first row's address at the side that a stack is read from. */
export function nearOf(size: i32, isBackward: bool): i32 {
  return isBackward ? rightOf(size) : leftOf(size);
}

/** Row of an address where the first row's is `first`, modulo the cycle; −1 for none. */
function rowOf(address: i32, first: i32): i32 {
  return address < 0 ? -1 : (address - first + ADDRESSES) % ADDRESSES;
}

/** Rows that lines may come off from the left to the right side and still be told from another size. */
const MOST_DRIFT: i32 = 3;

/**
 * By how many rows the lines come off from the left address to the right one, supposing the size of the shape that
 * asks for least; 0 where they do not, or by too much to tell.
 */
export function driftOf(stack: Stack, shape: i32, sizes: i32): f64 {
  if (shape == OPEN_SHAPE) return 0;
  const right = stackColumns(shape) - 1;
  let best: f64 = 1e9;
  for (let size = 0; size < sizes; size++) {
    if (shapeOf(size) != shape) continue;
    let sum: i32 = 0;
    let count: i32 = 0;
    let both: i32 = 0;
    for (let line = 0; line < stack.lines; line++) {
      const near = rowOf(addressAt(stack, 0, line, false), leftOf(size));
      const far = rowOf(addressAt(stack, right, line, false), rightOf(size));
      if (near < 0 || far < 0) continue;
      both++;
      const off = ((far - near + ADDRESSES + ADDRESSES / 2) % ADDRESSES) - ADDRESSES / 2;
      if (abs(off) > MOST_DRIFT) continue;
      sum += off;
      count++;
    }
    if (count < 3 || 2 * count < both) continue;
    const drift = <f64>sum / <f64>count;
    if (abs(drift) < abs(best)) best = drift;
  }
  return best == 1e9 ? 0 : best;
}
