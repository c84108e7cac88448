/**
 * How far each bar of a row reaches up and down, in grey: along every bar a profile of darkness, whose upper and lower ends
 * fall into two groups, or one. Then the darkness between the groups' ends tells each bar's state. Knows no code.
 */
import { bilinear } from "../image/sampler";
import { Plane } from "../image/plane";
import { allocFloats, floatAt, setFloat } from "./floats";
import { spend } from "./budget";
import { BarRow } from "./bar-row";

/** Samples of a profile per pitch, and how far it goes from the centre line, in pitches. */
const FINENESS: i32 = 8;
const REACH: i32 = 3;
const HALF: i32 = FINENESS * REACH;
const SAMPLES: i32 = 2 * HALF + 1;
/** Neighbours on each side that tell how dark bars and how light spaces are. */
const NEIGHBOURS: i32 = 6;
/** Part of the samples of the spaces that are darker than what counts as light. */
const LIGHT_PART: i32 = 80;
/** Grey levels between light and dark. */
const LEAST_CONTRAST: f32 = 8;
/** Pitches by which long bars reach further than short ones: 0.4 mm of 1.2 (Royal Mail) and 0.05 of 0.046 inch (USPS) at least. */
const LEAST_STEP: f32 = 0.42;
/** Part of the step at each end that is left out: ends are blurred. */
const INSET: f32 = 0.18;
const ROUNDS: i32 = 3;

/** 128 bars, f32 each: light and dark around a bar, and how far it reaches. */
const lights = memory.data(4 * 128);
const darks = memory.data(4 * 128);
const ends = memory.data(4 * 128);
const histogram = memory.data(4 * 256);

/** Means of the two groups at the row's middle, in samples, and the samples by which both change from bar to bar. */
let shortEnd: f32 = 0;
let longEnd: f32 = 0;
let trend: f32 = 0;

/** Fills in the states of a row's bars; false where they do not look like any. */
export function measureHeights(plane: Plane, row: BarRow): bool {
  const count = row.bars;
  const bars = allocFloats(count * SAMPLES);
  const spaces = allocFloats(count * SAMPLES);
  if (bars == 0 || spaces == 0 || !spend((count * SAMPLES * 4) >> 7)) return false;
  samplePitches(plane, row, bars, spaces);
  if (!measureTones(count, bars, spaces)) return false;
  for (let i = 0; i < count; i++) {
    const light = floatAt(lights, i);
    const scale: f32 = 1 / (light - floatAt(darks, i));
    for (let k = 0; k < SAMPLES; k++) {
      const at = i * SAMPLES + k;
      setFloat(bars, at, (light - floatAt(bars, at)) * scale);
    }
  }
  row.unrest = 0;
  row.differsAbove = measureSide(bars, count, -1);
  row.above = longEnd / <f32>FINENESS;
  const shortAbove = shortEnd;
  const trendAbove = trend;
  if (row.differsAbove) row.unrest = scoreSide(bars, count, -1, row.ups);
  row.differsBelow = measureSide(bars, count, 1);
  row.below = longEnd / <f32>FINENESS;
  if (row.differsBelow) row.unrest = max(row.unrest, scoreSide(bars, count, 1, row.downs));
  row.offset = (0.5 * (shortEnd - shortAbove)) / <f32>FINENESS;
  row.climb = (0.5 * (trend - trendAbove)) / <f32>FINENESS;
  return row.differsAbove || row.differsBelow;
}

/** Grey along every bar and along the space behind it. */
function samplePitches(plane: Plane, row: BarRow, bars: usize, spaces: usize): void {
  const step = row.pitch / <f32>FINENESS;
  const vx = <f64>(row.downX * step);
  const vy = <f64>(row.downY * step);
  const wx = <f64>(row.alongX * row.pitch);
  const wy = <f64>(row.alongY * row.pitch);
  for (let i = 0; i < row.bars; i++) {
    const x = <f64>floatAt(row.xs, i);
    const y = <f64>floatAt(row.ys, i);
    for (let k = 0; k < SAMPLES; k++) {
      const px = x + vx * <f64>(k - HALF);
      const py = y + vy * <f64>(k - HALF);
      const grey: f32 =
        0.5 * bilinear(plane, px, py) +
        0.25 * (bilinear(plane, px + 0.14 * wx, py + 0.14 * wy) + bilinear(plane, px - 0.14 * wx, py - 0.14 * wy));
      const space = bilinear(plane, px + 0.5 * wx, py + 0.5 * wy);
      setFloat(bars, i * SAMPLES + k, row.isInverted ? 255 - grey : grey);
      setFloat(spaces, i * SAMPLES + k, row.isInverted ? 255 - space : space);
    }
  }
}

/** Light and dark around each bar; false where a bar hardly differs from its ground. */
function measureTones(count: i32, bars: usize, spaces: usize): bool {
  for (let i = 0; i < count; i++) {
    const from = max(0, i - NEIGHBOURS);
    const to = min(count - 1, i + NEIGHBOURS);
    memory.fill(histogram, 0, 4 * 256);
    let dark: f32 = 0;
    for (let j = from; j <= to; j++) {
      for (let k = HALF - 2 * FINENESS; k <= HALF + 2 * FINENESS; k++) {
        const grey = max(0, min(255, <i32>floatAt(spaces, j * SAMPLES + k)));
        const at = histogram + ((<usize>grey) << 2);
        store<i32>(at, load<i32>(at) + 1);
      }
      for (let k = HALF - 1; k <= HALF + 1; k++) dark += floatAt(bars, j * SAMPLES + k);
    }
    const all = (to - from + 1) * (4 * FINENESS + 1);
    let below: i32 = 0;
    let light: i32 = 0;
    for (; light < 255; light++) {
      below += load<i32>(histogram + ((<usize>light) << 2));
      if (below * 100 >= all * LIGHT_PART) break;
    }
    const taken = 3 * (to - from + 1);
    const mean: f32 = dark / <f32>taken;
    if (<f32>light - mean < LEAST_CONTRAST) return false;
    setFloat(lights, i, <f32>light);
    setFloat(darks, i, mean);
  }
  return true;
}

/** Finds the ends on one side (−1 above, 1 below) and their two groups; false where there is one group only. */
function measureSide(bars: usize, count: i32, side: i32): bool {
  let low: f32 = 1e9;
  let high: f32 = -1e9;
  for (let i = 0; i < count; i++) {
    const end = endOf(bars + ((<usize>(i * SAMPLES)) << 2), side);
    setFloat(ends, i, end);
    low = min(low, end);
    high = max(high, end);
  }
  trend = 0;
  let middle: f32 = 0.5 * (low + high);
  const centre: f32 = 0.5 * <f32>(count - 1);
  let isSplit = false;
  for (let round = 0; round < ROUNDS; round++) {
    // Lloyd's steps: means of what lies on either side of the middle.
    for (let step = 0; step < 4; step++) {
      let shorts: f32 = 0;
      let longs: f32 = 0;
      let shortCount: i32 = 0;
      for (let i = 0; i < count; i++) {
        const end = floatAt(ends, i) - trend * (<f32>i - centre);
        if (end < middle) {
          shorts += end;
          shortCount++;
        } else longs += end;
      }
      isSplit = shortCount > 0 && shortCount < count;
      shortEnd = shortCount > 0 ? shorts / <f32>shortCount : longs / <f32>count;
      longEnd = shortCount < count ? longs / <f32>(count - shortCount) : shortEnd;
      if (!isSplit) break;
      middle = 0.5 * (shortEnd + longEnd);
    }
    isSplit = isSplit && longEnd - shortEnd >= LEAST_STEP * <f32>FINENESS;
    if (!isSplit) {
      shortEnd = meanEnd(count);
      longEnd = shortEnd;
    }
    const most: f32 = isSplit ? 0.5 * (longEnd - shortEnd) : LEAST_STEP * <f32>FINENESS;
    let slope: f32 = 0;
    let mass: f32 = 0;
    for (let i = 0; i < count; i++) {
      const t = <f32>i - centre;
      const end = floatAt(ends, i) - trend * t;
      const off = end - (end < middle ? shortEnd : longEnd);
      // What is far from both groups has met text.
      if (abs(off) > most) continue;
      slope += off * t;
      mass += t * t;
    }
    if (mass > 0) trend += slope / mass;
  }
  return isSplit;
}

/** Mean of all ends; what the trend adds and takes is the same. */
function meanEnd(count: i32): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < count; i++) sum += floatAt(ends, i);
  return sum / <f32>count;
}

/** Samples from the centre line to where a bar ends on one side. */
function endOf(bar: usize, side: i32): f32 {
  let before = floatAt(bar, HALF);
  for (let k = 1; k <= HALF; k++) {
    const dark = floatAt(bar, HALF + side * k);
    if (dark < 0.5) return before > 0.5 ? <f32>k - (0.5 - dark) / (before - dark) : <f32>k;
    before = dark;
  }
  return <f32>HALF;
}

/** Scores the bars by how dark they are between short and long ends; returns their unrest. */
function scoreSide(bars: usize, count: i32, side: i32, scores: usize): f32 {
  const step = longEnd - shortEnd;
  const centre: f32 = 0.5 * <f32>(count - 1);
  for (let i = 0; i < count; i++) {
    const shift = trend * (<f32>i - centre);
    const from = <i32>max<f32>(1, nearest<f32>(shortEnd + INSET * step + shift));
    const to = <i32>min<f32>(<f32>HALF, nearest<f32>(longEnd - INSET * step + shift));
    let sum: f32 = 0;
    for (let k = from; k <= to; k++) sum += min<f32>(1.3, max<f32>(-0.3, floatAt(bars, i * SAMPLES + HALF + side * k)));
    setFloat(scores, i, to >= from ? sum / <f32>(to - from + 1) : 0.5);
  }
  let middle: f32 = 0.5;
  let half: f32 = 0.5;
  for (let round = 0; round < 3; round++) {
    let darkSum: f32 = 0;
    let sum: f32 = 0;
    let darkCount: i32 = 0;
    for (let i = 0; i < count; i++) {
      const v = floatAt(scores, i);
      sum += v;
      if (v < middle) continue;
      darkSum += v;
      darkCount++;
    }
    if (darkCount == 0 || darkCount == count) break;
    const dark = darkSum / <f32>darkCount;
    const light = (sum - darkSum) / <f32>(count - darkCount);
    middle = 0.5 * (dark + light);
    half = max<f32>(0.1, 0.5 * (dark - light));
  }
  let square: f32 = 0;
  for (let i = 0; i < count; i++) {
    const score = max<f32>(-1.5, min<f32>((floatAt(scores, i) - middle) / half, 1.5));
    setFloat(scores, i, score);
    square += (abs(score) - 1) * (abs(score) - 1);
  }
  return sqrt<f32>(square / <f32>count);
}
