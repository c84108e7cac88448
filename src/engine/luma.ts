/**
 * Luma of raw pixels in JavaScript, for where the core does not make it: the fallback engine and the decoded image that
 * is kept for debugging. The same numbers as assembly/image/luma.ts.
 */
import type { PixelRect } from "../region.js";
import type { Pixels } from "./engine.js";

/** One byte per pixel of a part of the image, rows without padding; transparent pixels are put on white. */
export function lumaOf(pixels: Pixels, rect: PixelRect): Uint8ClampedArray<ArrayBuffer> {
  const { data, stride, layout } = pixels;
  const luma = new Uint8ClampedArray(rect.width * rect.height);
  let to = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    if (layout === "grey") {
      const from = y * stride + rect.x;
      luma.set(data.subarray(from, from + rect.width), to);
      to += rect.width;
      continue;
    }
    let from = y * stride + rect.x * 4;
    for (let x = 0; x < rect.width; x++, from += 4) {
      // Red and blue weigh the same, so their order does not matter.
      const alpha = layout === "rgbx" ? 255 : (data[from + 3] as number);
      const first = onWhite(data[from] as number, alpha);
      const green = onWhite(data[from + 1] as number, alpha);
      const third = onWhite(data[from + 2] as number, alpha);
      luma[to++] = (((first + third + 1) >> 1) + green + 1) >> 1;
    }
  }
  return luma;
}

const onWhite = (value: number, alpha: number): number =>
  alpha === 255 ? value : Math.floor((value * alpha + 255 * (255 - alpha) + 127) / 255);
