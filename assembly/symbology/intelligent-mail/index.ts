/**
 * Intelligent Mail barcode (USPS-B-3200): 65 bars of four states. Its bits are spread over ten characters of few patterns
 * under a check sequence, so that the least sure ones may be tried both ways.
 */
import { FORMAT_USPS_INTELLIGENT_MAIL } from "../../abi/formats";
import { OK } from "../../abi/status";
import { isFull, report } from "../../io/results";
import { BarRow, ascenderAt, descenderAt, takeBars } from "../../kit/bar-row";
import { barRowAt, barRows } from "../../kit/bar-rows";
import { barConfidence, isTaken, openBarSymbol } from "../../kit/bar-symbol";
import { floatAt, setFloat } from "../../kit/floats";
import { mark, release } from "../../memory/arena";
import { decodeCharacters } from "./decoder";
import { BAR_BITS, CHARACTERS, CHARACTER_BITS, openCodewords } from "./tables";

const BARS: i32 = 65;
const BITS: i32 = 130;
/** Bars that may stand beside a symbol and look like its own. */
const MOST_STRAY: i32 = 3;
/** Bits that are tried both ways: 64 attempts, each of which may pass by chance once in 10^8. */
const DOUBTFUL: i32 = 6;
/** … and how sure they may be at most; ideal is 1. */
const MOST_DOUBT: f32 = 0.55;
const MOST_UNREST: f32 = 0.5;
const CHECKS: f32 = 5;

/** Scores of the bits of all characters: above 0 for 1. */
const scores = memory.data(4 * 130);
const characters = memory.data(2 * 10);
const doubtful = memory.data(4 * 6);

/** Looks at the frame's rows of bars. */
export function read(): void {
  const count = barRows();
  for (let i = 0; i < count && !isFull(); i++) {
    const row = barRowAt(i);
    const stray = row.bars - BARS;
    if (stray < 0 || stray > MOST_STRAY || !row.differsAbove || !row.differsBelow) continue;
    if (row.unrest > MOST_UNREST || isTaken(row)) continue;
    openCodewords();
    for (let from = 0; from <= stray; from++) {
      if (readBars(row, false, from) || readBars(row, true, from)) break;
    }
  }
}

function readBars(row: BarRow, isTurned: bool, from: i32): bool {
  takeBars(row, isTurned, from, BARS);
  for (let i = 0; i < BARS; i++) {
    setFloat(scores, <i32>load<u8>(BAR_BITS + <usize>(2 * i)), ascenderAt(i));
    setFloat(scores, <i32>load<u8>(BAR_BITS + <usize>(2 * i + 1)), descenderAt(i));
  }
  const doubts = findDoubtful();
  const scratch = mark();
  const symbol = openBarSymbol(FORMAT_USPS_INTELLIGENT_MAIL, row, isTurned, from, BARS, 32, 0);
  if (symbol == null) return false;
  // All as they seem first, then with ever more of the doubtful ones the other way.
  for (let flips = 0; flips <= doubts; flips++) {
    for (let set = 0; set < 1 << doubts; set++) {
      if (popcnt(set) != flips) continue;
      makeCharacters(set, doubts);
      if (decodeCharacters(characters, symbol) != OK) continue;
      symbol.confidence = barConfidence(row, 2 * leastSure(set, doubts), CHECKS - <f32>flips);
      return report(symbol);
    }
  }
  release(scratch);
  return false;
}

/** Lists the least sure bits, the worst first; returns how many. */
function findDoubtful(): i32 {
  let count: i32 = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const score = abs(floatAt(scores, bit));
    if (score > MOST_DOUBT) continue;
    let at = count < DOUBTFUL ? count : DOUBTFUL - 1;
    if (count == DOUBTFUL && abs(floatAt(scores, doubtfulAt(at))) <= score) continue;
    while (at > 0 && abs(floatAt(scores, doubtfulAt(at - 1))) > score) {
      store<i32>(doubtful + ((<usize>at) << 2), doubtfulAt(at - 1));
      at--;
    }
    store<i32>(doubtful + ((<usize>at) << 2), bit);
    count = min(count + 1, DOUBTFUL);
  }
  return count;
}

function doubtfulAt(index: i32): i32 {
  return load<i32>(doubtful + ((<usize>index) << 2));
}

/** Characters of the scores, the doubtful bits of a set turned over. */
function makeCharacters(set: i32, doubts: i32): void {
  for (let c = 0; c < CHARACTERS; c++) {
    let bits: i32 = 0;
    for (let b = 0; b < CHARACTER_BITS; b++) if (floatAt(scores, CHARACTER_BITS * c + b) > 0) bits |= 1 << b;
    store<u16>(characters + ((<usize>c) << 1), <u16>bits);
  }
  for (let k = 0; k < doubts; k++) {
    if (((set >> k) & 1) == 0) continue;
    const bit = doubtfulAt(k);
    const at = characters + ((<usize>(bit / CHARACTER_BITS)) << 1);
    store<u16>(at, <u16>(<i32>load<u16>(at) ^ (1 << (bit % CHARACTER_BITS))));
  }
}

/** The least score among the bits that were taken as they seem. */
function leastSure(set: i32, doubts: i32): f32 {
  let least: f32 = 1;
  for (let k = 0; k < doubts; k++) {
    if (((set >> k) & 1) == 0) least = min(least, abs(floatAt(scores, doubtfulAt(k))));
  }
  return least;
}
