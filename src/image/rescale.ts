/**
 * Coordinates between the image as the caller knows it and the larger drawing of it that was read. Pure.
 */
import type { CheckedReadOptions } from "../read-options.js";
import type { Barcode, Point, Rect } from "../types.js";

/** Options whose regions in pixels fit the drawing. */
export function scaleOptions(options: CheckedReadOptions, scale: number): CheckedReadOptions {
  if (scale === 1 || !options.region) return options;
  const region = options.region.map((part) =>
    part.unit === "percent"
      ? part
      : {
          left: part.left * scale,
          top: part.top * scale,
          right: part.right * scale,
          bottom: part.bottom * scale,
          unit: part.unit,
        },
  );
  return { ...options, region };
}

/** The barcode with its places in pixels of the caller's image. */
export function unscaleBarcode(barcode: Barcode, scale: number): Barcode {
  if (scale === 1) return barcode;
  const { cornerPoints, boundingBox, details } = barcode;
  const [a, b, c, d] = cornerPoints;
  return {
    ...barcode,
    cornerPoints: [unscalePoint(a, scale), unscalePoint(b, scale), unscalePoint(c, scale), unscalePoint(d, scale)],
    boundingBox: unscaleRect(boundingBox, scale),
    details: details.moduleSize === undefined ? details : { ...details, moduleSize: details.moduleSize / scale },
  };
}

const unscalePoint = ({ x, y }: Point, scale: number): Point => ({ x: x / scale, y: y / scale });

function unscaleRect(rect: Rect, scale: number): Rect {
  const { x, y, width, height, top, right, bottom, left } = rect;
  return {
    x: x / scale,
    y: y / scale,
    width: width / scale,
    height: height / scale,
    top: top / scale,
    right: right / scale,
    bottom: bottom / scale,
    left: left / scale,
  };
}
