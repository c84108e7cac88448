/**
 * One running instance of the core: pixels in, result blocks out, everything wiped in between. Knows nothing of
 * formats, text or threads.
 */
import { OPTIONS_ADDRESS, OPTIONS_WORDS } from "../../assembly/abi/layout.js";
import { type CoreExports, startCore } from "../../wasm/start.js";
import { ScanError } from "../errors.js";
import type { PixelRect } from "../region.js";
import { releaseSource } from "./frame-source.js";
import { scanErrorOf } from "./load-fault.js";
import { feed } from "./pixel-feed.js";
import type { CoreJob, CorePart, CoreReport } from "./protocol.js";

/**
 * WebAssembly memory never shrinks. After an image that needed more than this (twelve megapixels of noise need 56 MiB,
 * a frame of 4K video 39) a new instance takes the old one's place: one huge image is not paid for ever after.
 */
const KEPT_BYTES = 96 * 1024 * 1024;

export class Core {
  readonly #module: WebAssembly.Module;
  #exports: CoreExports;

  private constructor(module: WebAssembly.Module, exports: CoreExports) {
    this.#module = module;
    this.#exports = exports;
  }

  /** @throws ScanError `wasm_mismatch` */
  static async open(module: WebAssembly.Module): Promise<Core> {
    return new Core(module, await start(module));
  }

  /**
   * Reads one image; never call it again before the last call has ended. Takes over the job's frame.
   * @throws ScanError `decode_failed` after a trap (the instance has been replaced then), `image_too_large`
   */
  async read(job: CoreJob): Promise<CoreReport> {
    const started = performance.now();
    try {
      const parts: CorePart[] = [];
      for (const rect of job.rects) parts.push(await this.#readPart(job, rect));
      const elapsedMs = performance.now() - started;
      if (this.#exports.memory.buffer.byteLength > KEPT_BYTES) this.#exports = await start(this.#module);
      return { parts, elapsedMs };
    } catch (cause) {
      if (cause instanceof ScanError) throw cause;
      this.#exports = await start(this.#module);
      throw new ScanError("decode_failed", undefined, { cause });
    } finally {
      releaseSource(job.source);
    }
  }

  async #readPart(job: CoreJob, rect: PixelRect): Promise<CorePart> {
    const core = this.#exports;
    new Int32Array(core.memory.buffer, OPTIONS_ADDRESS, OPTIONS_WORDS).set(job.options);
    let part: CorePart;
    try {
      const fed = await feed(core, job.source, rect, job.keepImage);
      const at = core.decode() >>> 0;
      if (at === 0)
        throw new ScanError(
          "image_too_large",
          `Memory ran out while reading ${rect.width} × ${rect.height} pixels. Scale the image down or read a region of it.`,
        );
      part = { ...fed, block: sliceBlock(core.memory.buffer, at) };
    } catch (cause) {
      if (cause instanceof ScanError) wipe(core);
      throw cause;
    }
    wipe(core);
    return part;
  }
}

async function start(module: WebAssembly.Module): Promise<CoreExports> {
  try {
    return await startCore(module);
  } catch (error) {
    throw scanErrorOf(error);
  }
}

/** Nothing of an image stays in the core (R5); after a trap the whole instance goes instead. */
function wipe(core: CoreExports): void {
  core.begin(0, 0, 0);
}

/** The block says its own length in its second word. */
function sliceBlock(memory: ArrayBuffer, at: number): ArrayBuffer {
  const bytes = new DataView(memory).getInt32(at + 4, true);
  return memory.slice(at, at + bytes);
}
