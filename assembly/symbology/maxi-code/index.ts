/** MaxiCode, ISO/IEC 16023: looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, planeAt } from "../../image/frame";
import { isThorough } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { isSpent } from "../../kit/budget";
import { mark, release } from "../../memory/arena";
import { allocAttempt, readEye } from "./attempt";
import { Eye, eyeAt, eyeCount, openEyes, scanEyes } from "./eye-finder";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 12;

/** Content of the largest symbol: 93 codewords, 15 packed numbers of nine digits in them, and a carrier message. */
const MOST_BYTES: i32 = 240;
/** An ECI takes two codewords at least. */
const MOST_SEGMENTS: i32 = 50;

/** Rows that are scanned: the core of a bull's-eye is a module high, and rows beside its centre show the rings too. */
const FAST_STEP: i32 = 2;
/** Levels that are scanned: small symbols show in the image itself, noisy ones in smaller pictures. */
const FAST_LEVELS: i32 = 2;
const THOROUGH_LEVELS: i32 = 3;

/** Modules that are wider are left to the next level, where there is one. */
const WIDEST: i32 = 14;
/** Narrower ones are noise, and were seen better on the level before. */
const NARROWEST: f64 = 1.4;
const LEVEL_NARROWEST: f64 = 1.9;
const ANY_WIDTH: i32 = 0xffff;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  if (!openEyes()) return;
  const levels = isThorough() ? THOROUGH_LEVELS : FAST_LEVELS;
  for (let level = 0; level < levels; level++) {
    const isLast = level + 1 == levels || planeAt(level + 1) == null;
    const narrowest = level == 0 ? NARROWEST : LEVEL_NARROWEST;
    scanEyes(level, level == 0 && !isThorough() ? FAST_STEP : 1, narrowest, isLast ? ANY_WIDTH : WIDEST);
  }
  if (eyeCount() == 0) return;
  const attempt = allocAttempt();
  if (attempt == null) return;
  for (let index = 0; index < eyeCount() && !isSpent() && !isFull(); index++) {
    if (isRead(eyeAt(index))) continue;
    const scratch = mark();
    const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
    if (symbol == null || readEye(attempt, eyeAt(index), symbol) != OK || !report(symbol)) release(scratch);
  }
}

/** True if the bull's-eye lies in a symbol that was read already: its modules look like rings here and there. */
function isRead(eye: Eye): bool {
  for (let i = 0; i < resultCount(); i++) {
    if (isWithin(resultAt(i), <f32>eye.x, <f32>eye.y)) return true;
  }
  return false;
}
