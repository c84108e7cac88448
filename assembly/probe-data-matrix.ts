/** Test and bench builds only: what tests of the Data Matrix reader reach into. */
import { binaryAt } from "./image/frame";
import { clearResults, report } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { openBudget } from "./kit/budget";
import { NONE, edgeNear } from "./symbology/data-matrix/bit-edges";
import { openCandidates, roomFor, takeBest } from "./symbology/data-matrix/candidates";
import { clockEvidence } from "./symbology/data-matrix/clock-bits";
import { decodeGrid } from "./symbology/data-matrix/decoder";
import { placeCodewords } from "./symbology/data-matrix/placement";
import { fixedModule, sizeOf } from "./symbology/data-matrix/tables";
import { TextureMap, changesAlong, changesDown, changesWithin, mapTexture } from "./symbology/data-matrix/texture-map";

export {
  blocksOf as dmBlocks,
  checksOf as dmChecks,
  codewordsOf as dmCodewords,
  columnsOf as dmColumns,
  rowsOf as dmRows,
} from "./symbology/data-matrix/tables";

/** Status of a grid of rows × columns f32; on OK the result block is at qrResults(). */
export function dmDecodeGrid(soft: usize, rows: i32, columns: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(6, 3200, 800);
  if (symbol == null) return -1;
  const status = decodeGrid(soft, sizeOf(rows, columns), symbol);
  if (status == 0) report(symbol);
  return status;
}
export function dmPlace(out: usize, rows: i32, columns: i32): void {
  placeCodewords(out, rows, columns);
}
export function dmFixed(size: i32, row: i32, column: i32): i32 {
  return fixedModule(size, row, column);
}

/** Maps the texture of a level; the number of blocks in a row of gates, 0 where there is no such level. */
export function dmMapTexture(level: i32, isFine: bool): i32 {
  const plane = binaryAt(level);
  if (plane == null) return 0;
  const made = mapTexture(plane, isFine);
  if (made == null) return 0;
  texture = changetype<usize>(made);
  return made.gateStride;
}
let texture: usize = 0;
export function dmGates(): usize {
  return changetype<TextureMap>(texture).gates;
}
/** Changes along rows and down columns within a rectangle of blocks: the former × 65,536 + the latter. */
export function dmChanges(left: i32, top: i32, right: i32, bottom: i32): i32 {
  changesWithin(changetype<TextureMap>(texture), left, top, right, bottom);
  return (changesAlong << 16) | changesDown;
}
/** Distance from x of the nearest edge on row y of level 0 with ink (1 dark) right or left of it. */
export function dmEdgeNear(x: i32, y: i32, ink: i32, isInkRight: bool): i32 {
  const plane = binaryAt(0);
  return plane == null ? NONE : edgeNear(plane, x, y, ink, isInkRight);
}
/** Empties the list of candidates, adds one of so much evidence, takes the best: its evidence, 0 where there is none. */
export function dmOpenCandidates(): bool {
  return openCandidates();
}
export function dmOffer(evidence: i32): bool {
  const room = roomFor(evidence);
  if (room == null) return false;
  room.evidence = evidence;
  return true;
}
export function dmTakeBest(): i32 {
  const best = takeBest();
  return best == null ? 0 : -best.evidence;
}
/** Evidence for clock tracks opposite to the dark sides of level 0 from (x0, y0) to (x1, y1) and to (x2, y2). */
export function dmClockEvidence(x0: f64, y0: f64, x1: f64, y1: f64, x2: f64, y2: f64, module: f64): i32 {
  const plane = binaryAt(0);
  return plane == null ? -1 : clockEvidence(plane, x0, y0, x1, y1, x2, y2, module, 1);
}
