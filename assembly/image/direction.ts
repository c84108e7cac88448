/**
 * Direction of the luma gradient, block by block: the structure tensor, summed over 8×8 pixels. Knows nothing of
 * bars; linear codes are where many blocks agree in direction.
 *
 * Gradients are the diagonal differences of 2×2 pixels (Roberts), turned by 45°: of all small kernels they lose least
 * at the finest bars, where central differences vanish (a period of two pixels).
 *
 * Calm blocks count as flat: their gradients are the sensor's noise. A bar that lay hidden among them would have to be
 * fainter than the noise itself.
 */
import { alloc } from "../memory/arena";
import { calmRange, measureBlocks } from "./blocks";
import { BLOCK, Plane } from "./plane";

/**
 * One tensor per block, its parts in arrays of their own (i32, addresses of block 0, 0), rows `pitch` blocks apart. Beside the
 * first and the last block of a row stands a copy of it.
 */
@unmanaged
export class Directions {
  columns: i32;
  rows: i32;
  pitch: i32;
  /** gx² + gy², where gx and gy are twice the difference of pixel means. */
  energies: usize;
  /** gx² − gy² and 2·gx·gy: the energy times cosine and sine of the doubled angle where all gradients agree. */
  cosines: usize;
  sines: usize;
}

/** Blocks before the first of a row, and after the last at least. */
const BEFORE: i32 = 4;
const AFTER: i32 = 4;

/** Sums over two blocks side by side, two lanes each: three vectors. */
const PAIR_SUMS: usize = 48;

/**
 * Four blocks side by side, 256 samples, range over 5.6 σ of their noise; the calmest tenth of all blocks, 64 samples
 * each, over 4. A frame without calm blocks has a high tenth for other reasons: bounded.
 */
const MOST_CALM: i32 = 24;

/** Directions of a plane, made once, or twice where first fewer rows were asked for. Null where memory is exhausted. */
export function directionsOf(plane: Plane, step: i32): Directions | null {
  const made = changetype<Directions | null>(plane.directions);
  if (made != null && plane.directionStep == step) return made;
  const field = measureDirections(plane, step);
  plane.directions = changetype<usize>(field);
  plane.directionStep = step;
  return field;
}

/** Tensor of every block, from each `step`-th row of pixels (1 or 2); null where memory is exhausted. */
export function measureDirections(plane: Plane, step: i32): Directions | null {
  if (plane.blockMin == 0 && !measureBlocks(plane)) return null;
  const columns = plane.blockColumns;
  const rows = plane.blockRows;
  const pitch = ((columns + 3) & ~3) + BEFORE + AFTER;
  const part = (<usize>(pitch * rows)) << 2;
  const head = alloc(offsetof<Directions>());
  const tensors = alloc(3 * part);
  const busy = alloc(<usize>columns);
  const sums = alloc(<usize>((columns + 3) >> 1) * PAIR_SUMS);
  const calm = calmRange(plane);
  if (head == 0 || tensors == 0 || busy == 0 || sums == 0 || calm < 0) return null;
  const field = changetype<Directions>(head);
  field.columns = columns;
  field.rows = rows;
  field.pitch = pitch;
  field.energies = tensors + ((<usize>BEFORE) << 2);
  field.cosines = field.energies + part;
  field.sines = field.cosines + part;
  const floor = min(calm + (calm >> 1) + (calm >> 3), MOST_CALM);
  // A block's gradients reach into the pixel right of it: the last block of a row may lack it.
  const whole = ASC_FEATURE_SIMD ? (plane.width - 1) / BLOCK : 0;
  for (let by = 0; by < rows; by++) {
    const y0 = by * BLOCK;
    const height = min(BLOCK, plane.height - 1 - y0);
    const first = plane.luma + <usize>y0 * <usize>plane.stride;
    const out = (<usize>(by * pitch)) << 2;
    findBusy(plane, by, floor, busy);
    if (ASC_FEATURE_SIMD) {
      for (let bx = 0; bx < whole; bx += 2) {
        if (load<u16>(busy + <usize>bx) == 0) continue;
        const at = first + <usize>(bx * BLOCK);
        const to = sums + <usize>(bx >> 1) * PAIR_SUMS;
        if (step == 1) wholePair(at, plane.stride, height, to);
        else thinPair(at, plane.stride, height, to);
      }
      for (let bx = 0; bx < whole; bx += 4) putFour(field, out, bx, sums, busy);
    }
    for (let bx = whole; bx < columns; bx++) {
      const to = out + ((<usize>bx) << 2);
      if (load<u8>(busy + <usize>bx) == 0) putTensor(field, to, 0, 0, 0);
      else
        anyBlock(
          field,
          to,
          first + <usize>(bx * BLOCK),
          plane.stride,
          step,
          height,
          min(BLOCK, plane.width - 1 - bx * BLOCK),
        );
    }
    frameRow(field.energies + out, columns);
    frameRow(field.cosines + out, columns);
    frameRow(field.sines + out, columns);
  }
  return field;
}

/** Copies the first and the last entry of a row to where its frame is. */
function frameRow(row: usize, columns: i32): void {
  const end = row + ((<usize>columns) << 2);
  store<i32>(row - 4, load<i32>(row));
  store<i32>(end, load<i32>(end - 4));
}

/** Marks with 0xff the blocks of a row whose pixels, those that the gradients reach in the next blocks too, range over more than `floor`. */
function findBusy(plane: Plane, by: i32, floor: i32, busy: usize): void {
  const columns = plane.blockColumns;
  const lows = plane.blockMin + <usize>(by * columns);
  const highs = plane.blockMax + <usize>(by * columns);
  const below: usize = by + 1 < plane.blockRows ? <usize>columns : 0;
  let bx: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    // The last column has no right neighbour: it is left to the loop behind.
    const least = i8x16.splat(<i8>floor);
    for (; bx + 16 < columns; bx += 16) {
      const low = lows + <usize>bx;
      const high = highs + <usize>bx;
      const lowest = i8x16.min_u(
        i8x16.min_u(v128.load(low), v128.load(low, 1)),
        i8x16.min_u(v128.load(low + below), v128.load(low + below, 1)),
      );
      const highest = i8x16.max_u(
        i8x16.max_u(v128.load(high), v128.load(high, 1)),
        i8x16.max_u(v128.load(high + below), v128.load(high + below, 1)),
      );
      v128.store(busy + <usize>bx, i8x16.gt_u(i8x16.sub(highest, lowest), least));
    }
  }
  for (; bx < columns; bx++) {
    const low = lows + <usize>bx;
    const high = highs + <usize>bx;
    const right: usize = bx + 1 < columns ? 1 : 0;
    const lowest = min(
      min(<i32>load<u8>(low), <i32>load<u8>(low + right)),
      min(<i32>load<u8>(low + below), <i32>load<u8>(low + below + right)),
    );
    const highest = max(
      max(<i32>load<u8>(high), <i32>load<u8>(high + right)),
      max(<i32>load<u8>(high + below), <i32>load<u8>(high + below + right)),
    );
    store<u8>(busy + <usize>bx, highest - lowest > floor ? 0xff : 0);
  }
}

/**
 * Of the differences along the two diagonals, f and r, gx = f + r and gy = f − r: three sums of products are all that is
 * needed. Even and odd pixels are taken from each other's 16 bits, which leaves two blocks side by side in the lower and
 * the upper half of a vector. Every row is loaded once: the lower row of one gradient is the upper one of the next.
 */
function wholePair(at: usize, stride: i32, height: i32, to: usize): void {
  const low = i16x8.splat(0xff);
  let ff = i32x4.splat(0);
  let rr = ff;
  let fr = ff;
  let row = v128.load(at);
  // Even pixels, odd pixels, and the even ones behind those.
  let even = v128.and(row, low);
  let odd = i16x8.shr_u(row, 8);
  let next = i16x8.shr_u(v128.load(at, 1), 8);
  for (let y = 0; y < height; y++) {
    at += <usize>stride;
    row = v128.load(at);
    const evenBelow = v128.and(row, low);
    const oddBelow = i16x8.shr_u(row, 8);
    const nextBelow = i16x8.shr_u(v128.load(at, 1), 8);
    const fall = i16x8.sub(oddBelow, even);
    const rise = i16x8.sub(odd, evenBelow);
    const oddFall = i16x8.sub(nextBelow, odd);
    const oddRise = i16x8.sub(next, oddBelow);
    ff = i32x4.add(ff, i32x4.add(i32x4.dot_i16x8_s(fall, fall), i32x4.dot_i16x8_s(oddFall, oddFall)));
    rr = i32x4.add(rr, i32x4.add(i32x4.dot_i16x8_s(rise, rise), i32x4.dot_i16x8_s(oddRise, oddRise)));
    fr = i32x4.add(fr, i32x4.add(i32x4.dot_i16x8_s(fall, rise), i32x4.dot_i16x8_s(oddFall, oddRise)));
    even = evenBelow;
    odd = oddBelow;
    next = nextBelow;
  }
  v128.store(to, ff);
  v128.store(to, rr, 16);
  v128.store(to, fr, 32);
}

/** As wholePair(), from every second row. */
function thinPair(at: usize, stride: i32, height: i32, to: usize): void {
  const low = i16x8.splat(0xff);
  const down = <usize>stride;
  let ff = i32x4.splat(0);
  let rr = ff;
  let fr = ff;
  for (let y = 0; y < height; y += 2) {
    const row = v128.load(at);
    const below = v128.load(at + down);
    const odd = i16x8.shr_u(row, 8);
    const oddBelow = i16x8.shr_u(below, 8);
    const fall = i16x8.sub(oddBelow, v128.and(row, low));
    const rise = i16x8.sub(odd, v128.and(below, low));
    const oddFall = i16x8.sub(i16x8.shr_u(v128.load(at + down, 1), 8), odd);
    const oddRise = i16x8.sub(i16x8.shr_u(v128.load(at, 1), 8), oddBelow);
    ff = i32x4.add(ff, i32x4.add(i32x4.dot_i16x8_s(fall, fall), i32x4.dot_i16x8_s(oddFall, oddFall)));
    rr = i32x4.add(rr, i32x4.add(i32x4.dot_i16x8_s(rise, rise), i32x4.dot_i16x8_s(oddRise, oddRise)));
    fr = i32x4.add(fr, i32x4.add(i32x4.dot_i16x8_s(fall, rise), i32x4.dot_i16x8_s(oddFall, oddRise)));
    at += down << 1;
  }
  v128.store(to, ff);
  v128.store(to, rr, 16);
  v128.store(to, fr, 32);
}

/** Stores the tensors of four blocks from the sums of two pairs; calm blocks have none. */
function putFour(field: Directions, row: usize, bx: i32, sums: usize, busy: usize): void {
  const to = row + ((<usize>bx) << 2);
  const marks = load<u32>(busy + <usize>bx);
  if (marks == 0) {
    const zero = i32x4.splat(0);
    v128.store(field.energies + to, zero);
    v128.store(field.cosines + to, zero);
    v128.store(field.sines + to, zero);
    return;
  }
  const a = sums + <usize>(bx >> 1) * PAIR_SUMS;
  const b = a + PAIR_SUMS;
  const isBusy = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(i32x4.splat(<i32>marks)));
  const ff = v128.and(sumOfTwos(v128.load(a), v128.load(b)), isBusy);
  const rr = v128.and(sumOfTwos(v128.load(a, 16), v128.load(b, 16)), isBusy);
  const fr = v128.and(sumOfTwos(v128.load(a, 32), v128.load(b, 32)), isBusy);
  v128.store(field.energies + to, i32x4.shl(i32x4.add(ff, rr), 1));
  v128.store(field.cosines + to, i32x4.shl(fr, 2));
  v128.store(field.sines + to, i32x4.shl(i32x4.sub(ff, rr), 1));
}

/** Each two neighbouring lanes added. */
function sumOfTwos(a: v128, b: v128): v128 {
  return i32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
}

/** A block that may lack its last columns and rows. */
function anyBlock(field: Directions, to: usize, first: usize, stride: i32, step: i32, height: i32, width: i32): void {
  let ff: i32 = 0;
  let rr: i32 = 0;
  let fr: i32 = 0;
  for (let y = 0; y < height; y += step) {
    const row = first + <usize>(y * stride);
    for (let x = 0; x < width; x++) {
      const at = row + <usize>x;
      const fall = <i32>load<u8>(at + <usize>stride + 1) - <i32>load<u8>(at);
      const rise = <i32>load<u8>(at + 1) - <i32>load<u8>(at + <usize>stride);
      ff += fall * fall;
      rr += rise * rise;
      fr += fall * rise;
    }
  }
  putTensor(field, to, ff, rr, fr);
}

function putTensor(field: Directions, to: usize, ff: i32, rr: i32, fr: i32): void {
  store<i32>(field.energies + to, 2 * (ff + rr));
  store<i32>(field.cosines + to, 4 * fr);
  store<i32>(field.sines + to, 2 * (ff - rr));
}
