/**
 * A grey frame through a probe build: pixels and options in, barcodes out, as the library parses them. Knows no
 * symbology.
 */
import * as abi from "../../assembly/abi/layout.js";
import { parseResult } from "../../src/engine/result.js";
import type { Barcode } from "../../src/types.js";
import type { Probe } from "./probe.js";

export interface GreyFrame {
  readonly width: number;
  readonly height: number;
  /** One byte per pixel. */
  readonly data: ArrayLike<number>;
}

export interface FrameOptions {
  /** Format ids. */
  readonly formats: readonly number[];
  /** @default true */
  readonly thorough?: boolean;
  /** @default true */
  readonly inverted?: boolean;
  /** The formats were named, not those looked for where none are. @default true */
  readonly named?: boolean;
  readonly budget?: number;
}

/** Writes the options block. */
export function putOptions(core: Probe, options: FrameOptions): void {
  const { formats, thorough = true, inverted = true, named = true, budget = 0 } = options;
  const words = core.i32(abi.OPTIONS_ADDRESS, abi.OPTIONS_WORDS);
  words.fill(0);
  words[abi.OPTION_ABI_VERSION] = abi.ABI_VERSION;
  for (const id of formats) {
    const word = id < 32 ? abi.OPTION_FORMATS_LOW : abi.OPTION_FORMATS_HIGH;
    words[word] = (words[word] as number) | (1 << (id & 31));
  }
  words[abi.OPTION_EFFORT] = thorough ? abi.EFFORT_THOROUGH : abi.EFFORT_FAST;
  words[abi.OPTION_FLAGS] = (inverted ? abi.FLAG_INVERTED : 0) | (named ? abi.FLAG_NAMED : 0);
  words[abi.OPTION_BUDGET] = budget;
}

/** Opens a frame and fills in its pixels. */
export function openFrame(core: Probe, { width, height, data }: GreyFrame): void {
  const at = core.call("begin", width, height, abi.LAYOUT_GREY);
  const stride = (width + abi.ROW_ALIGN - 1) & ~(abi.ROW_ALIGN - 1);
  const rows = core.u8(at, stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * stride + x] = data[y * width + x] as number;
  }
}

/** The barcodes of a frame. */
export function readFrame(core: Probe, frame: GreyFrame, options: FrameOptions): readonly Barcode[] {
  openFrame(core, frame);
  putOptions(core, options);
  return blockAt(core, core.call("decode") >>> 0);
}

/** Parses a result block in the core's memory. */
export function blockAt(core: Probe, at: number): readonly Barcode[] {
  const bytes = core.i32(at, abi.HEADER_WORDS)[abi.HEADER_BYTES] as number;
  return parseResult(core.memory.buffer.slice(at, at + bytes) as ArrayBuffer);
}
