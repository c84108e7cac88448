/**
 * GS1 DataBar and DataBar Expanded in a strip (ISO/IEC 24724): finder patterns with their characters join the frame's
 * list, from which symbols are put together, row by row where they are stacked.
 */
import { FORMAT_DATABAR, FORMAT_DATABAR_EXPANDED } from "../../abi/formats";
import { isWanted } from "../../io/options";
import { allocFloats } from "../../kit/floats";
import { Strip } from "../../kit/strip";
import { turnStrip } from "../../kit/strip-views";
import { readExpanded } from "./expanded";
import { findGroups } from "./finder";
import { readOmnidirectional } from "./omnidirectional";
import { followRows } from "./rows";

/** Reads what the groups of a strip complete. */
export function read(strip: Strip): void {
  const darkness = allocFloats(strip.length);
  if (darkness == 0) return;
  const omni = isWanted(FORMAT_DATABAR);
  const expanded = isWanted(FORMAT_DATABAR_EXPANDED);
  if (findGroups(strip, omni, expanded, darkness) == 0) return;
  // Every second finder reads against its row.
  turnStrip(strip);
  findGroups(strip, omni, expanded, darkness);
  turnStrip(strip);
  if (assemble()) return;
  if (followRows(strip, omni, expanded)) assemble();
}

function assemble(): bool {
  const isRead = readOmnidirectional();
  return readExpanded() || isRead;
}
