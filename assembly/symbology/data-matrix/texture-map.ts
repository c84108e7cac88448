/**
 * How often bits change colour, block by block: what says where texture of about a module's size is, for almost nothing.
 * Knows no symbols.
 *
 * Of each 8×8 block: changes from a pixel to the one right of it within the block (of 56 pairs), and to the one below (of
 * 64). Both as a summed-area table, so that any rectangle of blocks takes four loads.
 */
import { BLOCK, Plane } from "../../image/plane";
import { alloc, mark, release } from "../../memory/arena";

@unmanaged
export class TextureMap {
  columns: i32;
  rows: i32;
  /** Per block where texture lies beside it, a byte: BUSY right of it, BUSY << 1 left of it; rows of so many bytes. */
  gates: usize;
  gateStride: i32;
  /** (rows + 1) × (columns + 1) words of 64 bits: changes along rows in the lower half, along columns in the upper. */
  sums: usize;
}

/** Pairs of pixels of one block. */
const ALONG: f64 = 56;
const DOWN: f64 = 64;

/** Changes along rows and along columns, and blocks, of the rectangle that changesWithin() was asked for. */
export let changesAlong: i32 = 0;
export let changesDown: i32 = 0;
export let blocksWithin: i32 = 0;

/** Texture beside a block: its three neighbours to one side with those above and below them change so often both ways. */
export const BUSY: i32 = 1;
const LEAST_BESIDE: i32 = 9;
/** The same where a coarser level shows larger modules: of 8 pixels and less. */
const LEAST_FINE: i32 = 32;

/** Counts the changes of a plane that has bits; null where memory is exhausted. */
export function mapTexture(plane: Plane, isFine: bool): TextureMap | null {
  const columns = plane.blockColumns;
  const rows = plane.blockRows;
  const at = alloc(offsetof<TextureMap>());
  const width = (<usize>(columns + 1)) << 3;
  const sums = alloc(width * <usize>(rows + 1));
  // A byte of bits is a block's width; vectors may reach beyond a row's end, and to both sides of it.
  const stride = (<usize>plane.bitStride + 15) & ~15;
  const along = alloc(stride * <usize>rows);
  const down = alloc(stride * <usize>rows);
  const gates = alloc(stride * <usize>rows + 16);
  if (at == 0 || sums == 0 || along == 0 || down == 0 || gates == 0) return null;
  const map = changetype<TextureMap>(at);
  map.columns = columns;
  map.rows = rows;
  map.sums = sums;
  map.gates = gates;
  map.gateStride = <i32>stride;
  memory.fill(sums, 0, width);
  for (let by = 0; by < rows; by++) {
    const first = plane.bits + <usize>(by * BLOCK) * <usize>plane.bitStride;
    // The last row of the plane has none below it.
    const left = plane.height - by * BLOCK;
    const alongRow = along + <usize>by * stride;
    const downRow = down + <usize>by * stride;
    countRow(first, plane.bitStride, min(BLOCK, left), min(BLOCK, left - 1), alongRow, downRow);
    let sum: u64 = 0;
    const above = sums + <usize>by * width;
    const out = above + width;
    store<u64>(out, 0);
    for (let bx: usize = 0; bx < <usize>columns; bx++) {
      sum += <u64>load<u8>(alongRow + bx) | ((<u64>load<u8>(downRow + bx)) << 32);
      store<u64>(out + (bx << 3), load<u64>(above + (bx << 3), 8) + sum, 8);
    }
  }
  return fillGates(map, along, down, isFine ? LEAST_FINE : LEAST_BESIDE) ? map : null;
}

/** Fills the gates; false where memory is exhausted. Beyond the plane is what lies at its border. */
function fillGates(map: TextureMap, along: usize, down: usize, least: i32): bool {
  const stride = <usize>map.gateStride;
  const columns = <usize>map.columns;
  const scratch = mark();
  // Sums of three blocks one above the other, with room to both sides.
  const a = alloc(stride + 32);
  const d = alloc(stride + 32);
  const busy = alloc(stride + 32);
  if (a == 0 || d == 0 || busy == 0) return false;
  for (let by = 0; by < map.rows; by++) {
    const here = <usize>by * stride;
    const above = by > 0 ? here - stride : here;
    const below = by + 1 < map.rows ? here + stride : here;
    sumThree(along + above, along + here, along + below, columns, a + 16);
    sumThree(down + above, down + here, down + below, columns, d + 16);
    closeEnds(a + 16, columns);
    closeEnds(d + 16, columns);
    markBusy(a + 16, d + 16, columns, least, busy + 16);
    closeEnds(busy + 16, columns);
    const out = map.gates + here;
    for (let bx: usize = 0; bx < columns; bx += 8) {
      const right = load<u64>(busy + 17 + bx);
      const left = load<u64>(busy + 15 + bx);
      store<u64>(out + bx, right | (left << 1));
    }
  }
  release(scratch);
  return true;
}

/** out = a + b + c for so many bytes; a column of three blocks has 192 changes at most. */
function sumThree(a: usize, b: usize, c: usize, count: usize, out: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < count; i += 16)
      v128.store(out + i, i8x16.add(i8x16.add(v128.load(a + i), v128.load(b + i)), v128.load(c + i)));
    return;
  }
  for (let i: usize = 0; i < count; i++) store<u8>(out + i, load<u8>(a + i) + load<u8>(b + i) + load<u8>(c + i));
}

/** Repeats the first byte before the row, and the last one behind it. */
function closeEnds(row: usize, count: usize): void {
  store<u8>(row - 1, load<u8>(row));
  const last = load<u8>(row + count - 1);
  for (let i: usize = 0; i < 9; i++) store<u8>(row + count + i, last);
}

/** BUSY where three columns together change often enough both ways, else 0. */
function markBusy(along: usize, down: usize, count: usize, least: i32, out: usize): void {
  if (ASC_FEATURE_SIMD) {
    const floor = i8x16.splat(<i8>(least - 1));
    const one = i8x16.splat(<i8>BUSY);
    for (let i: usize = 0; i < count; i += 16) {
      const fewer = i8x16.min_u(saturatedThree(along + i), saturatedThree(down + i));
      v128.store(out + i, v128.and(i8x16.gt_u(fewer, floor), one));
    }
    return;
  }
  for (let i: usize = 0; i < count; i++) {
    const alongs = <i32>load<u8>(along + i - 1) + <i32>load<u8>(along + i) + <i32>load<u8>(along + i + 1);
    const downs = <i32>load<u8>(down + i - 1) + <i32>load<u8>(down + i) + <i32>load<u8>(down + i + 1);
    store<u8>(out + i, min(alongs, downs) >= least ? <u8>BUSY : 0);
  }
}

function saturatedThree(at: usize): v128 {
  return i8x16.add_sat_u(i8x16.add_sat_u(v128.load(at - 1), v128.load(at)), v128.load(at + 1));
}

/** Counts one row of blocks: a byte is a block's row of pixels. */
function countRow(first: usize, stride: i32, height: i32, below: i32, along: usize, down: usize): void {
  if (ASC_FEATURE_SIMD) {
    const inner = i8x16.splat(0x7f);
    for (let x: usize = 0; x < <usize>stride; x += 16) {
      let here = v128.load(first + x);
      let alongSum = i8x16.splat(0);
      let downSum = i8x16.splat(0);
      for (let y = 0; y < height; y++) {
        const next = y < below ? v128.load(first + x + <usize>((y + 1) * stride)) : here;
        const change = v128.and(v128.xor(here, i8x16.shr_u(here, 1)), inner);
        alongSum = i8x16.add(alongSum, i8x16.popcnt(change));
        downSum = i8x16.add(downSum, i8x16.popcnt(v128.xor(here, next)));
        here = next;
      }
      v128.store(along + x, alongSum);
      v128.store(down + x, downSum);
    }
    return;
  }
  for (let x: usize = 0; x < <usize>stride; x += 8) {
    let here = load<u64>(first + x);
    let alongSum: u64 = 0;
    let downSum: u64 = 0;
    for (let y = 0; y < height; y++) {
      const next = y < below ? load<u64>(first + x + <usize>((y + 1) * stride)) : here;
      alongSum += bitsOfBytes((here ^ (here >> 1)) & 0x7f7f7f7f7f7f7f7f);
      downSum += bitsOfBytes(here ^ next);
      here = next;
    }
    store<u64>(along + x, alongSum);
    store<u64>(down + x, downSum);
  }
}

/** Number of ones of each of eight bytes. */
function bitsOfBytes(word: u64): u64 {
  word -= (word >> 1) & 0x5555555555555555;
  word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
  return (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
}

/** Adds up the blocks from column `left` to before `right` and from row `top` to before `bottom`, as far as there are any. */
export function changesWithin(map: TextureMap, left: i32, top: i32, right: i32, bottom: i32): void {
  left = max(0, min(left, map.columns));
  right = max(left, min(right, map.columns));
  top = max(0, min(top, map.rows));
  bottom = max(top, min(bottom, map.rows));
  const upper = map.sums + ((<usize>(top * (map.columns + 1))) << 3);
  const lower = map.sums + ((<usize>(bottom * (map.columns + 1))) << 3);
  const l = (<usize>left) << 3;
  const r = (<usize>right) << 3;
  const sum = load<u64>(lower + r) - load<u64>(lower + l) - load<u64>(upper + r) + load<u64>(upper + l);
  changesAlong = <i32>(sum & 0xffffffff);
  changesDown = <i32>(sum >> 32);
  blocksWithin = (right - left) * (bottom - top);
}

/** Module size in pixels that so many changes speak of, where every second module changes colour; 0 where there are none. */
export function moduleOf(along: i32, down: i32, blocks: i32): f64 {
  const changes = <f64>along / ALONG + <f64>down / DOWN;
  return changes == 0 ? 0 : <f64>blocks / changes;
}
