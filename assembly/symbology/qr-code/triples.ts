/**
 * Which three finders make a symbol: triples in the order of how well they fit, from centres, module sizes and outlines
 * alone. Knows no pixels.
 */
import { spend } from "../../kit/budget";
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

export const MOST_TRIPLES: i32 = 400;

/** Version 1 has 14 modules between centres, version 40 has 170; measured within a fifth or so. */
const LEAST_SPAN: f64 = 10;
const MOST_SPAN: f64 = 215;

/**
 * Sum of the three finders' qualities: one of them may be half hidden, or all somewhat blurred. Texture makes finders of
 * about 0.5, seldom 0.7.
 */
const LEAST_QUALITY: f32 = 2.1;

/** Legs of one symbol differ by so much of their mean at most, and stray so far from the finders' sides. */
const MOST_UNEVEN: f64 = 0.35;
const MOST_SKEW: f64 = 1.4;

/** Steps of the search that take about a microsecond; three considered triples are a dozen steps. */
const STEPS_SHIFT: i32 = 7;
const CONSIDERED: i32 = 12;

/** Numbers of unused finders, best quality first. */
const order = memory.data(256);
let orderCount: i32 = 0;
/** Of each two ranks: span (0 where they cannot belong together) and skew, both f64. See pairOf(). */
let pairs: usize = 0;
let triples: usize = 0;
let count: i32 = 0;
/** Length of the list that is being collected. */
let wanted: i32 = 0;

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

/**
 * Collects the best triples of the best unused finders, `mostTriples` and `mostFinders` of them, in order of penalty.
 * Finders that were all there when it was last called for this frame make no triple again; `mostFinders` stays the same.
 */
export function collectTriples(mostTriples: i32, mostFinders: i32): void {
  if (triples == 0) triples = alloc(<usize>MOST_TRIPLES * offsetof<Triple>());
  if (pairs == 0) pairs = alloc((<usize>((mostFinders * (mostFinders - 1)) / 2)) << 4);
  count = 0;
  wanted = min(mostTriples, MOST_TRIPLES);
  if (triples == 0 || pairs == 0) return;
  sortFinders();
  const n = min(orderCount, mostFinders);
  const known = measurePairs(n);
  search(known);
  for (let i = 0; i < finderCount(); i++) finderAt(i).isFresh = false;
}

/** Looks through the ranks so that triples of the best finders come first, should the budget end before the ranks. */
function search(n: i32): void {
  if (n < 3) return;
  const first = ranked(0).quality;
  let steps: i32 = 0;
  for (let k = 2; k < n; k++) {
    const c = ranked(k);
    for (let j = 1; j < k; j++) {
      const b = ranked(j);
      const both = b.quality + c.quality;
      if (first + both < LEAST_QUALITY) break;
      if (load<f64>(pairOf(j, k)) == 0) continue;
      const isFresh = b.isFresh || c.isFresh;
      for (let i = 0; i < j; i++) {
        const a = ranked(i);
        if (a.quality + both < LEAST_QUALITY) break;
        steps++;
        if (!(isFresh || a.isFresh) || load<f64>(pairOf(i, j)) == 0 || load<f64>(pairOf(i, k)) == 0) continue;
        // Under strong perspective the corner need not lie opposite the longest side: all three are asked.
        consider(a, b, c, pairOf(i, j), pairOf(i, k));
        consider(b, c, a, pairOf(j, k), pairOf(i, j));
        consider(c, a, b, pairOf(i, k), pairOf(j, k));
        steps += CONSIDERED;
      }
    }
    if (!spend(steps >> STEPS_SHIFT)) return;
    steps &= (1 << STEPS_SHIFT) - 1;
  }
}

/** Where span and skew of the ranks low < high lie. */
function pairOf(low: i32, high: i32): usize {
  return pairs + ((<usize>((high * (high - 1)) / 2 + low)) << 4);
}

/** Measures the pairs of the first n ranks; returns how many ranks the budget was enough for. */
function measurePairs(n: i32): i32 {
  for (let high = 1; high < n; high++) {
    const b = ranked(high);
    // Two to three measured pairs take a microsecond.
    if (!spend((high >> 2) + 1)) return high;
    for (let low = 0; low < high; low++) {
      const a = ranked(low);
      const at = pairOf(low, high);
      const isOne = isPair(a, b);
      const dx = b.x - a.x;
      const dy = b.y - a.y;
      store<f64>(at, isOne ? max<f64>(spanOf(a, b), 1e-9) : 0);
      store<f64>(at, isOne ? sideways(a, dx, dy) + sideways(b, dx, dy) : 0, 8);
    }
  }
  return n;
}

/** Sorts the unused finders' numbers by quality, best first. */
function sortFinders(): void {
  orderCount = 0;
  for (let i = 0; i < finderCount(); i++) {
    const finder = finderAt(i);
    if (finder.isUsed) continue;
    let place = orderCount++;
    while (place > 0 && ranked(place - 1).quality < finder.quality) {
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
  pairs = 0;
  count = 0;
}

/** Puts a triple into the list if it may be a symbol; `toP` and `toQ` are the measures of its legs. */
function consider(corner: Finder, p: Finder, q: Finder, toP: usize, toQ: usize): void {
  // The legs run along the finders' sides, where the outline is nearest: a leg along a diagonal is another symbol's.
  const skew = load<f64>(toP, 8) + load<f64>(toQ, 8);
  if (skew > MOST_SKEW) return;
  const sa = load<f64>(toP);
  const sb = load<f64>(toQ);
  const span = (sa + sb) * 0.5;
  if (!(span > LEAST_SPAN && span < MOST_SPAN)) return;
  const uneven = Math.abs(sa - sb) / span;
  if (uneven > MOST_UNEVEN) return;
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
  const doubt = 3 - <f64>(corner.quality + p.quality + q.quality);
  const geometry = uneven * 2 + cosine + skew + doubt * 0.5 + span * 0.002;
  if (count == wanted && geometry >= tripleAt(count - 1).penalty) return;
  const sizes = Math.abs(Math.log(p.size / corner.size)) + Math.abs(Math.log(q.size / corner.size));
  insert(corner, p, q, span, geometry + sizes * 0.5);
}

/** 0 where (dx, dy) runs along a finder's sides, up to about 0.4 along its diagonals. */
export function sideways(finder: Finder, dx: f64, dy: f64): f64 {
  const along = scaleAlong(finder, dx, dy) * scaleAlong(finder, -dy, dx);
  const diagonal = scaleAlong(finder, dx + dy, dy - dx) * scaleAlong(finder, dx - dy, dy + dx);
  return diagonal > 0 ? max<f64>(0, Math.sqrt(along / diagonal) - 0.8) : 1;
}

/** Keeps the list sorted by penalty; the worst fall off its end. */
function insert(corner: Finder, p: Finder, q: Finder, span: f64, penalty: f64): void {
  if (count == wanted && penalty >= tripleAt(count - 1).penalty) return;
  let low: i32 = 0;
  let high: i32 = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tripleAt(middle).penalty <= penalty) low = middle + 1;
    else high = middle;
  }
  const size = offsetof<Triple>();
  const moved = min(count, wanted - 1) - low;
  if (moved > 0) {
    const at = triples + <usize>low * size;
    memory.copy(at + size, at, <usize>moved * size);
  }
  if (count < wanted) count++;
  const triple = tripleAt(low);
  const isClockwise = cross(corner.x, corner.y, p.x, p.y, q.x, q.y) > 0;
  triple.corner = corner;
  triple.right = isClockwise ? p : q;
  triple.below = isClockwise ? q : p;
  triple.span = span;
  triple.penalty = penalty;
  triple.missing = MISSING_NONE;
}
