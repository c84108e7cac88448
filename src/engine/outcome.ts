/**
 * From what the core reports to what an engine promises: parsed, in coordinates of the whole image, merged, filtered.
 * The same for the engine of this thread and for the worker's.
 */
import type { PixelRect } from "../region.js";
import { checkRegions, regionRects } from "../region.js";
import type { DecodedImage, DecodeOutcome, DecodeRequest } from "./engine.js";
import { filterBarcodes, mergeParts } from "./filters.js";
import { readGs1 } from "./gs1-part.js";
import { optionsBlock } from "./options-block.js";
import type { CoreJob, CorePart, CoreReport } from "./protocol.js";
import { parseResult } from "./result.js";

/** The parts of the image that a request asks for. @throws ScanError `invalid_region` */
export function rectsOf({ options, source }: DecodeRequest): readonly PixelRect[] {
  return regionRects(checkRegions(options.region), source.width, source.height);
}

/** @throws ScanError `invalid_region` */
export function jobOf(request: DecodeRequest, frameNumber: number): CoreJob {
  return {
    source: request.source,
    rects: rectsOf(request),
    options: optionsBlock(request.options, frameNumber),
    keepImage: request.keepImage ?? false,
  };
}

/** @throws ScanError `decode_failed`, `wasm_mismatch` for a block that cannot be read */
export async function outcomeOf(report: CoreReport, request: DecodeRequest): Promise<DecodeOutcome> {
  const { width, height } = request.source;
  const barcodes = mergeParts(report.parts.map((part) => parseResult(part.block, part)));
  return {
    barcodes: await readGs1(filterBarcodes(barcodes, request.options)),
    width,
    height,
    elapsedMs: report.elapsedMs,
    ...(request.keepImage && { image: assemble(report.parts, width, height) }),
  };
}

/** One image of the whole size, so that corner points fit it; what was not looked at is white. */
export function assemble(
  parts: readonly Pick<CorePart, "x" | "y" | "image">[],
  width: number,
  height: number,
): DecodedImage {
  const [only] = parts;
  if (parts.length === 1 && only?.image?.width === width && only.image.height === height) return only.image;
  const data = new Uint8ClampedArray(width * height).fill(255);
  for (const { x, y, image } of parts) {
    if (!image) continue;
    for (let row = 0; row < image.height; row++)
      data.set(image.data.subarray(row * image.width, (row + 1) * image.width), (y + row) * width + x);
  }
  return { data, width, height };
}
