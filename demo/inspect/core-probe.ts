/**
 * The core's test build in the page: decodes an image and hands out what it saw on the way, as plain data. Knows the
 * boundary's numbers (assembly/abi) and the names that assembly/probe-inspect.ts exports; draws nothing.
 */
import {
  ABI_VERSION,
  EFFORT_FAST,
  EFFORT_THOROUGH,
  FLAG_INVERTED,
  HEADER_BYTES,
  HEADER_CANDIDATES,
  HEADER_SYMBOLS,
  HEADER_WORDS,
  HEADER_WORK,
  LAYOUT_RGBA,
  OPTION_ABI_VERSION,
  OPTION_BUDGET,
  OPTION_EFFORT,
  OPTION_FLAGS,
  OPTION_FORMATS_LOW,
  OPTION_MIN_CONFIDENCE,
  OPTIONS_ADDRESS,
  OPTIONS_WORDS,
  RECORD_BYTES_LENGTH,
  RECORD_BYTES_OFFSET,
  RECORD_CONFIDENCE,
  RECORD_CORNERS,
  RECORD_FORMAT,
  RECORD_VERSION,
  RECORD_WORDS,
  STRIP_ROWS,
} from "../../assembly/abi/layout.js";
import { FORMATS } from "../../src/index.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Parameters {
  /** Names of formats; none means all. */
  readonly formats: readonly string[];
  readonly isThorough: boolean;
  readonly inverted: boolean;
  readonly minConfidence: number;
  /** 0 for the effort's own. */
  readonly budget: number;
}

export interface SeenSymbol {
  readonly format: string;
  readonly text: string;
  readonly confidence: number;
  readonly corners: readonly Point[];
  readonly version: number;
}

export interface Finder extends Point {
  /** Pixels per module. */
  readonly size: number;
  /** Part of the rays that fit, 0–1. */
  readonly quality: number;
}

export interface Decoding {
  readonly symbols: readonly SeenSymbol[];
  readonly finders: readonly Finder[];
  readonly candidates: number;
  readonly work: number;
  readonly elapsedMs: number;
}

/** One level of the pyramid; arrays are copies. */
export interface Level {
  readonly width: number;
  readonly height: number;
  /** width × height, without padding. */
  readonly luma: Uint8Array;
  /** 1 = dark. */
  readonly bits: Uint8Array;
  readonly blockColumns: number;
  readonly blockRows: number;
  /** Largest minus smallest luma of each block. */
  readonly contrast: Uint8Array;
  /** 0–255 per block. */
  readonly coherence: Uint8Array;
  /** Corners of regions of one direction, in this level's pixels. */
  readonly regions: readonly (readonly Point[])[];
}

type Call = (...values: number[]) => number;

/** What inspectPlane() of assembly/probe-inspect.ts takes, in its order. */
const PLANE = [
  "width",
  "height",
  "stride",
  "luma",
  "bitStride",
  "bits",
  "blockColumns",
  "blockRows",
  "low",
  "high",
] as const;

export class CoreProbe {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: WebAssembly.Exports;

  private constructor(exports: WebAssembly.Exports) {
    this.#exports = exports;
    this.#memory = exports.memory as WebAssembly.Memory;
  }

  static async load(url: URL): Promise<CoreProbe> {
    const response = await fetch(url);
    if (!response.ok)
      throw new Error(`The core's test build is not there (${response.status}). Run npm start, which makes it.`);
    const abort = (_message: number, _file: number, line: number, column: number) => {
      throw new Error(`The core stopped at a check, line ${line}:${column}. Please report the image.`);
    };
    const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), { env: { abort } });
    return new CoreProbe(instance.exports);
  }

  #call(name: string, ...values: number[]): number {
    const target = this.#exports[name];
    if (typeof target !== "function") throw new Error(`The test build has no ${name}(). Run npm run build:probe.`);
    return Number((target as Call)(...values) ?? 0);
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, at, length);
  }

  /** Decodes an image. The frame stays open for {@link level} and {@link runs}. */
  decode(image: ImageData, parameters: Parameters): Decoding {
    this.#open(image, parameters);
    const since = performance.now();
    const block = this.#call("decode") >>> 0;
    const elapsedMs = performance.now() - since;
    if (block === 0) throw new Error("The core ran out of memory.");
    return { ...this.#parse(block), finders: this.#finders(), elapsedMs };
  }

  #open({ data, width, height }: ImageData, parameters: Parameters): void {
    const strip = this.#call("begin", width, height, LAYOUT_RGBA) >>> 0;
    if (strip === 0) throw new Error("The image is too large for the core.");
    const options = new Int32Array(this.#memory.buffer, OPTIONS_ADDRESS, OPTIONS_WORDS).fill(0);
    const ids = FORMATS.filter((row) => parameters.formats.length === 0 || parameters.formats.includes(row.name));
    for (const { id } of ids) {
      const word = OPTION_FORMATS_LOW + (id >> 5);
      options[word] = (options[word] ?? 0) | (1 << (id & 31));
    }
    options[OPTION_ABI_VERSION] = ABI_VERSION;
    options[OPTION_EFFORT] = parameters.isThorough ? EFFORT_THOROUGH : EFFORT_FAST;
    options[OPTION_FLAGS] = parameters.inverted ? FLAG_INVERTED : 0;
    options[OPTION_MIN_CONFIDENCE] = parameters.minConfidence;
    options[OPTION_BUDGET] = parameters.budget;
    for (let y = 0; y < height; y += STRIP_ROWS) {
      const rows = Math.min(STRIP_ROWS, height - y);
      this.#bytes(strip, rows * width * 4).set(data.subarray(y * width * 4, (y + rows) * width * 4));
      this.#call("push", rows);
    }
  }

  #parse(block: number): Pick<Decoding, "symbols" | "candidates" | "work"> {
    const header = new Int32Array(this.#memory.buffer, block, HEADER_WORDS);
    const copy = this.#memory.buffer.slice(block, block + (header[HEADER_BYTES] ?? 0));
    const words = new Int32Array(copy);
    const floats = new Float32Array(copy);
    const symbols = Array.from({ length: header[HEADER_SYMBOLS] ?? 0 }, (_, index): SeenSymbol => {
      const at = HEADER_WORDS + index * RECORD_WORDS;
      const word = (field: number) => words[at + field] ?? 0;
      const corner = (k: number) => ({
        x: floats[at + RECORD_CORNERS + 2 * k] ?? 0,
        y: floats[at + RECORD_CORNERS + 2 * k + 1] ?? 0,
      });
      const bytes = new Uint8Array(copy, word(RECORD_BYTES_OFFSET), word(RECORD_BYTES_LENGTH));
      return {
        format: FORMATS.find((row) => row.id === word(RECORD_FORMAT))?.name ?? "unknown",
        text: new TextDecoder().decode(bytes),
        confidence: word(RECORD_CONFIDENCE),
        corners: [corner(0), corner(1), corner(2), corner(3)],
        version: word(RECORD_VERSION),
      };
    });
    return { symbols, candidates: header[HEADER_CANDIDATES] ?? 0, work: header[HEADER_WORK] ?? 0 };
  }

  #finders(): Finder[] {
    return Array.from({ length: this.#call("finderCount") }, (_, i) => ({
      x: this.#call("finderX", i),
      y: this.#call("finderY", i),
      size: this.#call("finderSize", i),
      quality: this.#call("finderQuality", i),
    }));
  }

  /** A level of the frame that is open; undefined where the frame is too small for it. */
  level(number: number): Level | undefined {
    const plane = Object.fromEntries(
      PLANE.map((name, field) => [name, this.#call("inspectPlane", number, field) >>> 0]),
    ) as Record<(typeof PLANE)[number], number>;
    if (plane.width === 0) return undefined;
    const { width, height, blockColumns, blockRows } = plane;
    const coherenceAt = this.#call("inspectCoherence", number) >>> 0;
    const regions = this.#regions(number);
    // No call from here on: it might grow the memory and leave the views dead.
    const luma = new Uint8Array(width * height);
    const bits = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      luma.set(this.#bytes(plane.luma + y * plane.stride, width), y * width);
      const row = this.#bytes(plane.bits + y * plane.bitStride, plane.bitStride);
      for (let x = 0; x < width; x++) bits[y * width + x] = ((row[x >> 3] ?? 0) >> (x & 7)) & 1;
    }
    const count = blockColumns * blockRows;
    const low = this.#bytes(plane.low, count);
    const contrast = this.#bytes(plane.high, count).map((high, at) => high - (low[at] ?? 0));
    const coherence = coherenceAt === 0 ? new Uint8Array(count) : this.#bytes(coherenceAt, count).slice();
    return { width, height, luma, bits, blockColumns, blockRows, contrast, coherence, regions };
  }

  #regions(level: number): Point[][] {
    return Array.from({ length: this.#call("inspectRegions", level) }, (_, index) => {
      const field = (k: number) => this.#call("inspectRegion", index, k);
      const [cx, cy, nx, ny] = [field(0), field(1), field(2), field(3)];
      const [along, up] = [field(4) / 2, field(5) / 2];
      const corner = (u: number, v: number) => ({
        x: cx + nx * along * u - ny * up * v,
        y: cy + ny * along * u + nx * up * v,
      });
      return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
    });
  }

  /** Where each line of a level changes colour, from the run tables: even entries begin dark, odd ones end it. */
  runs(level: number, ofColumns: boolean): Uint16Array[] {
    const { width, height } = this.#size(level);
    const table = this.#call("inspectRuns", level, ofColumns ? 1 : 0) >>> 0;
    if (table === 0) return [];
    return Array.from({ length: ofColumns ? width : height }, (_, line) => {
      const at = this.#call("lineEdges", table, line) >>> 0;
      return new Uint16Array(this.#memory.buffer, at, this.#call("lineEdgeCount", table, line)).slice();
    });
  }

  #size(level: number): { width: number; height: number } {
    return { width: this.#call("inspectPlane", level, 0), height: this.#call("inspectPlane", level, 1) };
  }
}
