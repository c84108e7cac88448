/** The place of a symbol from those of its groups: a box along the first group's direction. Knows no content. */
import { SYMBOL_INVERTED } from "../../abi/layout";
import { Symbol } from "../../io/symbol";
import { Group, centreX, centreY } from "./group";

const DEGREES: f32 = 57.29577951308232;
/** A row farther than this from the row before is another row, in modules. */
const OTHER_ROW: f32 = 3;

let originX: f32 = 0;
let originY: f32 = 0;
let ux: f32 = 0;
let uy: f32 = 0;
let module: f32 = 0;
let left: f32 = 0;
let right: f32 = 0;
let top: f32 = 0;
let bottom: f32 = 0;
let last: f32 = 0;
let rows: i32 = 0;

/** Begins with the symbol's first group, which reads along. */
export function beginOutline(first: Group): void {
  originX = centreX(first);
  originY = centreY(first);
  ux = first.ux;
  uy = first.uy;
  module = first.module;
  left = 1e9;
  right = -1e9;
  top = 1e9;
  bottom = -1e9;
  last = 0;
  rows = 1;
  widen(first);
}

/** Adds the next group. */
export function widenOutline(group: Group): void {
  const x = centreX(group) - originX;
  const y = centreY(group) - originY;
  const across = y * ux - x * uy;
  const along = x * ux + y * uy;
  // Of a tilted row the next group lies a little lower as well.
  if (abs<f32>(across - last) > OTHER_ROW * module + 0.3 * abs<f32>(along) && across > 0) rows++;
  last = across;
  widen(group);
}

function widen(group: Group): void {
  corner(group.x0, group.y0);
  corner(group.x1, group.y1);
  corner(group.x2, group.y2);
  corner(group.x3, group.y3);
}

function corner(x: f32, y: f32): void {
  const along = (x - originX) * ux + (y - originY) * uy;
  const across = (y - originY) * ux - (x - originX) * uy;
  left = min(left, along);
  right = max(right, along);
  top = min(top, across);
  bottom = max(bottom, across);
}

/** Writes corners, orientation, module size and colours; returns the number of rows. */
export function closeOutline(first: Group, symbol: Symbol): i32 {
  // The guards: a bar before the first character, a space and a bar behind the last.
  left -= module;
  right += 2 * module;
  symbol.x0 = originX + left * ux - top * uy;
  symbol.y0 = originY + left * uy + top * ux;
  symbol.x1 = originX + right * ux - top * uy;
  symbol.y1 = originY + right * uy + top * ux;
  symbol.x2 = originX + right * ux - bottom * uy;
  symbol.y2 = originY + right * uy + bottom * ux;
  symbol.x3 = originX + left * ux - bottom * uy;
  symbol.y3 = originY + left * uy + bottom * ux;
  const angle = Mathf.atan2(uy, ux) * DEGREES;
  symbol.orientation = angle < 0 ? angle + 360 : angle >= 360 ? 0 : angle;
  symbol.moduleSize = module;
  if (first.isInverted) symbol.flags |= SYMBOL_INVERTED;
  return rows;
}
