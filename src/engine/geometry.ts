/**
 * Corner points and the upright box around them. Pure.
 */
import type { Point, Rect } from "../types.js";

export type Corners = readonly [Point, Point, Point, Point];

/** The smallest upright rectangle that holds all corners. */
export function boundsOf(corners: Corners): Rect {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  const right = Math.max(...xs);
  const bottom = Math.max(...ys);
  return { x: left, y: top, width: right - left, height: bottom - top, top, right, bottom, left };
}
