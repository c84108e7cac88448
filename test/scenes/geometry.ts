/**
 * Where a symbol lies in an image: placement → four corners → homography, and a bend about the symbol's own vertical
 * axis. Plane geometry only; knows no pixels and no modules.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corners of a symbol from its own top left, by way of its top right and bottom right. */
export type Quad = readonly [Point, Point, Point, Point];

export interface Placement {
  /** Centre of the symbol in pixels; the middle of the image where left out. */
  readonly center?: Point;
  /** Size of a module in pixels at the symbol's centre. @default 4 */
  readonly moduleSize?: number;
  /** Degrees clockwise. @default 0 */
  readonly rotation?: number;
  /** Degrees by which the symbol leans back at its top (positive) or bottom. @default 0 */
  readonly tiltX?: number;
  /** Degrees by which the symbol's right side (positive) or left side goes away from the camera. @default 0 */
  readonly tiltY?: number;
  /** Distance of the camera in widths of the symbol; small is a strong perspective. @default 3 */
  readonly distance?: number;
  /** Half of the arc in degrees over which symbol and quiet zone lie around a cylinder. @default 0, flat */
  readonly bend?: number;
  /** Seen from behind. @default false */
  readonly mirrored?: boolean;
  /** Corners of the symbol with its quiet zone, instead of all of the above but `bend`. */
  readonly corners?: Quad;
}

/** A projective map of the plane, row by row; the last entry is 1. */
export type Homography = readonly number[];

const RADIANS = Math.PI / 180;

/** The quad on which a `width` × `height` rectangle of modules lands. */
export function placedQuad(placement: Placement, width: number, height: number, middle: Point): Quad {
  if (placement.corners) return placement.corners;
  const {
    center = middle,
    moduleSize = 4,
    rotation = 0,
    tiltX = 0,
    tiltY = 0,
    distance = 3,
    mirrored = false,
  } = placement;
  const [w, h] = [(width * moduleSize) / 2, (height * moduleSize) / 2];
  const eye = distance * 2 * Math.max(w, h);
  const corner = (sx: number, sy: number): Point => {
    const x0 = (mirrored ? -sx : sx) * w;
    const y0 = sy * h;
    // Lean about the horizontal axis, then turn about the vertical one; z grows away from the camera.
    const y1 = y0 * Math.cos(tiltX * RADIANS);
    const z1 = -y0 * Math.sin(tiltX * RADIANS);
    const x2 = x0 * Math.cos(tiltY * RADIANS) - z1 * Math.sin(tiltY * RADIANS);
    const z2 = x0 * Math.sin(tiltY * RADIANS) + z1 * Math.cos(tiltY * RADIANS);
    const scale = eye / (eye + z2);
    const [c, s] = [Math.cos(rotation * RADIANS), Math.sin(rotation * RADIANS)];
    return { x: center.x + (x2 * c - y1 * s) * scale, y: center.y + (x2 * s + y1 * c) * scale };
  };
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** The map of the unit square's corners (0,0) (1,0) (1,1) (0,1) onto a quad. */
export function squareToQuad([p0, p1, p2, p3]: Quad): Homography {
  const [dx1, dy1] = [p1.x - p2.x, p1.y - p2.y];
  const [dx2, dy2] = [p3.x - p2.x, p3.y - p2.y];
  const [sx, sy] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  return [
    p1.x - p0.x + g * p1.x,
    p3.x - p0.x + h * p3.x,
    p0.x,
    p1.y - p0.y + g * p1.y,
    p3.y - p0.y + h * p3.y,
    p0.y,
    g,
    h,
    1,
  ];
}

/** The map in the other direction (up to scale, which a projective map does not feel). */
export function inverseOf(m: Homography): Homography {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}

export function mapped(m: Homography, x: number, y: number): Point {
  const at = (row: number): number =>
    (m[row * 3] as number) * x + (m[row * 3 + 1] as number) * y + (m[row * 3 + 2] as number);
  const w = at(2);
  return { x: at(0) / w, y: at(1) / w };
}

/**
 * Where on the flat label (0–1) the point lies that is seen at `seen` (0–1) of the bent label's width: the label's
 * ends are at ±`arc` radians of a cylinder that is looked at from afar.
 */
export function unbent(seen: number, arc: number): number {
  if (arc === 0) return seen;
  const sine = Math.max(-1, Math.min(1, (2 * seen - 1) * Math.sin(arc)));
  return (Math.asin(sine) / arc + 1) / 2;
}

/** The inverse of {@link unbent}. */
export function bent(flat: number, arc: number): number {
  return arc === 0 ? flat : (Math.sin((2 * flat - 1) * arc) / Math.sin(arc) + 1) / 2;
}
