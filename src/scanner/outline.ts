/**
 * Outlines of codes from frame to frame: the same code keeps its outline, which follows without jitter and goes when
 * the code is gone. Pure; must not know how it is drawn.
 */
import { resultKey } from "../rules/forget-window.js";
import type { Barcode, Point } from "../types.js";

export type Quad = readonly [Point, Point, Point, Point];

export interface Outline {
  /** Stays the same while the code is followed. */
  readonly id: number;
  readonly key: string;
  /** In picture pixels. */
  readonly corners: Quad;
  readonly seenAt: number;
}

/** Movement below this part of the outline's size is noise of the decoder: the outline stays. */
const STILL = 0.012;
/** Movement above this part is a jump: the outline goes there at once. Between the two it goes half the way. */
const JUMP = 0.35;
/** After so long out of sight an outline begins to fade, and then it goes (R6). In milliseconds. */
export const FADE_AFTER_MS = 200;
export const GONE_AFTER_MS = 700;

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

const sizeOf = (quad: Quad): number => Math.max(1, distance(quad[0], quad[2]), distance(quad[1], quad[3]));

/** The largest movement of a corner, as part of the outline's size. */
const movement = (from: Quad, to: Quad): number =>
  Math.max(...from.map((corner, index) => distance(corner, to[index] as Point))) / sizeOf(to);

export const follow = (from: Quad, to: Quad): Quad => {
  const moved = movement(from, to);
  if (moved < STILL) return from;
  if (moved > JUMP) return to;
  const half = (index: 0 | 1 | 2 | 3): Point => ({
    x: (from[index].x + to[index].x) / 2,
    y: (from[index].y + to[index].y) / 2,
  });
  return [half(0), half(1), half(2), half(3)];
};

/** The outlines after a frame. Equal codes side by side are told apart by which outline is nearest. */
export const trackOutlines = (
  previous: readonly Outline[],
  barcodes: readonly Barcode[],
  at: number,
): readonly Outline[] => {
  const left = new Set(previous);
  let id = previous.reduce((most, outline) => Math.max(most, outline.id), 0);
  const seen = barcodes.map((barcode): Outline => {
    const key = resultKey(barcode);
    const corners = barcode.cornerPoints;
    let nearest: Outline | undefined;
    for (const outline of left) {
      if (outline.key !== key) continue;
      if (!nearest || movement(outline.corners, corners) < movement(nearest.corners, corners)) nearest = outline;
    }
    if (!nearest) return { id: ++id, key, corners, seenAt: at };
    left.delete(nearest);
    return { id: nearest.id, key, corners: follow(nearest.corners, corners), seenAt: at };
  });
  return [...seen, ...expire([...left], at)];
};

/** The outlines that are still to be drawn. */
export const expire = (outlines: readonly Outline[], at: number): readonly Outline[] =>
  outlines.filter(({ seenAt }) => at - seenAt < GONE_AFTER_MS && at >= seenAt);

export const isFading = ({ seenAt }: Outline, at: number): boolean => at - seenAt >= FADE_AFTER_MS;
