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

@unmanaged
export class Directions {
  columns: i32;
  rows: i32;
  /**
   * Four i32 per block: gx² + gy², gx² − gy², 2·gx·gy, 0, where gx and gy are twice the difference of pixel means. The
   * second and third are the first times cosine and sine of the doubled angle where all gradients agree.
   */
  tensors: usize;
}

/** Bytes of one block's tensor, and where its parts lie. */
export const TENSOR_SHIFT: i32 = 4;
export const COSINE: usize = 4;
export const SINE: usize = 8;

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

/** Tensor of every block, from each `step`-th row of pixels; null where memory is exhausted. */
export function measureDirections(plane: Plane, step: i32): Directions | null {
  if (plane.blockMin == 0 && !measureBlocks(plane)) return null;
  const columns = plane.blockColumns;
  const rows = plane.blockRows;
  const head = alloc(offsetof<Directions>());
  const tensors = alloc((<usize>(columns * rows)) << TENSOR_SHIFT);
  const busy = alloc(<usize>columns);
  const calm = calmRange(plane);
  if (head == 0 || tensors == 0 || busy == 0 || calm < 0) return null;
  const field = changetype<Directions>(head);
  field.columns = columns;
  field.rows = rows;
  field.tensors = tensors;
  const floor = min(calm + (calm >> 1) + (calm >> 3), MOST_CALM);
  // A block's gradients reach into the pixel right of it: the last block of a row may lack it.
  const whole = (plane.width - 1) / BLOCK;
  for (let by = 0; by < rows; by++) {
    const y0 = by * BLOCK;
    const height = min(BLOCK, plane.height - 1 - y0);
    const first = plane.luma + <usize>y0 * <usize>plane.stride;
    const out = tensors + ((<usize>(by * columns)) << TENSOR_SHIFT);
    findBusy(plane, by, floor, busy);
    for (let bx = 0; bx < columns; bx++) {
      const at = first + <usize>(bx * BLOCK);
      const to = out + ((<usize>bx) << TENSOR_SHIFT);
      if (<u32>load<u8>(busy + <usize>bx) == 0) {
        store<u64>(to, 0);
        store<u64>(to, 0, 8);
      } else if (ASC_FEATURE_SIMD && bx < whole) {
        if (step == 1) wholeBlock(at, plane.stride, height, to);
        else thinBlock(at, plane.stride, step, height, to);
      } else {
        anyBlock(at, plane.stride, step, height, min(BLOCK, plane.width - 1 - bx * BLOCK), to);
      }
    }
  }
  return field;
}

/** Marks the blocks of a row whose pixels, those that the gradients reach in the next blocks too, range over more than `floor`. */
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
    store<u8>(busy + <usize>bx, highest - lowest > floor ? 1 : 0);
  }
}

/**
 * Of the differences along the two diagonals, f and r, gx = f + r and gy = f − r: three sums of products are all that is
 * needed. Every row is loaded once: the lower row of one gradient is the upper one of the next.
 */
function wholeBlock(at: usize, stride: i32, height: i32, to: usize): void {
  let ff = i32x4.splat(0);
  let rr = ff;
  let fr = ff;
  let a = v128.load_ext<u8>(at);
  let b = v128.load_ext<u8>(at, 1);
  for (let y = 0; y < height; y++) {
    at += <usize>stride;
    const c = v128.load_ext<u8>(at);
    const d = v128.load_ext<u8>(at, 1);
    const fall = i16x8.sub(d, a);
    const rise = i16x8.sub(b, c);
    ff = i32x4.add(ff, i32x4.dot_i16x8_s(fall, fall));
    rr = i32x4.add(rr, i32x4.dot_i16x8_s(rise, rise));
    fr = i32x4.add(fr, i32x4.dot_i16x8_s(fall, rise));
    a = c;
    b = d;
  }
  putTensor(ff, rr, fr, to);
}

/** As wholeBlock(), from each `step`-th row. */
function thinBlock(at: usize, stride: i32, step: i32, height: i32, to: usize): void {
  let ff = i32x4.splat(0);
  let rr = ff;
  let fr = ff;
  const down = <usize>stride;
  const jump = <usize>(stride * step);
  for (let y = 0; y < height; y += step) {
    const fall = i16x8.sub(v128.load_ext<u8>(at + down, 1), v128.load_ext<u8>(at));
    const rise = i16x8.sub(v128.load_ext<u8>(at, 1), v128.load_ext<u8>(at + down));
    ff = i32x4.add(ff, i32x4.dot_i16x8_s(fall, fall));
    rr = i32x4.add(rr, i32x4.dot_i16x8_s(rise, rise));
    fr = i32x4.add(fr, i32x4.dot_i16x8_s(fall, rise));
    at += jump;
  }
  putTensor(ff, rr, fr, to);
}

/** Adds up the lanes of three sums and stores what they make. */
function putTensor(ff: v128, rr: v128, fr: v128, to: usize): void {
  const energy = i32x4.add(ff, rr);
  const cosine = i32x4.add(fr, fr);
  const sine = i32x4.sub(ff, rr);
  const zero = i32x4.splat(0);
  // Lanes: energy, cosine, energy, cosine, and sine, 0, sine, 0.
  const wide = i32x4.add(i32x4.shuffle(energy, cosine, 0, 4, 1, 5), i32x4.shuffle(energy, cosine, 2, 6, 3, 7));
  const rest = i32x4.add(i32x4.shuffle(sine, zero, 0, 4, 1, 5), i32x4.shuffle(sine, zero, 2, 6, 3, 7));
  const sum = i32x4.add(i32x4.shuffle(wide, rest, 0, 1, 4, 5), i32x4.shuffle(wide, rest, 2, 3, 6, 7));
  v128.store(to, i32x4.shl(sum, 1));
}

function anyBlock(first: usize, stride: i32, step: i32, height: i32, width: i32, to: usize): void {
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
  store<i32>(to, 2 * (ff + rr));
  store<i32>(to, 4 * fr, COSINE);
  store<i32>(to, 2 * (ff - rr), SINE);
  store<i32>(to, 0, 12);
}
