/** The longest run of equally spaced bars in a grey profile. Knows neither image nor code. */
import { FINE, findEdges } from "./edges";
import { floatAt, setFloat } from "./floats";

/** Edges that a profile may have. */
const MOST_EDGES: i32 = 1000;
/** Part of the running pitch by which a distance may differ: a quarter of a pixel at three pixels per bar and noise. */
const PLAY: f32 = 0.24;
/** Part of the pitch that a bar takes: 0.02 of 0.046 inch in USPS codes; blur and ink make it more, thin print less. */
const LEAST_BAR: f32 = 0.15;
const MOST_BAR: f32 = 0.8;
/** Weight of a new distance in the running pitch. */
const FOLLOW: f32 = 0.2;
/** Pitches in samples. */
const LEAST_PITCH: f32 = 2.6;
const MOST_PITCH: f32 = 24;

const edges = memory.data(4 * 1008);

/** First bar of the run found last, and its mean pitch in samples. */
let first: i32 = 0;
export let chainPitch: f32 = 0;

/** Length in bars of the longest run of equally spaced bars; 0 where there is none. */
export function longestChain(profile: usize, length: i32): i32 {
  const bars = findEdges(profile, length, FINE, edges, MOST_EDGES) >> 1;
  let best: i32 = 0;
  let from: i32 = 0;
  let pitch: f32 = 0;
  for (let i = 1; i <= bars; i++) {
    const d: f32 = i < bars ? centreOf(i) - centreOf(i - 1) : 1e9;
    if (i - from == 1) pitch = d;
    const isNext = d >= LEAST_PITCH && d <= MOST_PITCH && abs(d - pitch) <= PLAY * pitch && isBar(i, pitch);
    if (isNext) {
      pitch += FOLLOW * (d - pitch);
      continue;
    }
    if (i - from > best) {
      best = i - from;
      first = from;
    }
    // A distance of another size may be the first of the next run.
    from = i - from > 1 && i < bars && d <= MOST_PITCH ? i - 1 : i;
    pitch = d;
    if (from == i - 1 && !(d >= LEAST_PITCH && isBar(i, d))) from = i;
  }
  if (best >= 2) chainPitch = (centreOf(first + best - 1) - centreOf(first)) / <f32>(best - 1);
  return best;
}

/** Writes the centres of the run found last, in samples. */
export function chainCentres(count: i32, out: usize): void {
  for (let i = 0; i < count; i++) setFloat(out, i, centreOf(first + i));
}

function centreOf(bar: i32): f32 {
  return 0.5 * (floatAt(edges, 2 * bar) + floatAt(edges, 2 * bar + 1));
}

function isBar(bar: i32, pitch: f32): bool {
  const width = floatAt(edges, 2 * bar + 1) - floatAt(edges, 2 * bar);
  return width >= LEAST_BAR * pitch && width <= MOST_BAR * pitch;
}
