/** A bull's-eye of the QR family as it was measured: place, size and outline. Plain data. */

/** Rays on which a finder is measured; ray k points to the angle k · 360° / RAYS, clockwise on the screen from +x. */
export const RAYS: i32 = 32;

@unmanaged
export class Finder {
  /** Centre in pixels of level 0. */
  x: f64;
  y: f64;
  /** Module size in pixels of level 0: the square root of a module's area. */
  size: f64;
  /** Part of the rays on which the rings have the right proportions, 0–1. */
  quality: f32;
  /** Lines on which the pattern was seen. */
  hits: i32;
  /** A light finder on dark ground. */
  isInverted: bool;
  /** New, or measured anew, since symbologies last looked. */
  isFresh: bool;
  /** Set by the symbology once a symbol with this finder was read. */
  isUsed: bool;
  /** RAYS × f32: distance of the outer edge in pixels of level 0. */
  radii: usize;
}
