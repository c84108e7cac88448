/** Australia Post 4-state barcode: 37, 52 or 67 bars, start and stop bars ascender and tracker, Reed–Solomon checked. */
import { FORMAT_AUSTRALIA_POST } from "../../abi/formats";
import { OK } from "../../abi/status";
import { isFull, report } from "../../io/results";
import { BarRow, ascenderAt, descenderAt, takeBars } from "../../kit/bar-row";
import { barRowAt, barRows } from "../../kit/bar-rows";
import { barConfidence, isTaken, openBarSymbol } from "../../kit/bar-symbol";
import { mark, release } from "../../memory/arena";
import { decodeBars, used } from "./decoder";

/** Standard, customer barcode 2 and 3. */
const LENGTHS = memory.data<u8>([37, 52, 67]);
const MOST_STRAY: i32 = 2;
const MOST_BYTES: i32 = 32;
const LEAST_FRAME: f32 = 0.3;
/** A bar below this sureness makes its word an erasure, three at most; ideal is 1. */
const SURE: f32 = 0.35;
const MOST_ERASURES: i32 = 3;
const MOST_UNREST: f32 = 0.45;
const CHECKS: f32 = 5;

const states = memory.data(68);
const doubts = memory.data(2 * 4);

/** Looks at the frame's rows of bars. */
export function read(): void {
  const count = barRows();
  for (let i = 0; i < count && !isFull(); i++) {
    const row = barRowAt(i);
    if (!row.differsAbove || !row.differsBelow || row.unrest > MOST_UNREST || isTaken(row)) continue;
    for (let k = 0; k < 3; k++) {
      const bars = <i32>load<u8>(LENGTHS + <usize>k);
      if (row.bars >= bars && row.bars <= bars + MOST_STRAY && readLength(row, bars)) break;
    }
  }
}

function readLength(row: BarRow, bars: i32): bool {
  for (let from = 0; from <= row.bars - bars; from++) {
    if (readBars(row, false, from, bars) || readBars(row, true, from, bars)) return true;
  }
  return false;
}

function readBars(row: BarRow, isTurned: bool, from: i32, bars: i32): bool {
  takeBars(row, isTurned, from, bars);
  // Ascender and tracker at both ends: turned over they would be tracker and descender.
  if (min(frameAt(0), frameAt(bars - 2)) < LEAST_FRAME) return false;
  let margin: f32 = 2;
  let erasures: i32 = 0;
  for (let i = 0; i < bars; i++) {
    const up = ascenderAt(i);
    const down = descenderAt(i);
    store<u8>(states + <usize>i, <u8>(up > 0 ? (down > 0 ? 0 : 1) : down > 0 ? 2 : 3));
    const sure = min(abs(up), abs(down));
    if (sure >= SURE || i < 2 || i >= bars - 2) {
      margin = min(margin, 2 * sure);
      continue;
    }
    const word = (i - 2) / 3;
    if (erasures > 0 && <i32>load<u16>(doubts + ((<usize>(erasures - 1)) << 1)) == word) continue;
    if (erasures == MOST_ERASURES) return false;
    store<u16>(doubts + ((<usize>erasures) << 1), <u16>word);
    erasures++;
  }
  const scratch = mark();
  const symbol = openBarSymbol(FORMAT_AUSTRALIA_POST, row, isTurned, from, bars, MOST_BYTES, 0);
  if (symbol == null) return false;
  if (decodeBars(states, bars, doubts, erasures, symbol) != OK) {
    release(scratch);
    return false;
  }
  symbol.ecUsed = used;
  symbol.confidence = barConfidence(row, margin, CHECKS * (1 - used) + 1);
  return report(symbol);
}

/** How surely an ascender and a tracker follow each other. */
function frameAt(i: i32): f32 {
  return min(min(ascenderAt(i), -descenderAt(i)), -max(ascenderAt(i + 1), descenderAt(i + 1)));
}
