/**
 * Codabar in a strip (EN 798). It has no check character that every symbol carries; start and stop letters are part of
 * what is read.
 */
import { FORMAT_CODABAR } from "../../abi/formats";
import { isThorough } from "../../io/options";
import { isFull, report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { characterAt, characterCount, readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf, isDistinct } from "../../kit/confidence";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";
import { ASCII, DATA, ELEMENTS, FIRST_MODULE, FIRST_ROWS, LETTERS, ROWS } from "./tables";

const MOST_ERROR: f32 = 0.04;
const LEAST_RATIO: f32 = 1.8;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 6;
/** Seen within the frame, as a start letter may be read from what the edge cuts; stills may be cropped to the bars. */
const SEEN_QUIET: f32 = 1.5;
const CROPPED_QUIET: f32 = 0.01;
/** Characters between start and stop letter: shorter symbols are too easily a part of something else. */
const LEAST_DATA: i32 = 2;
/** … and where no format is named. */
const LEAST_UNNAMED: i32 = 4;
const LETTER_A: i32 = 65;
/** Formats are 0–63: no other code's templates have this id. */
const FIRST_ID: i32 = 64;

const table = memory.data(64);

/** The code in two widths, or as it was first printed. */
function open(isFirst: bool): Code {
  const code = changetype<Code>(table);
  memory.fill(table, 0, CODE_BYTES);
  code.id = isFirst ? FIRST_ID : FORMAT_CODABAR;
  code.rows = isFirst ? FIRST_ROWS : ROWS;
  code.elements = ELEMENTS;
  code.data = DATA;
  code.starts = LETTERS;
  code.stops = LETTERS;
  code.hasTwoWidths = !isFirst;
  code.unit = 1 / FIRST_MODULE;
  code.leastRatio = LEAST_RATIO;
  code.mostRatio = MOST_RATIO;
  code.quiet = QUIET;
  code.seenQuiet = SEEN_QUIET;
  code.croppedQuiet = isThorough() ? CROPPED_QUIET : 0;
  code.leastData = LEAST_DATA;
  return code;
}

/** Reads all Codabar symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(false), strip, readSymbol);
  if (!isFull()) readSymbols(open(true), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  if (!isDistinct(LEAST_UNNAMED)) return;
  const confidence = confidenceOf(0, MOST_ERROR);
  if (confidence == 0) return;
  const count = characterCount();
  const symbol = openSymbol(FORMAT_CODABAR, strip, count + 2, confidence);
  if (symbol == null) return;
  putByte(symbol, LETTER_A + characterAt(-1) - DATA);
  for (let k = 0; k < count; k++) putByte(symbol, <i32>load<u8>(ASCII + <usize>characterAt(k)));
  putByte(symbol, LETTER_A + characterAt(count) - DATA - LETTERS);
  report(symbol);
}
