/**
 * The engine without WebAssembly, on the caller's thread. What reads the pixels is loaded only here and lies in a file
 * of its own; this file must not import it otherwise.
 */
import { loadPart } from "../part.js";
import type { Barcode } from "../types.js";
import { drawFrame } from "./draw-frame.js";
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine } from "./engine.js";
import type { readLuma } from "./fallback-reader.js";
import { filterBarcodes } from "./filters.js";
import { readGs1 } from "./gs1-part.js";
import { JobQueue } from "./job-queue.js";
import { lumaOf } from "./luma.js";
import { symbolLimit } from "./options-block.js";
import { IMAGE_PARTS, rectsOf } from "./outcome.js";

/** What to say where it is used. */
export const WITHOUT_WASM =
  "tallymark: WebAssembly cannot be used here, so a slower JavaScript decoder takes its place and reads less. " +
  "If the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.";

export class FallbackEngine implements Engine {
  readonly kind = "fallback";
  readonly #read: typeof readLuma;
  readonly #queue = new JobQueue((request) => this.#run(request));

  private constructor(read: typeof readLuma) {
    this.#read = read;
  }

  static async open(): Promise<FallbackEngine> {
    return new FallbackEngine((await loadPart(import("./fallback-reader.js"))).readLuma);
  }

  decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    return this.#queue.push(request, control);
  }

  async close(): Promise<void> {
    this.#queue.close();
  }

  async #run({ source, options, keepImage, ...rest }: DecodeRequest): Promise<DecodeOutcome> {
    const started = performance.now();
    const { width, height } = source;
    const parts = rectsOf({ source, options, ...rest }).map((rect) => {
      const [pixels, inside] =
        source.kind === "pixels" ? [source, rect] : [drawFrame(source, rect), { ...rect, x: 0, y: 0 }];
      return { ...rect, image: { data: lumaOf(pixels, inside), width: rect.width, height: rect.height } };
    });
    const limited = { ...options, maxSymbols: symbolLimit(options) };
    const found: readonly (readonly Barcode[])[] = parts.map((part) => this.#read(part.image, part, limited));
    const { assemble, mergeParts } = await IMAGE_PARTS.load();
    return {
      barcodes: await readGs1(filterBarcodes(mergeParts(found), options)),
      width,
      height,
      elapsedMs: performance.now() - started,
      ...(keepImage && { image: assemble(parts, width, height) }),
    };
  }
}
