/**
 * The rows of a stacked symbol: where a strip shows groups that complete nothing, narrow strips above and below it are
 * looked at, along the same direction. Knows no symbol.
 */
import { isThorough } from "../../io/options";
import { spend } from "../../kit/budget";
import { allocFloats } from "../../kit/floats";
import { shiftStrip } from "../../kit/shifted-strip";
import { Strip } from "../../kit/strip";
import { measureStrip, turnStrip } from "../../kit/strip-views";
import { mark, release } from "../../memory/arena";
import { findGroups } from "./finder";
import { groupAt, groupCount } from "./group";

/** Distance of the narrow strips, in modules. */
const STEP: f32 = 1.5;
const FAST_STEP: f32 = 3;
/** So far from the last group rows are looked for, in modules: those of Expanded Stacked are 34 high and more. */
const REACH: f32 = 60;
/** Narrow strips in one direction. */
const MOST_STRIPS: i32 = 320;
/** Errors of groups whose neighbours are worth a look. */
const MOST_ERROR: f32 = 0.025;

/** Looks above and below a strip; true if the list of groups grew. */
export function followRows(strip: Strip, omni: bool, expanded: bool): bool {
  const module = moduleToFollow(strip);
  if (module == 0) return false;
  const up = follow(strip, module, -1, omni, expanded);
  return follow(strip, module, 1, omni, expanded) || up;
}

/** Module in pixels of the groups that were not followed yet; marks them. 0 where there is none. */
function moduleToFollow(strip: Strip): f32 {
  let module: f32 = 0;
  for (let i = 0, n = groupCount(); i < n; i++) {
    const group = groupAt(i);
    if (group.isFollowed || group.error > MOST_ERROR || group.isInverted != strip.inverted) continue;
    // One character may have been lost where the bars fan out.
    if (!isThorough() && (group.outer.count == 0 || group.inner.count == 0)) continue;
    group.isFollowed = true;
    module = group.module;
  }
  return module;
}

function follow(strip: Strip, module: f32, direction: f32, omni: bool, expanded: bool): bool {
  const step: f32 = direction * module * (isThorough() ? STEP : FAST_STEP);
  let grew = false;
  let offset: f32 = 0;
  let last: f32 = 0;
  for (let k = 0; k < MOST_STRIPS; k++) {
    offset += step;
    if (abs<f32>(offset - last) > REACH * module || !spend(strip.length >> 6)) break;
    const scratch = mark();
    const row = shiftStrip(strip, offset, module);
    const darkness = allocFloats(strip.length);
    if (row == null || darkness == 0) {
      release(scratch);
      break;
    }
    const before = groupCount();
    if (lookAt(row, omni, expanded, darkness)) {
      grew = true;
      last = offset;
    }
    // Groups of a row that was found here need no look of their own.
    for (let i = before, n = groupCount(); i < n; i++) groupAt(i).isFollowed = true;
    release(scratch);
  }
  return grew;
}

function lookAt(row: Strip, omni: bool, expanded: bool, darkness: usize): bool {
  measureStrip(row);
  const forwards = findGroups(row, omni, expanded, darkness);
  turnStrip(row);
  return findGroups(row, omni, expanded, darkness) + forwards > 0;
}
