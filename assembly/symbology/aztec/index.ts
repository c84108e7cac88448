/** Aztec Code, ISO/IEC 24778: looks for symbols and runes in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, planeAt } from "../../image/frame";
import { isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { isSpent, workDone } from "../../kit/budget";
import { alloc, mark, release } from "../../memory/arena";
import { attempt } from "./attempt";
import { allocAztecSymbol } from "./content-room";
import { Eye, nextEye, openEyes, scanLevel } from "./eye-finder";
import { Grid, allocGrid } from "./grid";
import { Mode } from "./mode-message";

/** Rows of a live frame that are scanned: every second one. */
const FAST_STEP: i32 = 2;
const FAST_LEVELS: i32 = 3;
/** Images of no more rows are looked at in every one: that costs next to nothing, and their modules may be pixels. */
const FEW_ROWS: i32 = 240;

/** Bull's-eyes that are looked at, the likeliest first. */
const FAST_TRIES: i32 = 24;
const THOROUGH_TRIES: i32 = 40;
/** Budget units that bull's-eyes without a symbol may take: texture has dozens that are rings by chance. */
const MOST_MISSED: i32 = 400;

/** Seven modules that are wider are left to the next level, where there is one. */
const WIDEST: i32 = 84;
/** Narrower ones are noise on a large image, and were seen better on the level before. */
const NARROWEST: i32 = 9;
const LEVEL_NARROWEST: i32 = 13;
const ANY_WIDTH: i32 = 0xffff;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  const image = planeAt(0);
  const grid = allocGrid();
  const mode = alloc(offsetof<Mode>());
  if (image == null || grid == null || mode == 0 || !openEyes()) return;
  const levels = isThorough() ? LEVELS : FAST_LEVELS;
  for (let level = 0; level < levels && planeAt(level) != null; level++) {
    const narrowest = level > 0 ? LEVEL_NARROWEST : image.height > FEW_ROWS ? NARROWEST : 0;
    const isLast = level + 1 == levels || planeAt(level + 1) == null;
    const step = level == 0 && !isThorough() && image.height > FEW_ROWS ? FAST_STEP : 1;
    scanLevel(level, seeksInverted(), step, narrowest, isLast ? ANY_WIDTH : WIDEST);
  }
  const tries = isThorough() ? THOROUGH_TRIES : FAST_TRIES;
  let missed: i32 = 0;
  for (let i = 0; i < tries && missed < MOST_MISSED && !isSpent() && !isFull(); i++) {
    const eye = nextEye();
    if (eye == null) break;
    if (isRead(eye)) continue;
    const before = workDone();
    if (!readEye(grid, eye, changetype<Mode>(mode))) missed += workDone() - before;
  }
}

/** True if the bull's-eye lies in a symbol that was read already. */
function isRead(eye: Eye): bool {
  for (let i = 0; i < resultCount(); i++) {
    if (isWithin(resultAt(i), <f32>eye.x, <f32>eye.y)) return true;
  }
  return false;
}

/** True if a symbol or rune was read at a bull's-eye. */
function readEye(grid: Grid, eye: Eye, mode: Mode): bool {
  const scratch = mark();
  const symbol = allocAztecSymbol();
  if (symbol != null && attempt(grid, eye, mode, symbol) == OK && report(symbol)) return true;
  release(scratch);
  return false;
}
