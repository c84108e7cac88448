/** How the two components of a symbol lie to each other, and the place of the whole. Knows no content. */
import { SYMBOL_MIRRORED } from "../../abi/layout";
import { Symbol } from "../../io/symbol";

/**
 * Modules between the linear component, as far as its lines were seen to agree, and the 2D component: the separator has six
 * at most (ISO/IEC 24723 clause 4.2). What stands farther away belongs to another.
 */
const MOST_GAP: f32 = 12;
/** Modules by which the 2D component may reach beyond the linear component's ends: GS1-128 may be the shorter one. */
const MOST_BEYOND: f32 = 40;

let ux: f32 = 0;
let uy: f32 = 0;
let left: f32 = 0;
let right: f32 = 0;
let top: f32 = 0;
let bottom: f32 = 0;

/** True where the 2D component stands on the linear one. */
export function isAdjacent(linear: Symbol, component: Symbol): bool {
  openBox(linear);
  widen(component);
  const from = left;
  const to = right;
  clearBox();
  widen(linear);
  const module = linear.moduleSize;
  if (from < left - MOST_BEYOND * module || to > right + MOST_BEYOND * module) return false;
  const isMirrored = (component.flags & SYMBOL_MIRRORED) != 0;
  const own = edgeOf(component.x2, component.y2, component.x3, component.y3);
  const upper = edgeOf(linear.x0, linear.y0, linear.x1, linear.y1);
  const lower = edgeOf(linear.x2, linear.y2, linear.x3, linear.y3);
  const gap = isMirrored ? own - lower : upper - own;
  // What was seen of the linear component may reach into the 2D component, but not by half.
  return gap < MOST_GAP * module && gap > -0.5 * (lower - upper);
}

/** The box along the linear component that holds both, from the top left of a reader who sees the 2D component above. */
export function placeWhole(linear: Symbol, component: Symbol, whole: Symbol): void {
  openBox(linear);
  widen(linear);
  widen(component);
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

/** Begins an empty box whose sides go along a symbol's rows and across them. */
function openBox(symbol: Symbol): void {
  const dx = symbol.x1 - symbol.x0;
  const dy = symbol.y1 - symbol.y0;
  const length = max<f32>(Mathf.sqrt(dx * dx + dy * dy), 1);
  ux = dx / length;
  uy = dy / length;
  clearBox();
}

function clearBox(): void {
  left = 1e9;
  right = -1e9;
  top = 1e9;
  bottom = -1e9;
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

/** How far down the middle of an edge lies. */
function edgeOf(xa: f32, ya: f32, xb: f32, yb: f32): f32 {
  return 0.5 * ((ya + yb) * ux - (xa + xb) * uy);
}
