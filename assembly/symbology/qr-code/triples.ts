/**
 * Which three finders make a symbol: triples in the order of how well they fit, from centres, module sizes and outlines
 * alone. Knows no pixels.
 */
import { finderAt, finderCount } from "../../kit/concentric-finder";
import { Finder } from "../../kit/finder";
import { scaleAlong } from "../../kit/rings";
import { cross, distance } from "../../math/geometry";
import { alloc } from "../../memory/arena";

/** Three finders, clockwise from the corner one on an unmirrored symbol: top left, top right, bottom left is the third. */
@unmanaged
export class Triple {
  corner: Finder;
  right: Finder;
  below: Finder;
  /** Modules between the centres, from the finders' own module lengths along the legs: dimension − 7. */
  span: f64;
  /** 0 is perfect. */
  penalty: f64;
  /** Which of the three is a guess (MISSING_*). */
  missing: i32;
}

export const MISSING_NONE: i32 = 0;
export const MISSING_CORNER: i32 = 1;
export const MISSING_RIGHT: i32 = 2;
export const MISSING_BELOW: i32 = 3;

export const MOST_TRIPLES: i32 = 1024;

/** Version 1 has 14 modules between centres, version 40 has 170; measured within a fifth or so. */
const LEAST_SPAN: f64 = 10;
const MOST_SPAN: f64 = 215;

/**
 * Sum of the three finders' qualities: one of them may be half hidden, or all somewhat blurred. Texture makes finders of
 * about 0.5, seldom 0.7.
 */
const LEAST_QUALITY: f32 = 2.1;

/** Finder numbers, best quality first. */
const order = memory.data(256);
let triples: usize = 0;
let count: i32 = 0;

export function tripleCount(): i32 {
  return count;
}

export function tripleAt(rank: i32): Triple {
  return changetype<Triple>(triples + <usize>rank * offsetof<Triple>());
}

/** Modules between two finders by their own module lengths along the line: exact under perspective, not just near it. */
export function spanOf(a: Finder, b: Finder): f64 {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.sqrt(dx * dx + dy * dy);
  const scale = Math.sqrt(scaleAlong(a, dx, dy) * scaleAlong(b, dx, dy));
  return scale > 0 ? length / scale : 0;
}

/** Whether two finders may belong to one symbol: one polarity, like sizes, a distance that a symbol has. */
export function isPair(a: Finder, b: Finder): bool {
  if (a.isInverted != b.isInverted) return false;
  const ratio = a.size / b.size;
  if (ratio > 2.2 || ratio < 0.45) return false;
  const span = distance(a.x, a.y, b.x, b.y) / Math.sqrt(a.size * b.size);
  return span > 8 && span < MOST_SPAN * 1.5;
}

/** Collects and sorts the triples of the finders found so far; used finders are left out. */
export function collectTriples(): void {
  if (count == 0 || triples == 0) triples = alloc(<usize>MOST_TRIPLES * offsetof<Triple>());
  count = 0;
  if (triples == 0) return;
  sortFinders();
  const n = finderCount();
  for (let i = 0; i < n - 2; i++) {
    const a = ranked(i);
    if (a.quality * 3 < LEAST_QUALITY) break;
    if (a.isUsed) continue;
    for (let j = i + 1; j < n - 1; j++) {
      const b = ranked(j);
      if (a.quality + b.quality * 2 < LEAST_QUALITY) break;
      if (b.isUsed || !isPair(a, b)) continue;
      for (let k = j + 1; k < n; k++) {
        const c = ranked(k);
        if (a.quality + b.quality + c.quality < LEAST_QUALITY) break;
        if (c.isUsed || !isPair(a, c) || !isPair(b, c)) continue;
        // Under strong perspective the corner need not lie opposite the longest side: all three are asked.
        consider(a, b, c);
        consider(b, c, a);
        consider(c, a, b);
      }
    }
  }
}

/** Sorts the finders' numbers by quality, best first. */
function sortFinders(): void {
  for (let i = 0; i < finderCount(); i++) {
    const quality = finderAt(i).quality;
    let place = i;
    while (place > 0 && ranked(place - 1).quality < quality) {
      store<u8>(order + <usize>place, load<u8>(order + <usize>(place - 1)));
      place--;
    }
    store<u8>(order + <usize>place, <u8>i);
  }
}

function ranked(rank: i32): Finder {
  return finderAt(<i32>load<u8>(order + <usize>rank));
}

/** Forgets the list at the start of a frame. */
export function openTriples(): void {
  triples = 0;
  count = 0;
}

function consider(corner: Finder, p: Finder, q: Finder): void {
  const ax = p.x - corner.x;
  const ay = p.y - corner.y;
  const bx = q.x - corner.x;
  const by = q.y - corner.y;
  const la = Math.sqrt(ax * ax + ay * ay);
  const lb = Math.sqrt(bx * bx + by * by);
  const ratio = la / lb;
  if (ratio > 2.5 || ratio < 0.4) return;
  const cosine = Math.abs(ax * bx + ay * by) / (la * lb);
  if (cosine > 0.75) return;
  const sa = spanOf(corner, p);
  const sb = spanOf(corner, q);
  const span = (sa + sb) * 0.5;
  if (!(span > LEAST_SPAN && span < MOST_SPAN)) return;
  const uneven = Math.abs(sa - sb) / span;
  if (uneven > 0.35) return;
  // The legs run along the finders' sides, where the outline is nearest: a leg along a diagonal is another symbol's.
  const skew = sideways(corner, ax, ay) + sideways(corner, bx, by) + sideways(p, ax, ay) + sideways(q, bx, by);
  if (skew > 1.4) return;
  const sizes = Math.abs(Math.log(p.size / corner.size)) + Math.abs(Math.log(q.size / corner.size));
  const doubt = 3 - <f64>(corner.quality + p.quality + q.quality);
  const penalty = uneven * 2 + cosine + skew + sizes * 0.5 + doubt * 0.5 + span * 0.002;
  insert(corner, p, q, span, penalty);
}

/** 0 where (dx, dy) runs along a finder's sides, up to about 0.4 along its diagonals. */
export function sideways(finder: Finder, dx: f64, dy: f64): f64 {
  const along = scaleAlong(finder, dx, dy) * scaleAlong(finder, -dy, dx);
  const diagonal = scaleAlong(finder, dx + dy, dy - dx) * scaleAlong(finder, dx - dy, dy + dx);
  return diagonal > 0 ? max<f64>(0, Math.sqrt(along / diagonal) - 0.8) : 1;
}

/** Keeps the list sorted by penalty; the worst fall off its end. */
function insert(corner: Finder, p: Finder, q: Finder, span: f64, penalty: f64): void {
  if (count == MOST_TRIPLES && penalty >= tripleAt(count - 1).penalty) return;
  let low: i32 = 0;
  let high: i32 = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tripleAt(middle).penalty <= penalty) low = middle + 1;
    else high = middle;
  }
  const size = offsetof<Triple>();
  const moved = min(count, MOST_TRIPLES - 1) - low;
  if (moved > 0) {
    const at = triples + <usize>low * size;
    memory.copy(at + size, at, <usize>moved * size);
  }
  if (count < MOST_TRIPLES) count++;
  const triple = tripleAt(low);
  const isClockwise = cross(corner.x, corner.y, p.x, p.y, q.x, q.y) > 0;
  triple.corner = corner;
  triple.right = isClockwise ? p : q;
  triple.below = isClockwise ? q : p;
  triple.span = span;
  triple.penalty = penalty;
  triple.missing = MISSING_NONE;
}
