/**
 * GS1 DataBar Expanded and Expanded Stacked (ISO/IEC 24724, 7): from the group that bears the check character the rest
 * of the sequence by finder patterns and place, in one row or in several.
 */
import { FORMAT_DATABAR_EXPANDED } from "../../abi/formats";
import { SYMBOL_LINKED } from "../../abi/layout";
import { OK } from "../../abi/status";
import { weightAt } from "../../content/databar-characters";
import { reportAlone } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { mark, release } from "../../memory/arena";
import { floatAt } from "../../kit/floats";
import { certaintyOf } from "./certainty";
import { decodeContent, isLinked } from "./expanded-content";
import { Character, Group, across, along, centreX, centreY, groupAt, groupCount } from "./group";
import { beginOutline, closeOutline, widenOutline } from "./outline";
import { isRival } from "./rivals";
import { addCharacter, chosenValue, openString, settle } from "./settle";
import { EXPANDED, MOST_FINDERS, letterAt } from "./tables";

const PRIME: i32 = 211;
/** Fewest characters, check character included. */
const LEAST_CHARACTERS: i32 = 4;
const MOST_CHARACTERS: i32 = 22;
/** From finder to finder in a row, in modules. */
const APART: f32 = 49;
const SLACK: f32 = 5;
/** … and so many lower at most, where the row is tilted or was seen in part. */
const ONE_ROW: f32 = 17;
/** Rows of a stacked symbol: 34 modules high or more, on top of each other. */
const LEAST_ROW: f32 = 6;
const MOST_ROW: f32 = 160;
/** Chains tried for one check character. */
const MOST_TRIALS: i32 = 64;
/** Bytes of the longest content: 252 bits in the densest mode. */
const MOST_BYTES: i32 = 128;

/** Groups of the chain, u32 addresses. */
const chain = memory.data(11 * 4);
const values = memory.data(22 * 4);
let trials: i32 = 0;
let finders: i32 = 0;
let characters: i32 = 0;
let checkSum: i32 = 0;
let checkCost: f32 = 0;

function chained(position: i32): Group {
  return changetype<Group>(<usize>load<u32>(chain + ((<usize>position) << 2)));
}

/** Puts together what the list of groups holds; true if a symbol was reported. */
export function readExpanded(): bool {
  let isRead = false;
  for (let i = 0, n = groupCount(); i < n; i++) {
    const first = groupAt(i);
    if (first.kind != EXPANDED || first.side != 0 || first.finder != 0 || first.outer.count == 0) continue;
    store<u32>(chain, <u32>changetype<usize>(first));
    // Another reading of the check character needs another sum: only the likeliest are worth it.
    for (let k = 0, m = min(first.outer.count, 2); k < m; k++) {
      const value = load<i32>(first.outer.values + ((<usize>k) << 2));
      characters = value / PRIME + LEAST_CHARACTERS;
      if (characters > MOST_CHARACTERS) continue;
      finders = (characters + 1) >> 1;
      checkSum = value % PRIME;
      checkCost = floatAt(first.outer.costs, k) - floatAt(first.outer.costs, 0);
      trials = 0;
      if (extend(1)) {
        isRead = true;
        break;
      }
    }
  }
  return isRead;
}

/** Finds groups for the positions from one on; true once a chain was read. */
function extend(position: i32): bool {
  if (position == finders) return readChain();
  const letter = letterAt(finders, position);
  const side = position & 1;
  const before = chained(position - 1);
  const isHalf = position == finders - 1 && (characters & 1) == 1;
  for (let i = 0, n = groupCount(); i < n; i++) {
    const group = groupAt(i);
    if (group.kind != EXPANDED || group.finder != letter || group.side != side) continue;
    const first = side == 0 ? group.outer : group.inner;
    const second = side == 0 ? group.inner : group.outer;
    if (first.count == 0 || (second.count == 0 && !isHalf)) continue;
    if (!follows(chained(0), before, group) || ++trials > MOST_TRIALS) continue;
    store<u32>(chain + ((<usize>position) << 2), <u32>changetype<usize>(group));
    if (extend(position + 1)) return true;
  }
  return false;
}

/** True where a group may come next in a symbol: beside the one before, or in the row below. */
function follows(origin: Group, before: Group, group: Group): bool {
  if (origin.isInverted != group.isInverted) return false;
  const module: f32 = (before.module + group.module) * 0.5;
  if (abs<f32>(before.module - group.module) > 0.2 * module) return false;
  if (abs<f32>(before.ux * group.ux + before.uy * group.uy) < 0.93) return false;
  const x = centreX(group);
  const y = centreY(group);
  // Rows may be printed from right to left; finders at odd positions read against their row.
  const isTurned = before.ux * group.ux + before.uy * group.uy > 0;
  const sign: f32 = before.side == 0 ? 1 : -1;
  const beside = (sign * along(before, x, y)) / module;
  if (!isTurned && abs<f32>(beside - APART) < SLACK && abs<f32>(across(before, x, y)) < ONE_ROW * module) return true;
  const below = (across(origin, x, y) - across(origin, centreX(before), centreY(before))) / module;
  return below > LEAST_ROW && below < MOST_ROW && abs<f32>(beside) < APART * <f32>MOST_FINDERS;
}

/** Multiplier of a character's weights: the finder's letter and half, and the side of the finder it stands on. */
function weightOf(group: Group, isSecond: bool): i32 {
  return weightAt(8 * (4 * group.finder + 2 * group.side + (isSecond ? 1 : 0) - 1), PRIME);
}

function readChain(): bool {
  if (!spend(100)) return false;
  openString(PRIME);
  let error: f32 = 0;
  let agreed: i32 = 1000;
  let lines: i32 = 1000;
  for (let k = 0; k < characters; k++) {
    const group = chained(k >> 1);
    const isSecond = (k & 1) == 1;
    if (!isSecond) {
      error += group.error;
      agreed = min(agreed, group.agreed);
      lines = min(lines, group.lines);
    }
    if (k == 0) continue;
    const character: Character = isSecond == (group.side == 0) ? group.inner : group.outer;
    addCharacter(character, weightOf(group, isSecond));
  }
  if (!settle(checkSum)) return false;
  const confidence = certaintyOf(error / <f32>finders, agreed, checkCost);
  if (confidence == 0) return false;
  for (let k = 0; k < characters - 1; k++) store<i32>(values + ((<usize>k) << 2), chosenValue(k));
  const scratch = mark();
  const symbol = allocSymbol(FORMAT_DATABAR_EXPANDED, MOST_BYTES, 1);
  if (symbol == null) return false;
  if (decodeContent(values, characters, symbol) != OK) {
    release(scratch);
    return false;
  }
  if (isLinked(values)) symbol.flags |= SYMBOL_LINKED;
  symbol.confidence = confidence;
  symbol.scanLines = lines;
  beginOutline(chained(0));
  for (let k = 1; k < finders; k++) widenOutline(chained(k));
  symbol.rows = closeOutline(chained(0), symbol);
  symbol.columns = characters;
  if (reportAlone(symbol, isRival)) return true;
  release(scratch);
  return false;
}
