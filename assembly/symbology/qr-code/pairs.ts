/**
 * Two finders of a symbol whose third is hidden or torn: guesses where the third was, as triples that the timing patterns
 * must bear out. Knows no pixels.
 */
import { finderAt, finderCount } from "../../kit/concentric-finder";
import { Finder } from "../../kit/finder";
import { scaleAlong } from "../../kit/rings";
import { alloc } from "../../memory/arena";
import { MISSING_BELOW, MISSING_CORNER, MISSING_RIGHT, Triple, isPair, sideways, spanOf } from "./triples";

/** Both finders of a pair must be beyond doubt: a guess on top of a guess is texture. */
const SURE_QUALITY: f32 = 0.8;
/** Pairs and guesses of a frame. */
const MOST_PAIRS: i32 = 40;
const GUESSES: i32 = 6;

let guesses: usize = 0;
let thirds: usize = 0;
let count: i32 = 0;
let thirdCount: i32 = 0;

export function guessCount(): i32 {
  return count;
}

export function guessAt(index: i32): Triple {
  return changetype<Triple>(guesses + <usize>index * offsetof<Triple>());
}

/** Collects the guesses of all pairs of sure, unused finders. */
export function collectGuesses(): void {
  count = 0;
  thirdCount = 0;
  const most = MOST_PAIRS * GUESSES;
  guesses = alloc(<usize>most * offsetof<Triple>());
  thirds = alloc(<usize>most * offsetof<Finder>());
  if (guesses == 0 || thirds == 0) return;
  for (let i = 0; i < finderCount(); i++) {
    const a = finderAt(i);
    if (a.isUsed || a.quality < SURE_QUALITY) continue;
    for (let j = i + 1; j < finderCount(); j++) {
      const b = finderAt(j);
      if (b.isUsed || b.quality < SURE_QUALITY || !isPair(a, b)) continue;
      if (count + GUESSES > most) return;
      const dx = b.x - a.x;
      const dy = b.y - a.y;
      const skew = sideways(a, dx, dy) + sideways(b, dx, dy);
      // Along the sides: neighbours. Along the diagonals: the two beside the corner. In between both are asked.
      if (skew < 0.5) guessNeighbours(a, b);
      if (skew > 0.2) guessOpposites(a, b);
    }
  }
}

/** a and b on one side of the symbol, which lies to either side of them; the third beside either of them. */
function guessNeighbours(a: Finder, b: Finder): void {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.sqrt(dx * dx + dy * dy);
  const span = spanOf(a, b);
  for (let side = -1; side <= 1; side += 2) {
    const nx = (-dy / length) * <f64>side;
    const ny = (dx / length) * <f64>side;
    const reachA = span * scaleAlong(a, nx, ny);
    const reachB = span * scaleAlong(b, nx, ny);
    const besideA = third(a, a.x + nx * reachA, a.y + ny * reachA, a.size);
    const besideB = third(b, b.x + nx * reachB, b.y + ny * reachB, b.size);
    // Clockwise around the symbol: to the right of a → b where the symbol lies on the clockwise side.
    if (side > 0) {
      add(a, b, besideA, span, MISSING_BELOW);
      add(b, besideB, a, span, MISSING_RIGHT);
    } else {
      add(a, besideA, b, span, MISSING_RIGHT);
      add(b, a, besideB, span, MISSING_BELOW);
    }
  }
}

/** a and b at the ends of a diagonal; the corner to either side of it. */
function guessOpposites(a: Finder, b: Finder): void {
  const mx = (a.x + b.x) * 0.5;
  const my = (a.y + b.y) * 0.5;
  const hx = (b.x - a.x) * 0.5;
  const hy = (b.y - a.y) * 0.5;
  const size = Math.sqrt(a.size * b.size);
  const span = Math.sqrt(2 * (hx * hx + hy * hy)) / size;
  add(third(a, mx + hy, my - hx, size), b, a, span, MISSING_CORNER);
  add(third(a, mx - hy, my + hx, size), a, b, span, MISSING_CORNER);
}

/** A finder that is only guessed, with the outline of one that was seen. */
function third(like: Finder, x: f64, y: f64, size: f64): Finder {
  const finder = changetype<Finder>(thirds + <usize>thirdCount * offsetof<Finder>());
  thirdCount++;
  memory.copy(changetype<usize>(finder), changetype<usize>(like), offsetof<Finder>());
  finder.x = x;
  finder.y = y;
  finder.size = size;
  finder.quality = 0;
  return finder;
}

function add(corner: Finder, right: Finder, below: Finder, span: f64, missing: i32): void {
  const triple = guessAt(count++);
  triple.corner = corner;
  triple.right = right;
  triple.below = below;
  triple.span = span;
  triple.penalty = 0;
  triple.missing = missing;
}
