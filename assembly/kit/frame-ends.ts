/**
 * How much of the ground at the sides of a symbol lies within the frame: beyond the frame's edge a profile repeats its
 * last pixel, and lines that meet that edge at an angle leave the frame at different places. Knows no symbology.
 */
import { planeAt } from "../image/frame";
import { Strip, bandBottom, bandTop } from "./strip";

/** Lines of the band that have to see it: the middle half of the height, so that three of four tell what their mean is. */
const PART: f32 = 0.25;

let from: f32 = 0;
let to: f32 = 0;

/** Samples that the frame shows before a place; less than 0 where the place lies beyond its edge. */
export function seenBefore(strip: Strip, place: f32): f32 {
  findEnds(strip);
  return place - from;
}

/** … and behind a place. */
export function seenBehind(strip: Strip, place: f32): f32 {
  findEnds(strip);
  return to - place;
}

function findEnds(strip: Strip): void {
  from = 0;
  to = <f32>(strip.length - 1);
  const plane = planeAt(0);
  if (plane == null) return;
  const top = bandTop(strip);
  const height = bandBottom(strip) - top;
  clip(strip, top + PART * height, <f32>plane.width, <f32>plane.height);
  clip(strip, top + (1 - PART) * height, <f32>plane.width, <f32>plane.height);
}

/** Narrows the stretch to where a line lies in the frame; `part` is its place between the top and the bottom line. */
function clip(strip: Strip, part: f32, width: f32, height: f32): void {
  const dx = strip.topStepX + part * (strip.bottomStepX - strip.topStepX);
  const dy = strip.topStepY + part * (strip.bottomStepY - strip.topStepY);
  clipAxis(strip.topX + part * (strip.bottomX - strip.topX), dx, width);
  clipAxis(strip.topY + part * (strip.bottomY - strip.topY), dy, height);
}

function clipAxis(start: f32, step: f32, size: f32): void {
  if (abs<f32>(step) < 1e-6) return;
  const a = -start / step;
  const b = (size - start) / step;
  from = max(from, min(a, b));
  to = min(to, max(a, b));
}
