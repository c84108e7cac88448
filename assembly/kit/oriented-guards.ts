/**
 * Looks for the sides of stacked symbols where neither rows nor columns of the image cross them well: along the normals of
 * regions of one direction. Dear: for stills. Knows no symbology.
 */
import { planeAt } from "../image/frame";
import { Plane } from "../image/plane";
import { scanAddressEdges } from "./address-guards";
import { isSpent } from "./budget";
import { scanGuardEdges } from "./guard-patterns";
import { notedCount } from "./guards";
import {
  CLOSER_STEP,
  FIRST_LINES,
  Look,
  firstLook,
  firstLooks,
  lookAlong,
  lookEdgeCount,
  lookEdges,
} from "./oriented-lines";

/** Pixels beyond its region that a closer look reaches at most. */
const MOST_REACH: f32 = 1000;
/** Lines of a region at most, and pixels between them at least. */
const MOST_LINES: i32 = 48;
const LEAST_PITCH: f32 = 2;

/** Notes the guards of a level's regions: start and stop patterns, or row addresses. */
export function scanOriented(level: i32, forAddresses: bool, withInverted: bool): void {
  const plane = planeAt(level);
  if (plane == null) return;
  const count = firstLooks(level);
  for (let i = 0; i < count && !isSpent(); i++) {
    const look = firstLook(i);
    const before = notedCount();
    scanLook(look, forAddresses, withInverted);
    if (notedCount() > before) lookCloser(plane, level, look, forAddresses, withInverted);
  }
}

/** Where a first look saw something all lines of its region are looked at. */
function lookCloser(plane: Plane, level: i32, first: Look, forAddresses: bool, withInverted: bool): void {
  const region = first.region;
  const lines = min(MOST_LINES, <i32>(region.height / LEAST_PITCH));
  if (lines <= FIRST_LINES) return;
  const look = lookAlong(plane, level, region, lines, MOST_REACH, CLOSER_STEP);
  if (look != null) scanLook(look, forAddresses, withInverted);
}

function scanLook(look: Look, forAddresses: bool, withInverted: bool): void {
  for (let line = 0; line < look.lines; line++) {
    const edges = lookEdges(look, line);
    const count = lookEdgeCount(look, line);
    if (forAddresses) scanAddressEdges(edges, count, look.grid, line, 1, withInverted, look.length);
    else scanGuardEdges(edges, count, look.grid, line, 1, withInverted);
  }
}
