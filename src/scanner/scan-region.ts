/**
 * Which part of a frame to look in: several regions in turn or together, given as parts of what is seen or of the
 * picture, under digital zoom. Pure.
 */
import { ScanError } from "../errors.js";
import type { CheckedRegion, PixelRect } from "../region.js";
import { between, isShown, toVideo, toView, type Viewport, visiblePart, zoomedPart } from "./viewport.js";

export { unseen } from "./viewport.js";

/** `view`: percent or CSS pixels of what is seen. `video`: percent or pixels of the picture. */
export type RegionSpace = "view" | "video";

export interface RegionPlan {
  readonly regions: readonly CheckedRegion[] | undefined;
  /** `turns`: frame i looks in region i mod n, which costs least; `all`: every frame looks in all of them. */
  readonly mode: "turns" | "all";
  readonly space: RegionSpace;
}

/** Less than a pixel of rounding is no crop. */
const SLACK_PX = 0.5;

/** The region in picture pixels, as far as it can be seen. */
const inVideo = (region: CheckedRegion, space: RegionSpace, viewport: Viewport): PixelRect => {
  const { left, top, right, bottom, unit } = region;
  if (space === "view" && isShown(viewport)) {
    const scaleX = unit === "percent" ? viewport.boxWidth / 100 : 1;
    const scaleY = unit === "percent" ? viewport.boxHeight / 100 : 1;
    const a = toVideo({ x: left * scaleX, y: top * scaleY }, viewport);
    const b = toVideo({ x: right * scaleX, y: bottom * scaleY }, viewport);
    return between(a, b, visiblePart(viewport));
  }
  const part = zoomedPart(viewport.videoWidth, viewport.videoHeight, viewport.zoom);
  if (unit === "pixel") return between({ x: left, y: top }, { x: right, y: bottom }, part);
  const at = (percentX: number, percentY: number) => ({
    x: part.x + (part.width * percentX) / 100,
    y: part.y + (part.height * percentY) / 100,
  });
  return between(at(left, top), at(right, bottom), part);
};

/** What can be scanned where no region is given. */
const wholePart = (space: RegionSpace, viewport: Viewport): PixelRect =>
  space === "view" && isShown(viewport)
    ? visiblePart(viewport)
    : zoomedPart(viewport.videoWidth, viewport.videoHeight, viewport.zoom);

const toRegion = ({ x, y, width, height }: PixelRect): CheckedRegion => ({
  left: Math.floor(x + 0.001),
  top: Math.floor(y + 0.001),
  right: Math.ceil(x + width - 0.001),
  bottom: Math.ceil(y + height - 0.001),
  unit: "pixel",
});

const isEmpty = ({ width, height }: PixelRect): boolean => width < 1 || height < 1;

const covers = ({ x, y, width, height }: PixelRect, { videoWidth, videoHeight }: Viewport): boolean =>
  x <= SLACK_PX && y <= SLACK_PX && x + width >= videoWidth - SLACK_PX && y + height >= videoHeight - SLACK_PX;

/**
 * The regions of frame number `turn` in picture pixels, undefined for the whole picture.
 * @throws ScanError `invalid_region` where a frame has none of its regions in sight
 */
export const regionsOfFrame = (
  plan: RegionPlan,
  turn: number,
  viewport: Viewport,
): readonly CheckedRegion[] | undefined => {
  const { regions, mode, space } = plan;
  if (!regions) {
    const whole = wholePart(space, viewport);
    return isEmpty(whole) || covers(whole, viewport) ? undefined : [toRegion(whole)];
  }
  const seen = regions.map((region) => inVideo(region, space, viewport)).filter((rect) => !isEmpty(rect));
  if (seen.length === 0) {
    const size = `${viewport.videoWidth} × ${viewport.videoHeight}`;
    throw new ScanError("invalid_region", `No region lies within what is seen of the picture of ${size} pixels.`);
  }
  const chosen = mode === "turns" ? seen.slice(turn % seen.length, (turn % seen.length) + 1) : seen;
  return chosen.some((rect) => covers(rect, viewport)) ? undefined : chosen.map(toRegion);
};

/** The regions as rectangles on the screen, for the mask and the viewfinder; none where no region is given. */
export const regionsInView = (plan: RegionPlan, viewport: Viewport): readonly PixelRect[] => {
  const { boxWidth, boxHeight } = viewport;
  if (!plan.regions || !isShown(viewport)) return [];
  const box = { x: 0, y: 0, width: boxWidth, height: boxHeight };
  return plan.regions
    .map((region) => {
      const { x, y, width, height } = inVideo(region, plan.space, viewport);
      return between(toView({ x, y }, viewport), toView({ x: x + width, y: y + height }, viewport), box);
    })
    .filter((rect) => !isEmpty(rect));
};
