/**
 * Regions of an image: checked once when options are given, turned into whole pixels once the image's size is known.
 * Pure; knows nothing of where pixels come from.
 */
import { describe } from "./describe.js";
import { ScanError } from "./errors.js";
import type { Region } from "./types.js";

/** A region with its unit filled in: finite numbers, left < right, top < bottom. */
export interface CheckedRegion extends Region {
  readonly unit: "percent" | "pixel";
}

/** A part of an image in whole pixels, never empty and never outside the image. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SIDES = ["left", "top", "right", "bottom"] as const;

/** Checks one region or several; undefined stands for the whole image. @throws ScanError `invalid_region` */
export function checkRegions(value: unknown): readonly CheckedRegion[] | undefined {
  if (value === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) refuse("region is an empty array; leave it out to look at the whole image");
  const regions = list.map((item, index) => checkRegion(item, Array.isArray(value) ? `region[${index}]` : "region"));
  return regions.some(isWhole) ? undefined : Object.freeze(regions);
}

function checkRegion(value: unknown, name: string): CheckedRegion {
  if (typeof value !== "object" || value === null)
    refuse(`${name} takes { left, top, right, bottom, unit }, not ${describe(value)}`);
  const given = value as Record<string, unknown>;
  const unit = given.unit ?? "percent";
  if (unit !== "percent" && unit !== "pixel")
    refuse(`${name}.unit takes "percent" or "pixel", not ${describe(given.unit)}`);
  for (const side of SIDES) {
    if (typeof given[side] !== "number" || !Number.isFinite(given[side]))
      refuse(`${name}.${side} takes a finite number, not ${describe(given[side])}`);
  }
  const { left, top, right, bottom } = given as Record<(typeof SIDES)[number], number>;
  if (left >= right) refuse(`${name} is empty or inverted: left ${left} is not less than right ${right}`);
  if (top >= bottom) refuse(`${name} is empty or inverted: top ${top} is not less than bottom ${bottom}`);
  const end = unit === "percent" ? 100 : Number.POSITIVE_INFINITY;
  if (right <= 0 || bottom <= 0 || left >= end || top >= end) refuse(`${name} lies wholly outside the image`);
  return Object.freeze({ left, top, right, bottom, unit });
}

const isWhole = ({ left, top, right, bottom, unit }: CheckedRegion): boolean =>
  unit === "percent" && left <= 0 && top <= 0 && right >= 100 && bottom >= 100;

/**
 * The regions in whole pixels of an image of this size: rounded outwards, clipped to the image.
 * Undefined stands for the whole image and gives one rectangle.
 * @throws ScanError `invalid_region` for a region that lies wholly outside this image
 */
export function regionRects(
  regions: readonly CheckedRegion[] | undefined,
  width: number,
  height: number,
): readonly PixelRect[] {
  if (!regions) return [{ x: 0, y: 0, width, height }];
  return regions.map((region) => {
    const scaleX = region.unit === "percent" ? width / 100 : 1;
    const scaleY = region.unit === "percent" ? height / 100 : 1;
    const x = Math.max(0, Math.floor(region.left * scaleX));
    const y = Math.max(0, Math.floor(region.top * scaleY));
    const right = Math.min(width, Math.ceil(region.right * scaleX));
    const bottom = Math.min(height, Math.ceil(region.bottom * scaleY));
    if (right <= x || bottom <= y)
      refuse(
        `The region from (${region.left}, ${region.top}) to (${region.right}, ${region.bottom}) ${region.unit} ` +
          `lies wholly outside the image of ${width} × ${height} pixels`,
      );
    return { x, y, width: right - x, height: bottom - y };
  });
}

function refuse(message: string): never {
  throw new ScanError("invalid_region", `${message}.`);
}
