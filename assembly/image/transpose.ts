/** A bit image with rows and columns exchanged, 64×64 bits at a time. It knows no planes. */
import { alloc } from "../memory/arena";

/** Bytes from one line of a turned image of so many rows to the next. */
export function turnedStride(rows: i32): i32 {
  return ((rows + 63) >> 6) << 3;
}

/**
 * Turns `rows` rows of `columns` bits, `stride` bytes apart (a multiple of 8); padding bits of the rows must be 0.
 * Gives one line per column, turnedStride(rows) bytes apart, padding bits 0; 0 where memory is exhausted.
 */
export function transpose(bits: usize, stride: i32, columns: i32, rows: i32): usize {
  const lineBytes = <usize>turnedStride(rows);
  const blocks = (columns + 63) >> 6;
  // Whole blocks are written: the last one may have lines beyond the last column.
  const out = alloc(lineBytes * <usize>(blocks << 6));
  const tile = alloc(64 << 4);
  if (out == 0 || tile == 0) return 0;
  for (let y = 0; y < rows; y += 64) {
    const height = min(64, rows - y);
    const from = bits + <usize>y * <usize>stride;
    const to = out + (<usize>y >> 3);
    for (let block = 0; block < blocks; block += 2) {
      loadTile(from + ((<usize>block) << 3), <usize>stride, height, tile);
      turnTile(tile);
      const line = to + ((<usize>block) << 6) * lineBytes;
      storeTile(tile, line, lineBytes);
      if (block + 1 < blocks) storeTile(tile + 8, line + (lineBytes << 6), lineBytes);
    }
  }
  return out;
}

/** 64 rows of two words each; rows beyond `height` are 0. The second word may be the next row's: it is not stored. */
function loadTile(from: usize, stride: usize, height: i32, tile: usize): void {
  const end = tile + ((<usize>height) << 4);
  let at = tile;
  for (; at < end; at += 16) {
    store<u64>(at, load<u64>(from));
    store<u64>(at, load<u64>(from, 8), 8);
    from += stride;
  }
  memory.fill(at, 0, tile + (64 << 4) - at);
}

/** Every second word of the tile, one for each column. */
function storeTile(tile: usize, to: usize, lineBytes: usize): void {
  const end = tile + (64 << 4);
  for (let at = tile; at < end; at += 64) {
    store<u64>(to, load<u64>(at));
    store<u64>(to + lineBytes, load<u64>(at, 16));
    to += lineBytes << 1;
    store<u64>(to, load<u64>(at, 32));
    store<u64>(to + lineBytes, load<u64>(at, 48));
    to += lineBytes << 1;
  }
}

/**
 * Two 64×64 bit matrices side by side, turned in place. Halves are exchanged across the diagonal, then quarters …
 * down to single bits; three such steps at a time stay in registers.
 */
function turnTile(tile: usize): void {
  for (let i: usize = 0; i < 8; i++)
    turnEight(tile + (i << 4), 8 << 4, 32, 0x00000000ffffffff, 0x0000ffff0000ffff, 0x00ff00ff00ff00ff);
  for (let i: usize = 0; i < 8; i++)
    turnEight(tile + (i << 7), 1 << 4, 4, 0x0f0f0f0f0f0f0f0f, 0x3333333333333333, 0x5555555555555555);
}

/**
 * Three steps over eight rows `pitch` bytes apart: rows 4 apart exchange `shift` bits, rows 2 apart half of that,
 * neighbours a quarter. The masks select the lower part of each field.
 */
function turnEight(at: usize, pitch: usize, shift: i32, wide: u64, middle: u64, narrow: u64): void {
  if (ASC_FEATURE_SIMD) {
    const wideMask = i64x2.splat(wide);
    const middleMask = i64x2.splat(middle);
    const narrowMask = i64x2.splat(narrow);
    const p1 = at + pitch;
    const p2 = p1 + pitch;
    const p3 = p2 + pitch;
    const p4 = p3 + pitch;
    const p5 = p4 + pitch;
    const p6 = p5 + pitch;
    const p7 = p6 + pitch;
    let a0 = v128.load(at);
    let a1 = v128.load(p1);
    let a2 = v128.load(p2);
    let a3 = v128.load(p3);
    let a4 = v128.load(p4);
    let a5 = v128.load(p5);
    let a6 = v128.load(p6);
    let a7 = v128.load(p7);
    let d0 = crossed(a0, a4, shift, wideMask);
    let d1 = crossed(a1, a5, shift, wideMask);
    let d2 = crossed(a2, a6, shift, wideMask);
    let d3 = crossed(a3, a7, shift, wideMask);
    a0 = v128.xor(a0, i64x2.shl(d0, shift));
    a1 = v128.xor(a1, i64x2.shl(d1, shift));
    a2 = v128.xor(a2, i64x2.shl(d2, shift));
    a3 = v128.xor(a3, i64x2.shl(d3, shift));
    a4 = v128.xor(a4, d0);
    a5 = v128.xor(a5, d1);
    a6 = v128.xor(a6, d2);
    a7 = v128.xor(a7, d3);
    shift >>= 1;
    d0 = crossed(a0, a2, shift, middleMask);
    d1 = crossed(a1, a3, shift, middleMask);
    d2 = crossed(a4, a6, shift, middleMask);
    d3 = crossed(a5, a7, shift, middleMask);
    a0 = v128.xor(a0, i64x2.shl(d0, shift));
    a1 = v128.xor(a1, i64x2.shl(d1, shift));
    a4 = v128.xor(a4, i64x2.shl(d2, shift));
    a5 = v128.xor(a5, i64x2.shl(d3, shift));
    a2 = v128.xor(a2, d0);
    a3 = v128.xor(a3, d1);
    a6 = v128.xor(a6, d2);
    a7 = v128.xor(a7, d3);
    shift >>= 1;
    d0 = crossed(a0, a1, shift, narrowMask);
    d1 = crossed(a2, a3, shift, narrowMask);
    d2 = crossed(a4, a5, shift, narrowMask);
    d3 = crossed(a6, a7, shift, narrowMask);
    v128.store(at, v128.xor(a0, i64x2.shl(d0, shift)));
    v128.store(p1, v128.xor(a1, d0));
    v128.store(p2, v128.xor(a2, i64x2.shl(d1, shift)));
    v128.store(p3, v128.xor(a3, d1));
    v128.store(p4, v128.xor(a4, i64x2.shl(d2, shift)));
    v128.store(p5, v128.xor(a5, d2));
    v128.store(p6, v128.xor(a6, i64x2.shl(d3, shift)));
    v128.store(p7, v128.xor(a7, d3));
  } else {
    for (let lane: usize = 0; lane < 16; lane += 8) {
      for (let i: usize = 0; i < 4; i++) exchange(at + lane + i * pitch, pitch << 2, shift, wide);
      for (let i: usize = 0; i < 8; i += 4) {
        exchange(at + lane + i * pitch, pitch << 1, shift >> 1, middle);
        exchange(at + lane + (i + 1) * pitch, pitch << 1, shift >> 1, middle);
      }
      for (let i: usize = 0; i < 8; i += 2) exchange(at + lane + i * pitch, pitch, shift >> 2, narrow);
    }
  }
}

/** What differs between the upper fields of `a` and the lower fields of `b`, at the lower fields' place. */
function crossed(a: v128, b: v128, shift: i32, mask: v128): v128 {
  return v128.and(v128.xor(i64x2.shr_u(a, shift), b), mask);
}

/** Exchanges the upper fields of the word at `a` with the lower fields of the word `apart` bytes on. */
function exchange(a: usize, apart: usize, shift: i32, mask: u64): void {
  const upper = load<u64>(a);
  const lower = load<u64>(a + apart);
  const d = ((upper >> <u64>shift) ^ lower) & mask;
  store<u64>(a, upper ^ (d << (<u64>shift)));
  store<u64>(a + apart, lower ^ d);
}
