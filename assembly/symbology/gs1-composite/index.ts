/**
 * GS1 Composite, ISO/IEC 24723: looks above the linear symbols of the frame for 2D components and puts one symbol in the
 * place of each pair.
 */
import { FORMAT_GS1_COMPOSITE } from "../../abi/formats";
import { ECI_ASCII, SYMBOL_GS1, SYMBOL_HAS_ADD_ON, SYMBOL_INVERTED, SYMBOL_MIRRORED } from "../../abi/layout";
import { OK } from "../../abi/status";
import { minConfidence } from "../../io/options";
import { replaceResult, resultAt, resultCount } from "../../io/results";
import { Symbol, allocSymbol, beginSegment, clearContent, putByte } from "../../io/symbol";
import { countCandidate, isSpent } from "../../kit/budget";
import { openPatterns } from "../../kit/codeword-patterns";
import { openAddresses } from "../../kit/row-address";
import { mark, release } from "../../memory/arena";
import { isCarrier, putLinear } from "./carrier";
import { readComponent } from "./component";
import { isAdjacent, placeWhole } from "./placement";

/** Content of the largest CC-C, 2,361 digits, and of the largest 2D component as bytes of three digits; a linear component. */
const MOST_BYTES: i32 = 3200;
const MOST_LINEAR: i32 = 512;

/** Looks at the symbols that the frame has given so far. */
export function read(): void {
  for (let i = 0; i < resultCount() && !isSpent(); i++) {
    const linear = resultAt(i);
    if (!isCarrier(linear)) continue;
    openPatterns();
    openAddresses();
    const scratch = mark();
    const whole = allocSymbol(FORMAT_GS1_COMPOSITE, MOST_BYTES + MOST_LINEAR, 1);
    if (whole == null) return;
    if (readPair(linear, whole)) replaceResult(i, whole);
    else release(scratch);
  }
}

/** Reads the 2D component of a linear one and joins them. */
function readPair(linear: Symbol, whole: Symbol): bool {
  const scratch = mark();
  const component = allocSymbol(FORMAT_GS1_COMPOSITE, MOST_BYTES, 1);
  if (component == null) return false;
  countCandidate();
  const isRead =
    readComponent(linear, component) == OK && isAdjacent(linear, component) && join(linear, component, whole);
  release(scratch);
  return isRead && whole.confidence >= minConfidence();
}

/** One message: the linear component's element strings, then those of the 2D component (clause 11). */
function join(linear: Symbol, component: Symbol, whole: Symbol): bool {
  clearContent(whole);
  if (!beginSegment(whole, ECI_ASCII) || !putLinear(linear, whole)) return false;
  for (let i = 0; i < component.byteCount; i++) {
    if (!putByte(whole, <i32>load<u8>(component.bytes + <usize>i))) return false;
  }
  whole.flags =
    SYMBOL_GS1 | (linear.flags & (SYMBOL_INVERTED | SYMBOL_HAS_ADD_ON)) | (component.flags & SYMBOL_MIRRORED);
  whole.confidence = min(linear.confidence, component.confidence);
  whole.ecUsed = component.ecUsed;
  whole.model = component.model;
  whole.mask = linear.format;
  whole.rows = component.rows;
  whole.columns = component.columns;
  whole.ecLevel = component.ecLevel;
  whole.scanLines = linear.scanLines;
  whole.moduleSize = linear.moduleSize;
  whole.orientation = linear.orientation;
  whole.addOnLength = linear.addOnLength;
  memory.copy(whole.addOn, linear.addOn, 8);
  placeWhole(linear, component, whole);
  return true;
}
