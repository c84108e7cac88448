/**
 * From a straight edge to a symbol's frame: the two solid sides that meet in its corner, then the clock tracks opposite to
 * them. Knows no sizes and no content.
 */
import { Plane } from "../../image/plane";
import { isThorough } from "../../io/options";
import { alloc } from "../../memory/arena";
import { cross } from "../../math/geometry";
import { Candidate } from "./candidates";
import { STRONG } from "./clock-bits";
import { matchClock } from "./clock-match";
import { Clock, ClockSide, findClock } from "./clock";
import { MOST_POINTS, followEdge } from "./edge-track";
import { Leg, allocLeg, fitLeg, legPlace, legX, legY, meet, meetFirst, meetSecond, thickness } from "./leg";
import { LEAST_SIDE, MOST_SIDE } from "./tables";
import { changes, isTextured } from "./texture";

/** Longest solid side as a multiple of the other: 144 to 8, and perspective. */
const MOST_RATIO: f64 = 22;
/** Sides of a symbol have at least LEAST_SIDE modules; the thickness may be wrong by this factor. */
const SLACK: f64 = 1.6;
/** Largest lean of a clock track against the side opposite to it, as a part of the other side. */
const FAST_LEAN: f64 = 0.16;
const THOROUGH_LEAN: f64 = 0.3;
/**
 * Reach of a clock track at the first look, and of both where neither is followed to its end. In the test images one of a symbol's
 * is in the end, and reaches 0.19 and more at the first look; texture alternates for a few modules of many, or beyond the corner.
 */
const LEAST_REACH: f64 = 0.15;
const TORN_REACH: f64 = 0.4;
const MOST_REACH: f64 = 1.25;
/** Modules to either side within which a clock track lies that bits showed. */
const NEAR: f64 = 1.2;
/** Fewest modules that a clock track must show to be one. */
const LEAST_CLOCK: i32 = 6;
/** … and one that must do alone. */
const LEAST_WHOLE: i32 = 8;

/** Fewest changes of colour per module that lines through the content cross, where modules are so many pixels that bits show them. */
const LEAST_CHANGES: f64 = 0.2;
const FINE: f64 = 1.8;

/** A frame as it was found, in pixels of the plane it was found on. */
@unmanaged
export class Frame {
  plane: Plane;
  isInverted: bool;
  /** The corner of the solid sides, the end of one, and the end of the other. */
  x0: f64;
  y0: f64;
  x1: f64;
  y1: f64;
  x2: f64;
  y2: f64;
  /** By how much the middle of the first and of the second solid side lies off its chord. */
  bow1X: f64;
  bow1Y: f64;
  bow2X: f64;
  bow2Y: f64;
  /** Module size along the first and the second side, from the other side's thickness. */
  module1: f64;
  module2: f64;
  /** The clock tracks opposite to the first and to the second side. */
  clock1: Clock;
  clock2: Clock;
}

/** Scratch of the search. */
@unmanaged
export class FrameFinder {
  points: usize;
  more: usize;
  first: Leg;
  second: Leg;
  side: ClockSide;
  frame: Frame;
  /** Points of the first side: `points` from here on, so many. */
  start: usize;
  count: i32;
  /** Of an image of few pixels, mostly one that was cut out around a symbol: bits need not show it first. */
  isCutOut: bool;
  /** Unit normal of the tracked edge towards its dark side. */
  darkX: f64;
  darkY: f64;
}

export function allocFinder(): FrameFinder | null {
  const at = alloc(offsetof<FrameFinder>());
  // Backward points lie before the seed's, forward ones behind.
  const points = alloc((<usize>(2 * MOST_POINTS)) << 3);
  const more = alloc((<usize>MOST_POINTS) << 3);
  const first = allocLeg();
  const second = allocLeg();
  const side = alloc(offsetof<ClockSide>());
  const clock1 = alloc(offsetof<Clock>());
  const clock2 = alloc(offsetof<Clock>());
  const frame = alloc(offsetof<Frame>());
  if (at == 0 || points == 0 || more == 0 || first == null || second == null) return null;
  if (side == 0 || clock1 == 0 || clock2 == 0 || frame == 0) return null;
  const finder = changetype<FrameFinder>(at);
  finder.points = points;
  finder.more = more;
  finder.first = first;
  finder.second = second;
  finder.side = changetype<ClockSide>(side);
  finder.frame = changetype<Frame>(frame);
  finder.frame.clock1 = changetype<Clock>(clock1);
  finder.frame.clock2 = changetype<Clock>(clock2);
  return finder;
}

/**
 * Tracks the edge through (x, y), which moves by `slope` per row, in both directions; returns its number of points, whose
 * first is at finder.start.
 */
export function trackSide(
  finder: FrameFinder,
  plane: Plane,
  x: f64,
  y: f64,
  slope: f64,
  isDarkRight: bool,
  gap: f64,
): i32 {
  const size = Math.sqrt(1 + slope * slope);
  const dx = slope / size;
  const dy = 1 / size;
  finder.darkX = isDarkRight ? dy : -dy;
  finder.darkY = isDarkRight ? -dx : dx;
  const middle = finder.points + ((<usize>MOST_POINTS) << 3);
  const down = followEdge(plane, x, y, dx, dy, -finder.darkX, -finder.darkY, false, gap, middle);
  const up = followEdge(plane, x - dx, y - dy, -dx, -dy, -finder.darkX, -finder.darkY, false, gap, finder.more);
  for (let i = 0; i < up; i++) {
    store<u64>(middle - ((<usize>(i + 1)) << 3), load<u64>(finder.more + ((<usize>i) << 3)));
  }
  finder.start = middle - ((<usize>up) << 3);
  finder.count = up + down;
  return up + down;
}

/** Completes a candidate's tracked side to a frame. False where there is none. */
export function completeFrame(finder: FrameFinder, plane: Plane, candidate: Candidate, gap: f64, least: f64): bool {
  const atEnd = candidate.isAtEnd;
  const isInverted = candidate.isInverted;
  const sign: f64 = isInverted ? 1 : -1;
  const first = finder.first;
  if (!fitLeg(first, finder.start, finder.count, sign * finder.darkX, sign * finder.darkY)) return false;
  const end = atEnd ? first.to : first.from;
  const along: f64 = atEnd ? 1 : -1;
  legPlace(first, end, 0);
  // Two pixels in: the corner itself is rounded by blur.
  const x = legX - 2 * first.ox;
  const y = legY - 2 * first.oy;
  const outX = along * first.dx;
  const outY = along * first.dy;
  const count = followEdge(plane, x, y, -first.ox, -first.oy, outX, outY, isInverted, gap, finder.more);
  const second = finder.second;
  if (!fitLeg(second, finder.more, count, outX, outY)) return false;
  if (min(first.to, second.to) < least) return false;
  if (second.to * MOST_RATIO < first.to || second.to > first.to * MOST_RATIO) return false;
  if (!meet(first, second, end, 0)) return false;
  if (!fillFrame(finder, plane, meetFirst, atEnd ? first.from : first.to, meetSecond, isInverted)) return false;
  return seekClocks(finder, candidate);
}

function fillFrame(finder: FrameFinder, plane: Plane, corner1: f64, far1: f64, corner2: f64, isInverted: bool): bool {
  const first = finder.first;
  const second = finder.second;
  const frame = finder.frame;
  frame.plane = plane;
  frame.isInverted = isInverted;
  legPlace(first, corner1, 0);
  frame.x0 = legX;
  frame.y0 = legY;
  legPlace(first, far1, 0);
  frame.x1 = legX;
  frame.y1 = legY;
  legPlace(second, second.to, 0);
  frame.x2 = legX;
  frame.y2 = legY;
  legPlace(first, (corner1 + far1) * 0.5, 0);
  frame.bow1X = legX - (frame.x0 + frame.x1) * 0.5;
  frame.bow1Y = legY - (frame.y0 + frame.y1) * 0.5;
  legPlace(second, (corner2 + second.to) * 0.5, 0);
  frame.bow2X = legX - (frame.x0 + frame.x2) * 0.5;
  frame.bow2Y = legY - (frame.y0 + frame.y2) * 0.5;
  const length1 = Math.hypot(frame.x1 - frame.x0, frame.y1 - frame.y0);
  const length2 = Math.hypot(frame.x2 - frame.x0, frame.y2 - frame.y0);
  const turn = cross(frame.x0, frame.y0, frame.x1, frame.y1, frame.x2, frame.y2);
  // Sides at 27° or less lie too flat to be read.
  if (!(Math.abs(turn) > 0.45 * length1 * length2)) return false;
  if (!isTextured(plane, frame.x0, frame.y0, frame.x1, frame.y1, frame.x2, frame.y2)) return false;
  const least = <f64>LEAST_SIDE / SLACK;
  const most = <f64>MOST_SIDE * SLACK;
  frame.module2 = thickness(plane, first, corner1, far1, isInverted, length2 / least + 1);
  if (!(frame.module2 > 0.7) || length2 < least * frame.module2 || length2 > most * frame.module2) return false;
  frame.module1 = thickness(plane, second, corner2, second.to, isInverted, length1 / least + 1);
  if (!(frame.module1 > 0.7) || length1 < least * frame.module1 || length1 > most * frame.module1) return false;
  if (frame.module1 > 3 * frame.module2 || frame.module2 > 3 * frame.module1) return false;
  // Content changes colour at every second module on average.
  const modules = 3 * (length1 / frame.module1 + length2 / frame.module2);
  if (min(frame.module1, frame.module2) > FINE && <f64>changes < LEAST_CHANGES * modules) return false;
  return true;
}

/** Looks for both clock tracks, first where the bits show more of one; false where neither shows enough to be one. */
function seekClocks(finder: FrameFinder, candidate: Candidate): bool {
  const one = finder.frame.clock1;
  const two = finder.frame.clock2;
  one.modules = 0;
  two.modules = 0;
  const isBitSure = !finder.isCutOut && -candidate.evidence >= STRONG;
  const isFirst = candidate.firstRuns >= candidate.secondRuns;
  if (isBitSure && !confirm(finder, candidate, isFirst) && !confirm(finder, candidate, !isFirst)) return false;
  const most = isThorough() ? THOROUGH_LEAN : FAST_LEAN;
  if (!isWhole(two)) findClock(aimAtSecond(finder), 0, most, two);
  // A live frame asks for both.
  if (two.modules < LEAST_CLOCK && !isThorough()) return false;
  if (!isWhole(one)) findClock(aimAtFirst(finder), 0, most, one);
  if (isThorough()) {
    const isBoth = min(one.modules, two.modules) >= LEAST_CLOCK;
    // Of what is worth the dear comparison one track at least shows.
    if (max(one.modules, two.modules) < LEAST_CLOCK) return false;
    const isTorn = isBoth && min(one.reach, two.reach) > TORN_REACH && max(one.reach, two.reach) < MOST_REACH;
    if (isBitSure && !isWhole(one) && !isWhole(two) && !isTorn) return false;
    if (!isWhole(one)) matchClock(aimAtFirst(finder), most, one);
    if (!isWhole(two)) matchClock(aimAtSecond(finder), most, two);
  }
  return min(one.modules, two.modules) >= LEAST_CLOCK || isWhole(one) || isWhole(two);
}

/** Looks for a clock track where the bits show it; false where there is none. */
function confirm(finder: FrameFinder, candidate: Candidate, isFirst: bool): bool {
  const clock = isFirst ? finder.frame.clock1 : finder.frame.clock2;
  const side = isFirst ? aimAtFirst(finder) : aimAtSecond(finder);
  // Sides that were tracked at sub-pixel end elsewhere than on bits, by a module perhaps.
  const near = (NEAR * side.across) / Math.hypot(side.outX, side.outY);
  findClock(side, isFirst ? candidate.firstLean : candidate.secondLean, near, clock);
  return clock.modules >= LEAST_CLOCK && clock.reach > LEAST_REACH && clock.reach < MOST_REACH;
}

/** The track opposite to the second solid side. */
function aimAtSecond(finder: FrameFinder): ClockSide {
  const frame = finder.frame;
  const side = finder.side;
  side.plane = frame.plane;
  side.isInverted = frame.isInverted;
  side.x = frame.x1;
  side.y = frame.y1;
  side.alongX = frame.x2 - frame.x0;
  side.alongY = frame.y2 - frame.y0;
  side.outX = frame.x1 - frame.x0;
  side.outY = frame.y1 - frame.y0;
  side.bowX = frame.bow2X;
  side.bowY = frame.bow2Y;
  side.across = frame.module1;
  side.along = frame.module2;
  return side;
}

/** The track opposite to the first solid side. */
function aimAtFirst(finder: FrameFinder): ClockSide {
  const frame = finder.frame;
  const side = finder.side;
  side.plane = frame.plane;
  side.isInverted = frame.isInverted;
  side.x = frame.x2;
  side.y = frame.y2;
  side.alongX = frame.x1 - frame.x0;
  side.alongY = frame.y1 - frame.y0;
  side.outX = frame.x2 - frame.x0;
  side.outY = frame.y2 - frame.y0;
  side.bowX = frame.bow1X;
  side.bowY = frame.bow1Y;
  side.across = frame.module2;
  side.along = frame.module1;
  return side;
}

/** True for a track that was followed to its end: it alone tells where the frame's fourth corner lies. */
export function isWhole(clock: Clock): bool {
  return clock.modules >= LEAST_WHOLE && clock.reach > 0.8 && clock.reach < MOST_REACH;
}

/** What the fourth corner is taken from. */
export const BY_BOTH: i32 = 0;
export const BY_FIRST: i32 = 1;
export const BY_SECOND: i32 = 2;

/** The frame's fourth corner and its modules along the first and second side, set by closeFrame(). */
export let cornerX: f64 = 0;
export let cornerY: f64 = 0;
export let count1: i32 = 0;
export let count2: i32 = 0;

/** Completes the frame from both clock tracks or from one; false where what is asked for is not there. */
export function closeFrame(frame: Frame, by: i32): bool {
  const one = frame.clock1;
  const two = frame.clock2;
  let s: f64;
  let t: f64;
  count1 = one.modules;
  count2 = two.modules;
  const length1 = Math.hypot(frame.x1 - frame.x0, frame.y1 - frame.y0);
  const length2 = Math.hypot(frame.x2 - frame.x0, frame.y2 - frame.y0);
  // Modules along the first side per module along the second, as the thickness of the sides has it.
  const shape = (length1 * frame.module2) / (length2 * frame.module1);
  if (by == BY_BOTH) {
    if (min(count1, count2) < LEAST_CLOCK) return false;
    // Where the two tracks' outer edges meet, in units of the two sides.
    s = (1 + one.lean) / (1 - one.lean * two.lean);
    t = 1 + s * two.lean;
  } else if (by == BY_FIRST) {
    if (!isWhole(one)) return false;
    t = one.reach;
    s = 1 + t * one.lean;
    count2 = <i32>Math.round(<f64>count1 / shape);
  } else {
    if (!isWhole(two)) return false;
    s = two.reach;
    t = 1 + s * two.lean;
    count1 = <i32>Math.round(<f64>count2 * shape);
  }
  cornerX = frame.x0 + t * (frame.x1 - frame.x0) + s * (frame.x2 - frame.x0);
  cornerY = frame.y0 + t * (frame.y1 - frame.y0) + s * (frame.y2 - frame.y0);
  return true;
}
