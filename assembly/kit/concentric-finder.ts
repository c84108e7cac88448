/**
 * Finds the square bull's-eyes of the QR family: runs in the proportion 1:1:3:1:1 along a line, confirmed across it, then
 * measured on the grey image by rays from the centre. Knows nothing of symbols made of several finders.
 */
import { binaryAt, columnsAt, planeAt, rowsAt } from "../image/frame";
import { Plane, bitAt } from "../image/plane";
import { RunTable, lineEdgeCount, lineEdges } from "../image/runs";
import { alloc } from "../memory/arena";
import { spend } from "./budget";
import { Finder, RAYS } from "./finder";
import { measureRings } from "./rings";

/** Bytes of a finder's outline, which lies behind the list. */
const RADII: usize = (<usize>RAYS) << 2;

/** Most finders of a frame. */
export const MOST_FINDERS: i32 = 192;
/** Candidates that a frame may cross-check: a 1080p photo gives some hundreds, a version 40 symbol ten thousand. */
const MOST_CHECKS: i32 = 60000;
/** Part of the rays above which a finder is taken for sure. */
const SURE_QUALITY: f32 = 0.85;
/** Part of the rays that must fit: half of a finder may be torn or hidden. */
const LEAST_QUALITY: f32 = 0.45;

let finders: usize = 0;
let count: i32 = 0;
let checks: i32 = 0;

/** Empties the list for a new frame. */
export function openFinders(): void {
  finders = alloc(<usize>MOST_FINDERS * (offsetof<Finder>() + RADII));
  count = 0;
  checks = finders == 0 ? MOST_CHECKS : 0;
}

export function finderCount(): i32 {
  return count;
}

export function finderAt(index: i32): Finder {
  return changetype<Finder>(finders + <usize>index * offsetof<Finder>());
}

/** Adds the finders that show in the rows of a pyramid level; light ones on dark ground too where asked for. */
export function scanRows(level: i32, withInverted: bool): void {
  const table = rowsAt(level);
  if (table != null) scanTable(table, level, false, withInverted);
}

/** The same in the columns, where a finder's rows are damaged. */
export function scanColumns(level: i32, withInverted: bool): void {
  const table = columnsAt(level);
  if (table != null) scanTable(table, level, true, withInverted);
}

/**
 * True if six edges have the proportions of a finder. Only distances between edges of like sign are compared, which ink
 * spread and a wrong threshold leave as they are: 2, 4, 4 and 2 modules. Edges may be off by a pixel by quantisation.
 */
function isFinder(e0: i32, e1: i32, e2: i32, e3: i32, e4: i32, e5: i32): bool {
  const a = e2 - e0;
  const b = e3 - e1;
  const c = e4 - e2;
  const d = e5 - e3;
  const sum = a + b + c + d;
  // In twelfths of a module sum: |a − 2m| ≤ 0.6 m + 0.75 and |b − 4m| ≤ 0.9 m + 0.75.
  const narrow = (sum * 6) / 10 + 9;
  const wide = (sum * 9) / 10 + 9;
  if (abs(12 * a - 2 * sum) > narrow || abs(12 * d - 2 * sum) > narrow) return false;
  if (abs(12 * b - 4 * sum) > wide || abs(12 * c - 4 * sum) > wide) return false;
  // The core is 3 modules, give or take what spread may do to it.
  const core = 12 * (e3 - e2);
  return core * 2 > sum * 3 && core < sum * 5;
}

function edge(at: usize, index: i32): i32 {
  return <i32>load<u16>(at + ((<usize>index) << 1));
}

function scanTable(table: RunTable, level: i32, isColumns: bool, withInverted: bool): void {
  const step = withInverted ? 1 : 2;
  for (let line = 0; line < table.lines; line++) {
    const edges = lineEdges(table, line);
    const last = lineEdgeCount(table, line) - 6;
    for (let k = 0; k <= last; k += step) {
      const at = edges + ((<usize>k) << 1);
      const e0 = edge(at, 0);
      const e2 = edge(at, 2);
      const e4 = edge(at, 4);
      const a = e2 - e0;
      const c = e4 - e2;
      // The cheapest test first: c is twice a.
      if (c < a || c > 3 * a + 2) continue;
      const e3 = edge(at, 3);
      if (!isFinder(e0, edge(at, 1), e2, e3, e4, edge(at, 5))) continue;
      if (checks >= MOST_CHECKS || count >= MOST_FINDERS) return;
      checks++;
      consider(level, isColumns, line, e2 + e3, edge(at, 5) - e0, (k & 1) == 1);
    }
  }
}

/** Looks at a hit: on line `line`, core centred at `centre2` / 2, seven modules `width` pixels wide. */
function consider(level: i32, isColumns: bool, line: i32, centre2: i32, width: i32, isInverted: bool): void {
  const plane = binaryAt(level);
  if (plane == null) return;
  const scale = <f64>(1 << level);
  const along = <f64>centre2 * 0.5;
  const across = <f64>line + 0.5;
  const x = (isColumns ? across : along) * scale;
  const y = (isColumns ? along : across) * scale;
  for (let i = 0; i < count; i++) {
    const known = finderAt(i);
    if (known.isInverted != isInverted) continue;
    // A doubtful finder must not hide a true one beside it, a sure one has the place for itself.
    const reach = known.size * (known.quality >= SURE_QUALITY ? 1.8 : 0.6);
    if (Math.abs(known.x - x) < reach && Math.abs(known.y - y) < reach) {
      known.hits++;
      return;
    }
  }
  const size = crossCheck(plane, isColumns, line, centre2 >> 1, width, isInverted);
  if (size == 0) return;
  if (!spend(4)) return;
  const finder = finderAt(count);
  finder.x = x;
  finder.y = y;
  const crossScaled = <f64>size * scale;
  // Centre across the line, from the cross-check.
  if (isColumns) finder.x = crossCentre * scale;
  else finder.y = crossCentre * scale;
  finder.size = Math.sqrt((<f64>width * scale * crossScaled) / 49);
  finder.isInverted = isInverted;
  finder.isUsed = false;
  finder.hits = 1;
  finder.radii = finders + <usize>MOST_FINDERS * offsetof<Finder>() + <usize>count * RADII;
  if (!measureRings(finder, LEAST_QUALITY)) return;
  for (let i = 0; i < count; i++) {
    const known = finderAt(i);
    if (known.isInverted != isInverted) continue;
    if (Math.abs(known.x - finder.x) + Math.abs(known.y - finder.y) < known.size * 2) {
      if (finder.quality > known.quality) {
        finder.hits += known.hits;
        const radii = known.radii;
        memory.copy(radii, finder.radii, RADII);
        memory.copy(changetype<usize>(known), changetype<usize>(finder), offsetof<Finder>());
        known.radii = radii;
      }
      return;
    }
  }
  count++;
}

let crossCentre: f64 = 0;

/**
 * Follows the bits across a line through the core and returns the width of seven modules there in pixels, 0 where the
 * proportions are not those of a finder. Sets crossCentre.
 */
function crossCheck(plane: Plane, isColumns: bool, line: i32, position: i32, width: i32, isInverted: bool): i32 {
  const x = isColumns ? line : position;
  const y = isColumns ? position : line;
  const dx = isColumns ? 1 : 0;
  const dy = isColumns ? 0 : 1;
  // Foreshortening to a half or double is far more than a readable symbol has.
  const limit = width * 2;
  const ink = isInverted ? 0 : 1;
  if (bitAt(plane, x, y) != ink) return 0;
  const b0 = run(plane, x, y, -dx, -dy, ink, limit);
  if (b0 == 0) return 0;
  const f0 = run(plane, x, y, dx, dy, ink, limit);
  if (f0 == 0) return 0;
  const b1 = run(plane, x - b0 * dx, y - b0 * dy, -dx, -dy, ink ^ 1, limit);
  const f1 = run(plane, x + f0 * dx, y + f0 * dy, dx, dy, ink ^ 1, limit);
  if (b1 == 0 || f1 == 0) return 0;
  const b2 = run(plane, x - (b0 + b1) * dx, y - (b0 + b1) * dy, -dx, -dy, ink, limit);
  const f2 = run(plane, x + (f0 + f1) * dx, y + (f0 + f1) * dy, dx, dy, ink, limit);
  const centre = isColumns ? x : y;
  // Edges are pixel borders: the run that holds the centre pixel starts b0 − 1 pixels before it.
  const e2 = centre - b0 + 1;
  const e3 = centre + f0;
  const e1 = e2 - b1;
  const e4 = e3 + f1;
  const e0 = e1 - b2;
  const e5 = e4 + f2;
  if (!isFinder(e0, e1, e2, e3, e4, e5)) return 0;
  const total = e5 - e0;
  if (total * 5 < width * 2 || total * 2 > width * 5) return 0;
  crossCentre = <f64>(e2 + e3) * 0.5;
  return total;
}

/** Pixels of colour `ink` from (x, y) on, that pixel included; 0 where there are more than `limit`. */
function run(plane: Plane, x: i32, y: i32, dx: i32, dy: i32, ink: i32, limit: i32): i32 {
  let length: i32 = 0;
  while (<u32>x < <u32>plane.width && <u32>y < <u32>plane.height && bitAt(plane, x, y) == ink) {
    length++;
    if (length > limit) return 0;
    x += dx;
    y += dy;
  }
  return length;
}

/** True if a level can be scanned. */
export function hasLevel(level: i32): bool {
  return planeAt(level) != null;
}
