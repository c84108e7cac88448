/** Plane geometry on plain numbers: distances, areas, angles, line crossings. */

/** Distance between two points. */
export function distance(x0: f64, y0: f64, x1: f64, y1: f64): f64 {
  const dx = x1 - x0;
  const dy = y1 - y0;
  return Math.sqrt(dx * dx + dy * dy);
}

/** Twice the signed area of a triangle; positive where a → b → c turns clockwise on the screen (y grows downwards). */
export function cross(ax: f64, ay: f64, bx: f64, by: f64, cx: f64, cy: f64): f64 {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/** Direction of (dx, dy) in degrees clockwise on the screen, 0 ≤ v < 360. */
export function direction(dx: f64, dy: f64): f64 {
  const degrees = (Math.atan2(dy, dx) * 180) / Math.PI;
  return degrees < 0 ? degrees + 360 : degrees >= 360 ? 0 : degrees;
}

/** True if the four corners, in order, make a convex quadrilateral that turns one way and is not degenerate. */
export function isConvex(x0: f64, y0: f64, x1: f64, y1: f64, x2: f64, y2: f64, x3: f64, y3: f64): bool {
  const a = cross(x0, y0, x1, y1, x2, y2);
  const b = cross(x1, y1, x2, y2, x3, y3);
  const c = cross(x2, y2, x3, y3, x0, y0);
  const d = cross(x3, y3, x0, y0, x1, y1);
  return (a > 0 && b > 0 && c > 0 && d > 0) || (a < 0 && b < 0 && c < 0 && d < 0);
}
