/**
 * From what the core reports to what an engine promises: parsed, in coordinates of the whole image, merged, filtered.
 * The same for the engine of this thread and for the worker's.
 */

import { LatePart } from "../part.js";
import type { PixelRect } from "../region.js";
import { checkRegions, regionRects } from "../region.js";
import type { DecodeOutcome, DecodeRequest } from "./engine.js";
import { filterBarcodes } from "./filters.js";
import { readGs1 } from "./gs1-part.js";
import { optionsBlock } from "./options-block.js";
import type { CoreJob, CoreReport } from "./protocol.js";
import { parseResult } from "./result.js";

/** Makes one of several parts of an image, and hands images out. */
export const IMAGE_PARTS = new LatePart(() => import("./image-parts.js"));

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
  const found = report.parts.map((part) => parseResult(part.block, part));
  const parts = found.length > 1 || request.keepImage ? await IMAGE_PARTS.load() : undefined;
  const barcodes = parts ? parts.mergeParts(found) : (found[0] ?? []);
  return {
    barcodes: await readGs1(filterBarcodes(barcodes, request.options)),
    width,
    height,
    elapsedMs: report.elapsedMs,
    ...(parts && request.keepImage && { image: parts.assemble(report.parts, width, height) }),
  };
}
