/**
 * A narrow strip beside another one, parallel to it: what rows of stacked symbols are looked at with. Knows no
 * symbology.
 */
import { LEVELS, planeAt } from "../image/frame";
import { alloc } from "../memory/arena";
import { allocFloats, floatAt, setFloat } from "./floats";
import { findEnds } from "./scan";
import { sampleLine } from "./scan-line";
import { Strip } from "./strip";
import { EDGE_ROOM } from "./strip-views";

/** Lines averaged. */
const LINES: i32 = 3;

/**
 * A strip of one band, `offset` pixels of level 0 along the bars from the middle of the given one and `height` pixels
 * high; null where it misses the frame or memory is exhausted.
 */
export function shiftStrip(strip: Strip, offset: f32, height: f32): Strip | null {
  let level: i32 = 0;
  while (level < LEVELS - 1 && strip.scale >= <f32>(2 << level)) level++;
  const plane = planeAt(level);
  const samples = strip.length;
  const head = alloc(offsetof<Strip>());
  const profile = allocFloats(samples);
  const line = allocFloats(samples);
  const edges = allocFloats(EDGE_ROOM);
  const counts = alloc(4);
  if (plane == null || head == 0 || profile == 0 || line == 0 || edges == 0 || counts == 0) return null;
  memory.fill(head, 0, offsetof<Strip>());
  const out = changetype<Strip>(head);
  const dx = (strip.topStepX + strip.bottomStepX) * 0.5;
  const dy = (strip.topStepY + strip.bottomStepY) * 0.5;
  const norm = sqrt<f32>(dx * dx + dy * dy);
  if (!(norm > 0)) return null;
  const x = (strip.topX + strip.bottomX) * 0.5 - (dy / norm) * offset;
  const y = (strip.topY + strip.bottomY) * 0.5 + (dx / norm) * offset;
  const size: f32 = 1 / <f32>(1 << level);
  memory.fill(profile, 0, (<usize>samples) << 2);
  for (let k = 0; k < LINES; k++) {
    const v = (height * (<f32>k - 0.5 * <f32>(LINES - 1))) / <f32>LINES;
    const x0 = (x - (dy / norm) * v) * size - 0.5;
    const y0 = (y + (dx / norm) * v) * size - 0.5;
    if (!sampleLine(plane, x0, y0, dx * size, dy * size, samples, line)) return null;
    for (let i = 0; i < samples; i++) setFloat(profile, i, floatAt(profile, i) + floatAt(line, i) / <f32>LINES);
  }
  if (strip.inverted) for (let i = 0; i < samples; i++) setFloat(profile, i, 255 - floatAt(profile, i));
  store<i32>(counts, LINES);
  out.length = samples;
  out.bands = 1;
  out.profiles = profile;
  out.lines = counts;
  out.trust = strip.trust;
  out.inverted = strip.inverted;
  out.reversed = strip.reversed;
  out.scale = strip.scale;
  const half: f32 = height * 0.5;
  out.topX = x + (dy / norm) * half;
  out.topY = y - (dx / norm) * half;
  out.bottomX = x - (dy / norm) * half;
  out.bottomY = y + (dx / norm) * half;
  out.topStepX = dx;
  out.topStepY = dy;
  out.bottomStepX = dx;
  out.bottomStepY = dy;
  out.swing = strip.swing;
  out.edges = edges;
  out.within = strip.within;
  out.reader = strip.reader;
  findEnds(out, <f32>plane.width / size, <f32>plane.height / size);
  return out;
}
