/**
 * EAN-13, EAN-8, UPC-A and UPC-E in a strip (ISO/IEC 15420): places from edges and guards, digits by likelihood, the
 * string by check digit and parity. Accepts only what stands clear of the second best string.
 */
import { ECI_ASCII } from "../../abi/layout";
import { FORMAT_EAN_13, FORMAT_EAN_8, FORMAT_UPC_A, FORMAT_UPC_E } from "../../abi/formats";
import { isWanted } from "../../io/options";
import { isFull, report } from "../../io/results";
import { allocSymbol, beginSegment, putByte } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { allocFloats } from "../../kit/floats";
import { Strip, linesOf, profileOf } from "../../kit/strip";
import { outline } from "../../kit/outline";
import { darken, digitCosts, fitDigits, openGeometry, placeOf } from "./digits";
import { bestCheck, bestCost, bestDigits, bestSystem, secondCost, solveEan13, solveEan8, solveUpcE } from "./lattice";
import { EAN_13, EAN_8, UPC_E, digitsOf, modulesOf } from "./layout";
import { PLACE_FROM, PLACE_SHIFT, PLACE_TO, findPlaces, placeFloat } from "./place";
import { DIGIT_MODULES } from "./tables";

/** Contrast under which a place is not worth reading, in grey levels. */
const LEAST_CONTRAST: f32 = 8;
/** Mean squared error per sample above which the characters are not those predicted. */
const MOST_ERROR: f32 = 0.06;
/** Log-likelihood by which the best string must beat the second best. */
const LEAST_MARGIN: f32 = 9;
/** … and without agreement of a second band. */
const LONE_MARGIN: f32 = 20;
/** Error that even a perfect print shows, per sample: keeps the likelihood of clean symbols finite. */
const FLOOR: f32 = 0.002;

/** Costs of band 0, of one band, and their sum. */
const costs = memory.data(12 * 20 * 4);
const bandCosts = memory.data(12 * 20 * 4);
const places = memory.data(6 * 4 * 4);
const chosen = memory.data(16);

/** Reads all symbols of the family in a strip. */
export function read(strip: Strip): void {
  const darkness = allocFloats(strip.length);
  if (darkness == 0) return;
  const retail = isWanted(FORMAT_EAN_13) || isWanted(FORMAT_UPC_A);
  if (retail) readKind(strip, EAN_13, darkness);
  if (isWanted(FORMAT_EAN_8) && !isFull()) readKind(strip, EAN_8, darkness);
  if (isWanted(FORMAT_UPC_E) && !isFull()) readKind(strip, UPC_E, darkness);
}

function readKind(strip: Strip, kind: i32, darkness: usize): void {
  const count = findPlaces(strip, kind, places);
  let readFrom: f32 = -1;
  let readTo: f32 = -1;
  for (let i = 0; i < count; i++) {
    const from = placeFloat(places, i, PLACE_FROM);
    const to = placeFloat(places, i, PLACE_TO);
    if (to > readFrom && from < readTo) continue;
    if (!spend(100)) return;
    if (!readPlace(strip, kind, from, to, placeFloat(places, i, PLACE_SHIFT), darkness)) continue;
    if (isFull()) return;
    readFrom = from;
    readTo = to;
  }
}

/** Reads the symbol at a place; true if one was reported. */
function readPlace(strip: Strip, kind: i32, from: f32, to: f32, shift: f32, darkness: usize): bool {
  openGeometry(from, to, shift, modulesOf(kind));
  const contrast = darken(profileOf(strip, 0), strip.length, kind, darkness);
  if (contrast < LEAST_CONTRAST) return false;
  fitDigits(darkness, strip.length, kind, costs);
  solve(kind, costs);
  const samples = <f32>(digitsOf(kind) * DIGIT_MODULES * 4);
  const error = bestCost / samples;
  if (error > MOST_ERROR) return false;
  const margin = marginOf(kind, bestCost, secondCost);
  if (margin < LEAST_MARGIN) return false;
  const system = bestSystem;
  const check = bestCheck;
  memory.copy(chosen, bestDigits, 12);
  let agreed: i32 = 1;
  const lines = linesOf(strip, 0);
  for (let band = 1; band < strip.bands; band++) {
    darken(profileOf(strip, band), strip.length, kind, darkness);
    digitCosts(darkness, strip.length, kind, 0.2, bandCosts);
    solve(kind, bandCosts);
    if (bestSystem == system && bestCheck == check && memory.compare(chosen, bestDigits, digitsOf(kind)) == 0) agreed++;
  }
  if (agreed < 2 && margin < LONE_MARGIN) return false;
  const confidence = <i32>max<f32>(1, min<f32>(100, 40 + margin * 0.8 + <f32>(agreed - 1) * 8 - error * 500));
  return put(strip, kind, system, check, confidence, lines);
}

function solve(kind: i32, table: usize): void {
  if (kind == EAN_13) solveEan13(table);
  else if (kind == EAN_8) solveEan8(table);
  else solveUpcE(table);
}

/** Log-likelihood ratio of best and second best string under noise of unknown strength, one sample per module. */
function marginOf(kind: i32, best: f32, second: f32): f32 {
  const modules = <f32>(digitsOf(kind) * DIGIT_MODULES);
  const floor = modules * 4 * FLOOR;
  return modules * 0.5 * Mathf.log((second + floor) / (best + floor));
}

/** Reports the chosen digits under the format they stand for. */
function put(strip: Strip, kind: i32, system: i32, check: i32, confidence: i32, lines: i32): bool {
  let format = FORMAT_EAN_8;
  if (kind == UPC_E) format = FORMAT_UPC_E;
  else if (kind == EAN_13) format = system == 0 && isWanted(FORMAT_UPC_A) ? FORMAT_UPC_A : FORMAT_EAN_13;
  if (!isWanted(format)) return false;
  const symbol = allocSymbol(format, 16, 1);
  if (symbol == null) return false;
  beginSegment(symbol, ECI_ASCII);
  if (format == FORMAT_EAN_13 || format == FORMAT_UPC_E) putByte(symbol, 48 + system);
  for (let k = 0, n = digitsOf(kind); k < n; k++) putByte(symbol, 48 + <i32>load<u8>(chosen + <usize>k));
  if (format == FORMAT_UPC_E) putByte(symbol, 48 + check);
  symbol.aimModifier = format == FORMAT_EAN_8 ? 0x34 : 0x30;
  symbol.confidence = confidence;
  symbol.scanLines = lines;
  const modules = modulesOf(kind);
  outline(strip, placeOf(0, modules), placeOf(<f32>modules, modules), modules, symbol);
  return report(symbol);
}
