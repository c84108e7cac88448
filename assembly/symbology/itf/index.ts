/**
 * Interleaved 2 of 5 and ITF-14 in a strip (ISO/IEC 16390): pairs of digits, one in the bars and one in the spaces. It
 * has no check character of its own, and its start and stop patterns are short: what is read stands on clear characters,
 * a quiet zone and agreement of bands.
 */
import { FORMAT_ITF } from "../../abi/formats";
import { SYMBOL_CHECKED } from "../../abi/layout";
import { gtinSum } from "../../content/gtin-check";
import { isWide } from "../../content/two-of-five";
import { isThorough } from "../../io/options";
import { report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { characterAt, characterCount, readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf, isDistinct } from "../../kit/confidence";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";

const ELEMENTS: i32 = 10;
const PAIRS: i32 = 100;
const MOST_ERROR: f32 = 0.04;
/**
 * Pairs of a symbol where no format is named. Four digits are 27 bars and spaces: of random narrow and wide ones every
 * some ten thousandth lot is such a symbol, and parts of longer symbols more often.
 */
const LEAST_PAIRS: i32 = 3;
/** Symbols of few digits have to be clearer: the fewer characters, the sooner bars that are no code pass for all of them. */
const ERROR_PER_PAIR: f32 = 0.01;
const LEAST_RATIO: f32 = 1.8;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 6;
/**
 * Of which more than a wide space has to lie within the frame: start and stop patterns occur within symbols, and codes
 * that move through live frames are cut at every place sooner or later. Stills may be cropped closely on both sides.
 */
const SEEN_QUIET: f32 = 3.6;
const CROPPED_QUIET: f32 = 1.05;
/** Digits of an ITF-14. */
const GTIN_DIGITS: i32 = 14;
const GTIN_CHECK: f32 = 2.3;

const rows = memory.data(102 * 10);
const digits = memory.data(192);
const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  if (code.elements != 0) return code;
  for (let pair = 0; pair < PAIRS; pair++) {
    for (let e = 0; e < 5; e++) {
      const at = rows + <usize>(pair * ELEMENTS + 2 * e);
      store<u8>(at, isWide(pair / 10, e) ? 2 : 1);
      store<u8>(at + 1, isWide(pair % 10, e) ? 2 : 1);
    }
  }
  // Start: four narrow elements. Stop: a wide bar, a narrow space and a narrow bar.
  store<u32>(rows + 1000, 0x01010101);
  store<u32>(rows + 1010, 0x010102);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_ITF;
  code.rows = rows;
  code.elements = ELEMENTS;
  code.data = PAIRS;
  code.starts = 1;
  code.stops = 1;
  code.hasTwoWidths = true;
  code.leastRatio = LEAST_RATIO;
  code.mostRatio = MOST_RATIO;
  code.quiet = QUIET;
  code.leastData = 2;
  return code;
}

/** Reads all ITF symbols in a strip. */
export function read(strip: Strip): void {
  const code = open();
  code.seenQuiet = SEEN_QUIET;
  code.croppedQuiet = isThorough() ? CROPPED_QUIET : 0;
  readSymbols(code, strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  const count = 2 * characterCount();
  for (let k = 0; k < count; k++) {
    const pair = characterAt(k >> 1);
    store<u8>(digits + <usize>k, <u8>((k & 1) == 0 ? pair / 10 : pair % 10));
  }
  const isGtin = count == GTIN_DIGITS && gtinSum(digits, count) == 0;
  if (!isGtin && !isDistinct(LEAST_PAIRS)) return;
  const confidence = confidenceOf(
    isGtin ? GTIN_CHECK : 0,
    min<f32>(ERROR_PER_PAIR * <f32>characterCount(), MOST_ERROR),
  );
  if (confidence == 0) return;
  const symbol = openSymbol(FORMAT_ITF, strip, count, confidence);
  if (symbol == null) return;
  for (let k = 0; k < count; k++) putByte(symbol, 48 + <i32>load<u8>(digits + <usize>k));
  if (isGtin) {
    symbol.flags |= SYMBOL_CHECKED;
    symbol.aimModifier = 0x31;
  }
  report(symbol);
}
