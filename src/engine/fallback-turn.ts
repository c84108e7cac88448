/**
 * Quarter turns of grey images: the fallback's library reads linear symbols along rows only. Pure.
 */
import type { Point } from "../types.js";
import type { DecodedImage } from "./engine.js";

/** Number of quarter turns clockwise. */
export type Turns = 0 | 1 | 2 | 3;

export function turned(image: DecodedImage, turns: Turns): DecodedImage {
  if (turns === 0) return image;
  const { width, height } = image;
  const isUpright = turns === 2;
  const data = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] =
        turns === 1 ? [height - 1 - y, x] : turns === 2 ? [width - 1 - x, height - 1 - y] : [y, width - 1 - x];
      data[toY * (isUpright ? width : height) + toX] = image.data[y * width + x] as number;
    }
  }
  return isUpright ? { data, width, height } : { data, width: height, height: width };
}

/** Where a point of the turned image lies in the image before it was turned. */
export function unturned({ x, y }: Point, turns: Turns, { width, height }: DecodedImage): Point {
  switch (turns) {
    case 0:
      return { x, y };
    case 1:
      return { x: y, y: height - x };
    case 2:
      return { x: width - x, y: height - y };
    case 3:
      return { x: width - y, y: x };
  }
}
