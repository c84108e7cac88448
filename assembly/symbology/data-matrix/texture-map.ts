/**
 * How often bits change colour, block by block: what says where texture of about a module's size is, for almost nothing.
 * Knows no symbols.
 *
 * Of each 8×8 block: changes from a pixel to the one right of it within the block (of 56 pairs), and to the one below (of
 * 64). Both as a summed-area table, so that any rectangle of blocks takes four loads.
 */
import { BLOCK, Plane } from "../../image/plane";
import { alloc } from "../../memory/arena";

@unmanaged
export class TextureMap {
  columns: i32;
  rows: i32;
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

/** Counts the changes of a plane that has bits; null where memory is exhausted. */
export function mapTexture(plane: Plane): TextureMap | null {
  const columns = plane.blockColumns;
  const rows = plane.height / BLOCK;
  const at = alloc(offsetof<TextureMap>());
  const width = (<usize>(columns + 1)) << 3;
  const sums = alloc(width * <usize>(rows + 1));
  // Vectors may reach beyond a row's end.
  const line = (<usize>plane.bitStride + 15) & ~15;
  const counts = alloc(2 * line);
  if (at == 0 || sums == 0 || counts == 0) return null;
  const map = changetype<TextureMap>(at);
  map.columns = columns;
  map.rows = rows;
  map.sums = sums;
  memory.fill(sums, 0, width);
  for (let by = 0; by < rows; by++) {
    const first = plane.bits + <usize>(by * BLOCK) * <usize>plane.bitStride;
    // The last row of the plane has none below it.
    countRow(first, plane.bitStride, min(BLOCK, plane.height - 1 - by * BLOCK), counts, counts + line);
    let sum: u64 = 0;
    const above = sums + <usize>by * width;
    const out = above + width;
    store<u64>(out, 0);
    for (let bx: usize = 0; bx < <usize>columns; bx++) {
      sum += <u64>load<u8>(counts + bx) | ((<u64>load<u8>(counts + line + bx)) << 32);
      store<u64>(out + (bx << 3), load<u64>(above + (bx << 3), 8) + sum, 8);
    }
  }
  return map;
}

/** Counts one row of blocks: a byte is a block's row of pixels. */
function countRow(first: usize, stride: i32, below: i32, along: usize, down: usize): void {
  if (ASC_FEATURE_SIMD) {
    const inner = i8x16.splat(0x7f);
    for (let x: usize = 0; x < <usize>stride; x += 16) {
      let here = v128.load(first + x);
      let alongSum = i8x16.splat(0);
      let downSum = i8x16.splat(0);
      for (let y = 0; y < BLOCK; y++) {
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
    for (let y = 0; y < BLOCK; y++) {
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
