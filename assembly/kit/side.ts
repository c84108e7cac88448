/** A guard as a place in the image: where columns begin and which way they go. Knows nothing of codewords. */
import { Guard } from "./guards";
import { gridX, gridY } from "./scan-grid";
import { stackLevel } from "./stack";
import { distance } from "../math/geometry";

/** Ends of a guard's inner boundary, from line 0 on, and reading direction; pixels of level 0. */
@unmanaged
export class Side {
  x0: f64;
  y0: f64;
  x1: f64;
  y1: f64;
  /** Unit vectors along the rows, away from the guard, at both ends. */
  ux0: f64;
  uy0: f64;
  ux1: f64;
  uy1: f64;
  module: f64;
  level: i32;
  isStop: bool;
  isInverted: bool;
  /** Columns of codewords between this guard and the one it faces, indicators included; 0 where it faces none. */
  span: f64;
  /** Modules beyond both ends that a first look reaches at least. */
  extra: f64;
  /** Part of the lines of the first look that cross the guard itself. */
  own: f64;
}

/** Fewest and most columns of codewords between start and stop pattern, indicators included, with room for perspective. */
const LEAST_SPAN: f64 = 2.2;
const MOST_SPAN: f64 = 40;
/** Modules beyond the ends of a guard that a first look reaches where nothing else is known to stand there. */
const EXTRA: f64 = 8;
/** Cosine of the angle between a guard's normal and the way to its partner: perspective and skew turn it by up to 35°. */
const LEAST_FACING: f64 = 0.82;
/** Guards of one symbol differ in height by this factor at most. */
const MOST_GROWTH: f64 = 2;

/** A guard's line in image coordinates, ends in such an order that the rows' direction turned clockwise runs along it. */
export function placeSide(guard: Guard, side: Side): void {
  const grid = guard.grid;
  const from = <f64>guard.from - 0.5;
  const to = <f64>guard.to + 0.5;
  const a = guard.offset + guard.slope * from;
  const b = guard.offset + guard.slope * to;
  side.x0 = gridX(grid, a, from);
  side.y0 = gridY(grid, a, from);
  side.x1 = gridX(grid, b, to);
  side.y1 = gridY(grid, b, to);
  // Pixels along a line from one line to the next: the bars' slant.
  const slant = guard.slope / (grid.unit * grid.pitch);
  const norm = Math.sqrt(1 + slant * slant);
  // Away from the guard, along the rows: against the reading direction from a stop pattern.
  const sign: f64 = guard.isReversed != guard.isStop ? -1 : 1;
  const ux = (grid.dx - slant * grid.nx) * (sign / norm);
  const uy = (grid.dy - slant * grid.ny) * (sign / norm);
  side.ux0 = ux;
  side.uy0 = uy;
  side.ux1 = ux;
  side.uy1 = uy;
  side.module = guard.module / (grid.unit * norm);
  side.level = stackLevel(side.module);
  side.isStop = guard.isStop;
  side.isInverted = guard.isInverted;
  side.span = 0;
  side.extra = EXTRA;
  // −uy, ux is the direction turned clockwise on the screen.
  if ((side.x1 - side.x0) * -uy + (side.y1 - side.y0) * ux < 0) {
    const x = side.x0;
    const y = side.y0;
    side.x0 = side.x1;
    side.y0 = side.y1;
    side.x1 = x;
    side.y1 = y;
  }
}

/**
 * Turns a side's direction to that of the line on which its guard was seen: where rows are so low that only a line along
 * them shows what this guard's did. The bars may stand at any angle to it.
 */
export function faceAlongLine(side: Side, guard: Guard): void {
  const sign: f64 = guard.isReversed != guard.isStop ? -1 : 1;
  side.ux0 = guard.grid.dx * sign;
  side.uy0 = guard.grid.dy * sign;
  side.ux1 = side.ux0;
  side.uy1 = side.uy0;
  side.module = guard.module / guard.grid.unit;
}

/** Turns a side's direction by an angle in radians. */
export function turnSide(side: Side, angle: f64): void {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const x0 = side.ux0;
  const x1 = side.ux1;
  side.ux0 = c * x0 - s * side.uy0;
  side.uy0 = s * x0 + c * side.uy0;
  side.ux1 = c * x1 - s * side.uy1;
  side.uy1 = s * x1 + c * side.uy1;
}

/** Distance of two guards that face each other as those of a symbol do, longer where askew, else a distance beyond all. */
export function partnerDistance(side: Side, other: Side): f64 {
  const dx = 0.5 * (other.x0 + other.x1 - side.x0 - side.x1);
  const dy = 0.5 * (other.y0 + other.y1 - side.y0 - side.y1);
  const far = Math.sqrt(dx * dx + dy * dy);
  const module = 0.5 * (side.module + other.module);
  if (far < LEAST_SPAN * 17 * module || far > MOST_SPAN * 17 * module) return 1e9;
  if (dx * side.ux0 + dy * side.uy0 < LEAST_FACING * far) return 1e9;
  if (dx * other.ux0 + dy * other.uy0 > -LEAST_FACING * far) return 1e9;
  const own = distance(side.x0, side.y0, side.x1, side.y1);
  const its = distance(other.x0, other.y0, other.x1, other.y1);
  if (own > MOST_GROWTH * its || its > MOST_GROWTH * own) return 1e9;
  // Of several symbols side by side the one straight ahead is meant.
  const ahead = ((dx * side.ux0 + dy * side.uy0) / far) * (-(dx * other.ux0 + dy * other.uy0) / far);
  return far / (ahead * ahead * ahead * ahead);
}

/** Turns a side's direction towards its partner: end to end where both are seen alike, else middle to middle. */
export function facePartner(side: Side, other: Side): void {
  const dx = 0.5 * (other.x0 + other.x1 - side.x0 - side.x1);
  const dy = 0.5 * (other.y0 + other.y1 - side.y0 - side.y1);
  const far = Math.sqrt(dx * dx + dy * dy);
  // Along rows that do not meet the bars at a right angle modules are longer.
  side.module *= far / max<f64>(dx * side.ux0 + dy * side.uy0, 0.5 * far);
  side.ux0 = dx / far;
  side.uy0 = dy / far;
  side.ux1 = side.ux0;
  side.uy1 = side.uy0;
  side.span = far / (17 * 0.5 * (side.module + other.module));
  // The other side's lines run the other way: it looks back.
  const topX = other.x1 - side.x0;
  const topY = other.y1 - side.y0;
  const bottomX = other.x0 - side.x1;
  const bottomY = other.y0 - side.y1;
  const top = Math.sqrt(topX * topX + topY * topY);
  const bottom = Math.sqrt(bottomX * bottomX + bottomY * bottomY);
  // Rows of one symbol converge, but by little.
  if (topX * bottomX + topY * bottomY < 0.985 * top * bottom) return;
  side.ux0 = topX / top;
  side.uy0 = topY / top;
  side.ux1 = bottomX / bottom;
  side.uy1 = bottomY / bottom;
}
