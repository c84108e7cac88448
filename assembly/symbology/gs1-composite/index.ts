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
  const isRead = readComponent(linear, component) == OK && join(linear, component, whole);
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
  whole.model = component.model;
  whole.mask = linear.format;
  whole.rows = component.rows;
  whole.columns = component.columns;
  whole.ecLevel = component.ecLevel;
  whole.ecUsed = component.ecUsed;
  whole.scanLines = linear.scanLines;
  whole.moduleSize = linear.moduleSize;
  whole.orientation = linear.orientation;
  whole.addOnLength = linear.addOnLength;
  memory.copy(whole.addOn, linear.addOn, 8);
  place(linear, component, whole);
  return true;
}

let ux: f32 = 0;
let uy: f32 = 0;
let left: f32 = 0;
let right: f32 = 0;
let top: f32 = 0;
let bottom: f32 = 0;

/** The box along the linear component that holds both. */
function place(linear: Symbol, component: Symbol, whole: Symbol): void {
  const dx = linear.x1 - linear.x0;
  const dy = linear.y1 - linear.y0;
  const length = max<f32>(Mathf.sqrt(dx * dx + dy * dy), 1);
  ux = dx / length;
  uy = dy / length;
  left = 1e9;
  right = -1e9;
  top = 1e9;
  bottom = -1e9;
  widen(linear);
  widen(component);
  // Clockwise from the top left of a reader who sees the 2D component above.
  const isMirrored = (component.flags & SYMBOL_MIRRORED) != 0;
  const upper = isMirrored ? bottom : top;
  const lower = isMirrored ? top : bottom;
  whole.x0 = left * ux - upper * uy;
  whole.y0 = left * uy + upper * ux;
  whole.x1 = right * ux - upper * uy;
  whole.y1 = right * uy + upper * ux;
  whole.x2 = right * ux - lower * uy;
  whole.y2 = right * uy + lower * ux;
  whole.x3 = left * ux - lower * uy;
  whole.y3 = left * uy + lower * ux;
}

function widen(symbol: Symbol): void {
  corner(symbol.x0, symbol.y0);
  corner(symbol.x1, symbol.y1);
  corner(symbol.x2, symbol.y2);
  corner(symbol.x3, symbol.y3);
}

function corner(x: f32, y: f32): void {
  const along = x * ux + y * uy;
  const across = y * ux - x * uy;
  left = min(left, along);
  right = max(right, along);
  top = min(top, across);
  bottom = max(bottom, across);
}
