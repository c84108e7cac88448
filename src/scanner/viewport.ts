/**
 * Where a point of the picture is on the screen and the other way round: object-fit, digital zoom and mirroring. Pure;
 * nothing is kept, so a turned phone or a resized page cannot leave it stale.
 */
import type { PixelRect } from "../region.js";
import type { Point } from "../types.js";

export type Fit = "cover" | "contain" | "fill";

export interface Viewport {
  /** Size of the video's box on the screen, in CSS pixels. */
  readonly boxWidth: number;
  readonly boxHeight: number;
  /** Size of the picture, in its own pixels. */
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly fit: Fit;
  /** Digital zoom about the middle, at least 1. */
  readonly zoom: number;
  readonly isMirrored: boolean;
}

/** CSS pixels per picture pixel, across and down. */
const scales = ({ boxWidth, boxHeight, videoWidth, videoHeight, fit, zoom }: Viewport): readonly [number, number] => {
  const x = boxWidth / videoWidth;
  const y = boxHeight / videoHeight;
  if (fit === "fill") return [x * zoom, y * zoom];
  const both = (fit === "cover" ? Math.max(x, y) : Math.min(x, y)) * zoom;
  return [both, both];
};

/** From the picture to the box. */
export const toView = ({ x, y }: Point, viewport: Viewport): Point => {
  const { boxWidth, boxHeight, videoWidth, videoHeight, isMirrored } = viewport;
  const [scaleX, scaleY] = scales(viewport);
  const across = (x - videoWidth / 2) * scaleX;
  return { x: boxWidth / 2 + (isMirrored ? -across : across), y: boxHeight / 2 + (y - videoHeight / 2) * scaleY };
};

/** From the box to the picture. */
export const toVideo = ({ x, y }: Point, viewport: Viewport): Point => {
  const { boxWidth, boxHeight, videoWidth, videoHeight, isMirrored } = viewport;
  const [scaleX, scaleY] = scales(viewport);
  const across = isMirrored ? boxWidth / 2 - x : x - boxWidth / 2;
  return { x: videoWidth / 2 + across / scaleX, y: videoHeight / 2 + (y - boxHeight / 2) / scaleY };
};

/** True where there is a picture and a box to show it in. */
export const isShown = ({ boxWidth, boxHeight, videoWidth, videoHeight }: Viewport): boolean =>
  boxWidth > 0 && boxHeight > 0 && videoWidth > 0 && videoHeight > 0;

/** The viewport of a picture that nobody sees: a scanner without a view. */
export const unseen = (videoWidth: number, videoHeight: number, zoom: number): Viewport => ({
  ...{ boxWidth: 0, boxHeight: 0, videoWidth, videoHeight, zoom },
  ...{ fit: "contain", isMirrored: false },
});

/** The part of the picture that can be seen, in picture pixels (not rounded). */
export const visiblePart = (viewport: Viewport): PixelRect => {
  const { boxWidth, boxHeight, videoWidth, videoHeight } = viewport;
  return between(toVideo({ x: 0, y: 0 }, viewport), toVideo({ x: boxWidth, y: boxHeight }, viewport), {
    x: 0,
    y: 0,
    width: videoWidth,
    height: videoHeight,
  });
};

/** The rectangle between two opposite corners, as far as it lies within `limits`; its size may be 0. */
export const between = (a: Point, b: Point, limits: PixelRect): PixelRect => {
  const clampX = (x: number) => Math.min(limits.x + limits.width, Math.max(limits.x, x));
  const clampY = (y: number) => Math.min(limits.y + limits.height, Math.max(limits.y, y));
  const left = clampX(Math.min(a.x, b.x));
  const top = clampY(Math.min(a.y, b.y));
  return {
    x: left,
    y: top,
    width: clampX(Math.max(a.x, b.x)) - left,
    height: clampY(Math.max(a.y, b.y)) - top,
  };
};

/** The middle part of a picture that a digital zoom leaves. */
export const zoomedPart = (videoWidth: number, videoHeight: number, zoom: number): PixelRect => {
  const width = videoWidth / zoom;
  const height = videoHeight / zoom;
  return { x: (videoWidth - width) / 2, y: (videoHeight - height) / 2, width, height };
};
