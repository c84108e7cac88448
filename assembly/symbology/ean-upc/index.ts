/**
 * EAN-13, EAN-8, UPC-A and UPC-E in a strip (ISO/IEC 15420): places from edges and guards, digits by likelihood, the
 * string by check digit and parity. Accepts only what stands clear of the second best string.
 */
import { ECI_ASCII, SYMBOL_HAS_ADD_ON } from "../../abi/layout";
import { FORMAT_EAN_13, FORMAT_EAN_8, FORMAT_UPC_A, FORMAT_UPC_E } from "../../abi/formats";
import { isThorough, isWanted } from "../../io/options";
import { isFull, report } from "../../io/results";
import { allocSymbol, beginSegment, putByte } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { seenBefore, seenBehind } from "../../kit/frame-ends";
import { allocFloats } from "../../kit/floats";
import { Strip, linesOf, noteError, profileOf, isWithinFrame } from "../../kit/strip";
import { PER_MODULE } from "../../kit/template";
import { outline } from "../../kit/outline";
import { addOnDigits, readAddOn } from "./add-on";
import { NO_LIMIT, darken, digitCosts, fitDigits, openEdges, openGeometry, outerFrom, outerTo } from "./digits";
import { bestCheck, bestCost, bestDigits, bestSystem, secondCost, solveEan13, solveEan8, solveUpcE } from "./lattice";
import { EAN_13, EAN_8, UPC_E, digitsOf, modulesOf } from "./layout";
import { PLACE_EDGE, PLACE_FROM, PLACE_SHIFT, PLACE_TO, findPlaces, placeFloat } from "./place";
import { guardError } from "./guards";
import { LEAST_MARGIN, MOST_GUARD_ERROR, confidenceOf } from "./confidence";
import { marginOf } from "./margin";
import { DIGIT_MODULES } from "./tables";

/** Contrast under which a place is not worth reading, in grey levels. */
const LEAST_CONTRAST: f32 = 8;
/** Mean squared error per sample above which the characters are not those predicted. */
const MOST_ERROR: f32 = 0.06;
/** Log-likelihood that check digit and parity may cost against the digits taken one by one. */
const MOST_CORRECTION: f32 = 3;
/** … and above which another geometry is tried. */
const GOOD_ERROR: f32 = 0.01;
/** Light modules to be seen at both sides of EAN-8 and UPC-E: few spaces within a symbol are as wide. */
const SEEN_QUIET: f32 = 3;
/** Modules by which the margins of a cropped image may differ. */
const CROPPED_ALIKE: f32 = 0.6;
/** Costs of band 0, of one band, and their sum. */
const costs = memory.data(12 * 20 * 4);
const bandCosts = memory.data(12 * 20 * 4);
const places = memory.data(6 * 5 * 4);
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
    if (!readPlace(strip, kind, i, darkness)) continue;
    if (isFull()) return;
    readFrom = from;
    readTo = to;
  }
}

/** Reads the symbol at an entry of the list of places; true if one was reported. */
function readPlace(strip: Strip, kind: i32, index: i32, darkness: usize): bool {
  const length = strip.length;
  const profile = profileOf(strip, strip.band);
  const from = placeFloat(places, index, PLACE_FROM);
  const to = placeFloat(places, index, PLACE_TO);
  openGeometry(from, to, placeFloat(places, index, PLACE_SHIFT), kind);
  if (darken(profile, length, kind, darkness) < LEAST_CONTRAST) return false;
  let least = fitDigits(darkness, length, kind, costs);
  const edge = <i32>placeFloat(places, index, PLACE_EDGE);
  if (edge >= 0 && least > GOOD_ERROR * samplesOf(kind)) {
    // A surface bent more than a smooth curve follows: from edge to edge.
    openEdges(strip.edges, edge, kind);
    const bent = fitDigits(darkness, length, kind, bandCosts);
    if (bent < least) {
      memory.copy(costs, bandCosts, 12 * 20 * 4);
      least = bent;
    } else {
      openGeometry(from, to, placeFloat(places, index, PLACE_SHIFT), kind);
      fitDigits(darkness, length, kind, costs);
    }
  }
  noteError(strip, least, MOST_ERROR * samplesOf(kind));
  if (least > MOST_ERROR * samplesOf(kind)) return false;
  solve(kind, costs);
  const error = bestCost / samplesOf(kind);
  if (error > MOST_ERROR) return false;
  const margin = marginOf(kind, bestCost, secondCost);
  // The check digit chooses between near readings; it does not overrule clear digits.
  if (marginOf(kind, least, bestCost) > MOST_CORRECTION) return false;
  const guard = guardError(darkness, length, kind);
  if (margin < LEAST_MARGIN || guard > MOST_GUARD_ERROR) return false;
  const system = bestSystem;
  const check = bestCheck;
  memory.copy(chosen, bestDigits, 12);
  let agreed: i32 = 1;
  for (let band = 1; band < strip.bands; band++) {
    if (band == strip.band) continue;
    darken(profileOf(strip, band), length, kind, darkness);
    digitCosts(darkness, length, kind, 0.2, bandCosts, NO_LIMIT);
    solve(kind, bandCosts);
    if (bestSystem == system && bestCheck == check && memory.compare(chosen, bestDigits, digitsOf(kind)) == 0) agreed++;
  }
  const confidence = confidenceOf(kind, margin, error, guard, agreed);
  if (confidence == 0) return false;
  const module = (outerTo - outerFrom) / <f32>modulesOf(kind);
  if (!isWithinFrame(strip, outerFrom, outerTo, module) || (kind != EAN_13 && !isApart(strip, module))) return false;
  return put(strip, kind, system, check, confidence, darkness);
}

/**
 * True where the frame shows that a short symbol stands alone: what the frame's edge leaves of an EAN-13 may be one. An
 * image that was cropped around a symbol has as little light at both sides.
 */
function isApart(strip: Strip, module: f32): bool {
  const before = seenBefore(strip, outerFrom) / module;
  const behind = seenBehind(strip, outerTo) / module;
  if (min(before, behind) >= SEEN_QUIET) return true;
  return isThorough() && min(before, behind) > -1 && abs<f32>(before - behind) <= CROPPED_ALIKE;
}

/** Samples that the digits of a symbol are compared by. */
function samplesOf(kind: i32): f32 {
  return <f32>(digitsOf(kind) * DIGIT_MODULES * PER_MODULE);
}

function solve(kind: i32, table: usize): void {
  if (kind == EAN_13) solveEan13(table);
  else if (kind == EAN_8) solveEan8(table);
  else solveUpcE(table);
}

/** Reports the chosen digits under the format they stand for. */
function put(strip: Strip, kind: i32, system: i32, check: i32, confidence: i32, darkness: usize): bool {
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
  symbol.scanLines = linesOf(strip, strip.band);
  outline(strip, outerFrom, outerTo, modulesOf(kind), symbol);
  if (kind != EAN_8) {
    const end = outerTo;
    const module = (outerTo - outerFrom) / <f32>modulesOf(kind);
    symbol.addOnLength = readAddOn(strip, end, module, darkness);
    for (let k = 0; k < symbol.addOnLength; k++) {
      store<u8>(symbol.addOn + <usize>k, <u8>(48 + <i32>load<u8>(addOnDigits + <usize>k)));
    }
    if (symbol.addOnLength > 0) {
      symbol.flags |= SYMBOL_HAS_ADD_ON;
      symbol.aimModifier = 0x33;
    }
  }
  return report(symbol);
}
