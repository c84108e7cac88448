/**
 * The threshold of every 8×8 block. Only blocks that show an edge have a say: each proposes a level between its dark
 * and its light, weighted by its contrast, and a block's threshold is the weighted mean of the 5×5 around it. Where
 * two flat blocks meet in an edge (modules that lie on the grid of blocks), the left or upper one has that say. Where
 * no block within reach shows an edge (inside a large module, on plain ground) the nearest threshold is carried on.
 * A flat block becomes all dark or all light by its mean, so that noise on plain ground makes no runs.
 *
 *   weights, votes   u16 per block (vote = weight × proposed level), framed by two empty blocks on each side
 *   sums             u16 per block column: five rows of weights, and of votes
 *   surface          the smoothed threshold before flat blocks are decided, one byte per block
 */
import { alloc, allocZero } from "../memory/arena";
import { calmRange } from "./blocks";
import { Plane } from "./plane";

/**
 * Luma range below which a block is flat: a multiple of the range of the frame's calmest blocks, within bounds. 64
 * samples of Gaussian noise range over 4.7 σ on average and over 6.5 σ once in a thousand blocks.
 */
const LEAST_FLAT_RANGE: i32 = 10;
const MOST_FLAT_RANGE: i32 = 48;
/** An edge that votes is higher than the gate, so a flat dark block lies more than half the gate under its threshold. */
const MARGIN_SHARE: i32 = 4;

/** Weight of a block grows by one per 8 levels of range above the gate; 25 × 10 × 255 fits a u16. */
const WEIGHT_SHIFT: i32 = 3;
const WEIGHT_ROUND: i32 = (1 << 3) - 1;
const MOST_WEIGHT: i32 = 10;

/** Empty blocks on each side of weights and votes, and room for vectors to overrun. */
const FRAME: i32 = 2;
const OVERRUN: i32 = 8;

/**
 * One threshold per block, `blockColumns` to a row; a pixel is dark where it is less. Returns 0 where memory is
 * exhausted. Everything is allocated at the end of the arena.
 */
export function blockThresholds(plane: Plane): usize {
  const columns = plane.blockColumns;
  const rows = plane.blockRows;
  const pitch = (columns + 2 * FRAME + OVERRUN + 7) & ~7;
  const out = alloc(<usize>(columns * rows));
  const surface = alloc(<usize>(columns * rows));
  const line = (<usize>pitch) << 1;
  const bytes = (<usize>(pitch * (rows + 2 * FRAME + 1))) << 1;
  const weights = allocZero(bytes);
  const votes = allocZero(bytes);
  const sums = allocZero((<usize>pitch) << 2);
  if (out == 0 || surface == 0 || weights == 0 || votes == 0 || sums == 0) return 0;
  const gate = flatRange(plane);
  if (gate < 0) return 0;
  for (let by = 0; by < rows; by++) {
    const at = <usize>(by * columns);
    // The first row stays empty: it is what row −3 takes from the sums.
    const to = <usize>(by + FRAME + 1) * line + ((<usize>FRAME) << 1);
    voteRow(plane, at, by + 1 < rows ? <usize>columns : 0, gate, weights + to, votes + to);
  }
  for (let by = 0; by < FRAME; by++) {
    const enter = <usize>(by + FRAME + 1) * line;
    slideSums(sums, weights + enter, weights, pitch);
    slideSums(sums + line, votes + enter, votes, pitch);
  }
  for (let by = 0; by < rows; by++) {
    const enter = <usize>(by + 2 * FRAME + 1) * line;
    slideSums(sums, weights + enter, weights + <usize>by * line, pitch);
    slideSums(sums + line, votes + enter, votes + <usize>by * line, pitch);
    smoothRow(sums, sums + line, columns, surface + <usize>(by * columns));
  }
  if (fillForward(surface, columns, rows)) fillBackward(surface, columns, rows);
  decide(plane, gate, surface, out);
  return out;
}

/** The frame's own gate between flat blocks and edges; −1 where memory is exhausted. */
function flatRange(plane: Plane): i32 {
  const calm = calmRange(plane);
  return calm < 0 ? -1 : max(LEAST_FLAT_RANGE, min(2 * calm, MOST_FLAT_RANGE));
}

/**
 * Weights and votes of one row of blocks, the first of which is the plane's block `at`; `below` is the distance to the
 * next row's blocks, 0 for the last row.
 *
 * A block votes half for the middle of its range and half for its mean, which follows fine blurred modules better;
 * but the mean counts only within the middle half of the range: that of a block with a speck or the rim of a module is
 * one of its two levels. A flat block votes for the middle between its mean and that of the flat block to the right or
 * below that differs more.
 */
function voteRow(plane: Plane, at: usize, below: usize, gate: i32, weights: usize, votes: usize): void {
  const columns = plane.blockColumns;
  const lows = plane.blockMin + at;
  const highs = plane.blockMax + at;
  const means = plane.blockMean + at;
  let bx: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    // The last column has no right neighbour: it is left to the loop behind. The last sixteen before it are looked at
    // together, whichever of them were looked at already.
    while (bx + 1 < columns && columns > 16) {
      const i = <usize>min(bx, columns - 17);
      const to = i << 1;
      voteSixteen(lows + i, highs + i, means + i, below, <i8>gate, weights + to, votes + to);
      bx = <i32>i + 16;
    }
  }
  for (; bx < columns; bx++) {
    const i = <usize>bx;
    let low = <i32>load<u8>(lows + i);
    let high = <i32>load<u8>(highs + i);
    let mean = <i32>load<u8>(means + i);
    if (high - low <= gate) {
      const right: usize = bx + 1 < columns ? 1 : 0;
      const toRight = flatStep(lows + i, highs + i, means + i, right, gate);
      const toBelow = flatStep(lows + i, highs + i, means + i, below, gate);
      const other = mean + (abs(toBelow) > abs(toRight) ? toBelow : toRight);
      low = min(mean, other);
      high = max(mean, other);
      mean = (low + high + 1) >> 1;
    }
    const above = max(high - low - gate, 0);
    const weight = min(min(above + WEIGHT_ROUND, 255) >> WEIGHT_SHIFT, MOST_WEIGHT);
    const middle = (low + high + 1) >> 1;
    const inner = min(max(mean, (low + middle + 1) >> 1), (middle + high + 1) >> 1);
    const level = max((inner + middle + 1) >> 1, 1);
    store<u16>(weights + (i << 1), <u16>weight);
    store<u16>(votes + (i << 1), <u16>(weight * level));
  }
}

/** Difference of mean from a block to the one `apart` bytes on; 0 where that is not flat. */
function flatStep(low: usize, high: usize, mean: usize, apart: usize, gate: i32): i32 {
  if (<i32>load<u8>(high + apart) - <i32>load<u8>(low + apart) > gate) return 0;
  return <i32>load<u8>(mean + apart) - <i32>load<u8>(mean);
}

/** voteRow() for sixteen blocks. */
function voteSixteen(
  lows: usize,
  highs: usize,
  means: usize,
  below: usize,
  gate: i8,
  weights: usize,
  votes: usize,
): void {
  const floor = i8x16.splat(gate);
  const ownLow = v128.load(lows);
  const ownHigh = v128.load(highs);
  const ownMean = v128.load(means);
  const flat = i8x16.le_u(i8x16.sub(ownHigh, ownLow), floor);
  const toRight = flatOther(ownMean, lows + 1, highs + 1, means + 1, floor);
  const toBelow = flatOther(ownMean, lows + below, highs + below, means + below, floor);
  const isBelow = i8x16.gt_u(distance(ownMean, toBelow), distance(ownMean, toRight));
  const other = v128.bitselect(toBelow, toRight, isBelow);
  const low = v128.bitselect(i8x16.min_u(ownMean, other), ownLow, flat);
  const high = v128.bitselect(i8x16.max_u(ownMean, other), ownHigh, flat);
  const middle = i8x16.avgr_u(low, high);
  const mean = v128.bitselect(middle, ownMean, flat);
  const above = i8x16.sub_sat_u(i8x16.sub(high, low), floor);
  const round = i8x16.splat(<i8>WEIGHT_ROUND);
  const weight = i8x16.min_u(i8x16.shr_u(i8x16.add_sat_u(above, round), WEIGHT_SHIFT), i8x16.splat(<i8>MOST_WEIGHT));
  const inner = i8x16.min_u(i8x16.max_u(mean, i8x16.avgr_u(low, middle)), i8x16.avgr_u(middle, high));
  const level = i8x16.max_u(i8x16.avgr_u(inner, middle), i8x16.splat(1));
  v128.store(weights, i16x8.extend_low_i8x16_u(weight));
  v128.store(weights, i16x8.extend_high_i8x16_u(weight), 16);
  v128.store(votes, i16x8.extmul_low_i8x16_u(weight, level));
  v128.store(votes, i16x8.extmul_high_i8x16_u(weight, level), 16);
}

/** Means of neighbouring blocks where those are flat, the block's own mean elsewhere. */
function flatOther(own: v128, lows: usize, highs: usize, means: usize, floor: v128): v128 {
  const flat = i8x16.le_u(i8x16.sub(v128.load(highs), v128.load(lows)), floor);
  return v128.bitselect(v128.load(means), own, flat);
}

function distance(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

/** sums += enter − leave, for `count` u16, a multiple of 8. */
function slideSums(sums: usize, enter: usize, leave: usize, count: i32): void {
  const end = (<usize>count) << 1;
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < end; i += 16) {
      const sum = i16x8.add(v128.load(sums + i), v128.load(enter + i));
      v128.store(sums + i, i16x8.sub(sum, v128.load(leave + i)));
    }
  } else {
    for (let i: usize = 0; i < end; i += 2) {
      const sum = <u32>load<u16>(sums + i) + <u32>load<u16>(enter + i) - <u32>load<u16>(leave + i);
      store<u16>(sums + i, <u16>sum);
    }
  }
}

/** Weighted means over five columns of sums; 0 where nobody voted (a vote is 1 at least). */
function smoothRow(weights: usize, votes: usize, columns: i32, out: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let bx = 0; bx < columns; bx += 8) {
      const at = (<usize>bx) << 1;
      const weight = sumOfFive(weights + at);
      const vote = sumOfFive(votes + at);
      // The quotient's fraction is at most 1 − 1/250, far from where f32 rounds up to the next integer; 0 / 0 gives 0.
      const low = f32x4.div(
        f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(vote)),
        f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(weight)),
      );
      const high = f32x4.div(
        f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(vote)),
        f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(weight)),
      );
      const level = i16x8.narrow_i32x4_u(i32x4.trunc_sat_f32x4_s(low), i32x4.trunc_sat_f32x4_s(high));
      // The last store of a row runs into the next row, which is written later, or into the buffer's slack.
      v128.store64_lane(out + <usize>bx, i8x16.narrow_i16x8_u(level, level), 0);
    }
  } else {
    for (let bx = 0; bx < columns; bx++) {
      const at = (<usize>bx) << 1;
      let weight: u32 = 0;
      let vote: u32 = 0;
      for (let i: usize = 0; i < 10; i += 2) {
        weight += <u32>load<u16>(weights + at + i);
        vote += <u32>load<u16>(votes + at + i);
      }
      store<u8>(out + <usize>bx, weight == 0 ? 0 : <u8>(vote / weight));
    }
  }
}

function sumOfFive(at: usize): v128 {
  const sides = i16x8.add(i16x8.add(v128.load(at), v128.load(at, 2)), i16x8.add(v128.load(at, 6), v128.load(at, 8)));
  return i16x8.add(sides, v128.load(at, 4));
}

/** Carries thresholds on from the left and from above to blocks without; true if some stay without. */
function fillForward(surface: usize, columns: i32, rows: i32): bool {
  let isLeft = false;
  for (let by = 0; by < rows; by++) {
    const row = surface + <usize>(by * columns);
    let bx: i32 = 0;
    while (bx < columns) {
      const at = row + <usize>bx;
      if (bx + 8 <= columns && !hasZero(load<u64>(at))) {
        bx += 8;
        continue;
      }
      if (load<u8>(at) == 0) {
        const left = bx == 0 ? 0 : <u32>load<u8>(at - 1);
        const up = by == 0 ? 0 : <u32>load<u8>(at - <usize>columns);
        const level = between(left, up);
        store<u8>(at, <u8>level);
        if (level == 0) isLeft = true;
      }
      bx++;
    }
  }
  return isLeft;
}

/** Whether any of eight bytes is 0. */
function hasZero(bytes: u64): bool {
  return ((bytes - 0x0101010101010101) & ~bytes & 0x8080808080808080) != 0;
}

/** As fillForward(), from the right and from below. */
function fillBackward(surface: usize, columns: i32, rows: i32): void {
  for (let by = rows - 1; by >= 0; by--) {
    const row = surface + <usize>(by * columns);
    let right: u32 = 0;
    for (let bx = columns - 1; bx >= 0; bx--) {
      while (bx >= 7 && !hasZero(load<u64>(row + <usize>(bx - 7)))) {
        right = <u32>load<u8>(row + <usize>(bx - 7));
        bx -= 8;
      }
      if (bx < 0) break;
      let level = <u32>load<u8>(row + <usize>bx);
      if (level == 0) {
        const down = by == rows - 1 ? 0 : <u32>load<u8>(row + <usize>bx + <usize>columns);
        level = between(right, down);
        store<u8>(row + <usize>bx, <u8>level);
      }
      right = level;
    }
  }
}

/** The mean of two thresholds, or the one that is known. */
function between(a: u32, b: u32): u32 {
  if (a == 0) return b;
  return b == 0 ? a : (a + b + 1) >> 1;
}

/**
 * Thresholds from the surface: a flat block is all dark (255) or all light (0). Dark only where it is clearly below the
 * surface: on plain ground the surface may be made of the ground's own noise.
 */
function decide(plane: Plane, gate: i32, surface: usize, out: usize): void {
  const count = <usize>(plane.blockColumns * plane.blockRows);
  const margin = gate / MARGIN_SHARE;
  if (ASC_FEATURE_SIMD) {
    const floor = i8x16.splat(<i8>gate);
    const rise = i8x16.splat(<i8>margin);
    for (let i: usize = 0; i < count; i += 16) {
      const range = i8x16.sub(v128.load(plane.blockMax + i), v128.load(plane.blockMin + i));
      const level = v128.load(surface + i);
      const flat = i8x16.le_u(range, floor);
      const dark = i8x16.lt_u(i8x16.add_sat_u(v128.load(plane.blockMean + i), rise), level);
      v128.store(out + i, v128.bitselect(dark, level, flat));
    }
  } else {
    for (let i: usize = 0; i < count; i++) {
      const range = <i32>load<u8>(plane.blockMax + i) - <i32>load<u8>(plane.blockMin + i);
      const level = <i32>load<u8>(surface + i);
      const flat = min(<i32>load<u8>(plane.blockMean + i) + margin, 255) < level ? 255 : 0;
      store<u8>(out + i, <u8>(range <= gate ? flat : level));
    }
  }
}
