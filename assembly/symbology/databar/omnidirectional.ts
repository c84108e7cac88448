/**
 * GS1 DataBar Omnidirectional, Truncated, Stacked and Stacked Omnidirectional (ISO/IEC 24724, 5): a left and a right half
 * from the frame's groups, their 13 digits and check digit.
 */
import { FORMAT_DATABAR } from "../../abi/formats";
import { ECI_ASCII, SYMBOL_GS1, SYMBOL_LINKED } from "../../abi/layout";
import { weightAt } from "../../content/databar-characters";
import { reportAlone } from "../../io/results";
import { allocSymbol, beginSegment, putByte } from "../../io/symbol";
import { putGtin } from "../../content/gtin";
import { mark, release } from "../../memory/arena";
import { certaintyOf } from "./certainty";
import { Group, across, along, centreX, centreY, groupAt, groupCount } from "./group";
import { beginOutline, closeOutline, widenOutline } from "./outline";
import { isRival } from "./rivals";
import { addCharacter, chosenValue, openString, settle } from "./settle";
import { EXPANDED, OMNI } from "./tables";

const PRIME: i32 = 79;
/** Values of the inside characters, of a half symbol, and of a symbol without linkage flag. */
const INSIDE_VALUES: f64 = 1597;
const HALF_VALUES: f64 = 4537077;
const GTINS: f64 = 10000000000000;
/** From the centre of the left finder to that of the right one, in modules: in one row, and in two. */
const APART: f32 = 45;
const SHIFTED: f32 = -1;
const SLACK: f32 = 4;
/** Modules along the row, and across it, within which two looks at a finder pattern are of the same one. */
const ONE_PLACE: f32 = 3;
const ONE_ROW: f32 = 30;
/** How far apart the two rows of a stacked symbol may be, in modules: 6 to some 40. */
const LEAST_ROW: f32 = 3;
const MOST_ROW: f32 = 80;

/** Puts together the halves of the list; true if a symbol was reported. */
export function readOmnidirectional(): bool {
  let isRead = false;
  const count = groupCount();
  for (let i = 0; i < count; i++) {
    const left = groupAt(i);
    if (left.kind != OMNI || left.side != 0) continue;
    for (let j = 0; j < count; j++) {
      const right = groupAt(j);
      if (right.kind != OMNI || right.side != 1 || !isPair(left, right)) continue;
      if (readPair(left, right)) isRead = true;
    }
  }
  return isRead;
}

/** True where two halves lie as those of one symbol do. */
function isPair(left: Group, right: Group): bool {
  if (left.isInverted != right.isInverted) return false;
  // One of 79 pairs of anything has the right check value: all of what was read has to be there.
  if (left.isCut || right.isCut) return false;
  if (isExpanded(left) || isExpanded(right)) return false;
  const module: f32 = (left.module + right.module) * 0.5;
  if (abs<f32>(left.module - right.module) > 0.2 * module) return false;
  if (left.ux * right.ux + left.uy * right.uy > -0.93) return false;
  const beside = along(left, centreX(right), centreY(right)) / module;
  const below = across(left, centreX(right), centreY(right)) / module;
  if (abs<f32>(beside - APART) < SLACK) return abs<f32>(below) < 0.4 * APART;
  return abs<f32>(beside - SHIFTED) < SLACK && below > LEAST_ROW && below < MOST_ROW;
}

/** True where the same place reads better as a part of an Expanded symbol: the finder patterns of both are much alike. */
function isExpanded(group: Group): bool {
  const reach = ONE_PLACE * group.module;
  for (let i = 0, n = groupCount(); i < n; i++) {
    const other = groupAt(i);
    if (other.kind != EXPANDED || other.error >= group.error) continue;
    const x = centreX(other);
    const y = centreY(other);
    if (abs<f32>(along(group, x, y)) < reach && abs<f32>(across(group, x, y)) < ONE_ROW * group.module) return true;
  }
  return false;
}

function readPair(left: Group, right: Group): bool {
  openString(PRIME);
  addCharacter(left.outer, 1);
  addCharacter(left.inner, weightAt(8, PRIME));
  addCharacter(right.outer, weightAt(16, PRIME));
  addCharacter(right.inner, weightAt(24, PRIME));
  // The pair of finders is the check value; pairs 8 and 72 are not used.
  let check = left.finder * 9 + right.finder;
  if (check == 8 || check == 72) return false;
  if (check > 72) check--;
  if (check > 8) check--;
  if (!settle(check)) return false;
  const confidence = certaintyOf((left.error + right.error) * 0.5, min(left.agreed, right.agreed), 0);
  if (confidence == 0) return false;
  const leftValue = <f64>chosenValue(0) * INSIDE_VALUES + <f64>chosenValue(1);
  const rightValue = <f64>chosenValue(2) * INSIDE_VALUES + <f64>chosenValue(3);
  const value = leftValue * HALF_VALUES + rightValue;
  const isLinked = value >= GTINS;
  const number = isLinked ? value - GTINS : value;
  if (number >= GTINS) return false;
  const scratch = mark();
  const symbol = allocSymbol(FORMAT_DATABAR, 16, 1);
  if (symbol == null) return false;
  beginSegment(symbol, ECI_ASCII);
  putByte(symbol, 0x30);
  putByte(symbol, 0x31);
  putGtin(symbol, number);
  symbol.flags |= isLinked ? SYMBOL_GS1 | SYMBOL_LINKED : SYMBOL_GS1;
  symbol.confidence = confidence;
  symbol.scanLines = min(left.lines, right.lines);
  beginOutline(left);
  widenOutline(right);
  symbol.rows = closeOutline(left, symbol);
  if (reportAlone(symbol, isRival)) return true;
  release(scratch);
  return false;
}
