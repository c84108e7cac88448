/** What crosses the boundary: options block in, result block out, refusals, and that no input makes the core trap. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi/layout.js";
import { BUILDS, Probe } from "./probe.js";

const QR_CODE = 0;
const EAN_13 = 1;

/** Words of a Symbol, in the order of assembly/io/symbol.ts. */
const FIELD = {
  format: 0,
  flags: 1,
  confidence: 2,
  orientation: 3,
  corners: 4,
  byteCount: 13,
  segmentCount: 16,
  aimModifier: 18,
  appendIndex: 19,
  appendCount: 20,
  appendId: 21,
  addOn: 25,
  addOnLength: 26,
  version: 27,
  rows: 28,
  columns: 29,
  ecLevel: 30,
  ecUsed: 31,
  mask: 32,
  model: 33,
  scanLines: 34,
  moduleSize: 35,
} as const;

interface Sample {
  readonly format: number;
  readonly confidence: number;
  /** Square of this side with its top left corner here. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly segments: readonly { readonly eci: number; readonly bytes: readonly number[] }[];
  readonly addOn: string;
  readonly words: readonly number[];
}

const sample = (over: Partial<Sample> = {}): Sample => ({
  format: QR_CODE,
  confidence: 50,
  x: 10,
  y: 20,
  side: 30,
  segments: [{ eci: abi.ECI_NONE, bytes: [65, 66] }],
  addOn: "",
  words: [],
  ...over,
});

const WORD_FIELDS = [
  "flags",
  "appendIndex",
  "appendCount",
  "appendId",
  "version",
  "rows",
  "columns",
  "ecLevel",
  "mask",
  "model",
  "scanLines",
] as const;

function setOptions(core: Probe, words: readonly number[]): void {
  const block = core.i32(abi.OPTIONS_ADDRESS, abi.OPTIONS_WORDS);
  block.fill(0);
  block.set(words);
}

const everyFormat = [abi.ABI_VERSION, -1, -1];

/** Makes a symbol in the core as a decoder would. */
function build(core: Probe, made: Sample): number {
  const count = made.segments.reduce((n, { bytes }) => n + bytes.length, 0);
  const at = core.call("allocSymbol", made.format, count, made.segments.length);
  for (const { eci, bytes } of made.segments) {
    expect(core.call("beginSegment", at, eci)).toBe(1);
    for (const byte of bytes) expect(core.call("putByte", at, byte)).toBe(1);
  }
  const words = core.i32(at, 36);
  const floats = core.f32(at, 36);
  words[FIELD.confidence] = made.confidence;
  const { x, y, side } = made;
  floats.set([x, y, x + side, y, x + side, y + side, x, y + side], FIELD.corners);
  WORD_FIELDS.forEach((name, i) => {
    words[FIELD[name]] = made.words[i] ?? 0;
  });
  core.u8(words[FIELD.addOn] ?? 0, 8).set(Buffer.from(made.addOn));
  words[FIELD.addOnLength] = made.addOn.length;
  return at;
}

/** Reads a result block as the host does: one copy, then only numbers. */
function parse(core: Probe, block: number) {
  const bytes = core.u8(block, core.i32(block, 8)[abi.HEADER_BYTES] ?? 0).slice();
  const words = new Int32Array(bytes.buffer);
  const floats = new Float32Array(bytes.buffer);
  const symbols = Array.from({ length: words[abi.HEADER_SYMBOLS] ?? 0 }, (_, i) => {
    const base = abi.HEADER_WORDS + i * abi.RECORD_WORDS;
    const word = (index: number) => words[base + index] ?? 0;
    const slice = (offset: number, length: number) => [...bytes.slice(word(offset), word(offset) + word(length))];
    const payload = slice(abi.RECORD_BYTES_OFFSET, abi.RECORD_BYTES_LENGTH);
    const segments = Array.from({ length: word(abi.RECORD_SEGMENTS_COUNT) }, (_, k) => {
      const [eci = 0, offset = 0, length = 0] = words.slice((word(abi.RECORD_SEGMENTS_OFFSET) >> 2) + k * 3);
      return { eci, bytes: payload.slice(offset, offset + length) };
    });
    return {
      format: word(abi.RECORD_FORMAT),
      confidence: word(abi.RECORD_CONFIDENCE),
      x: floats[base + abi.RECORD_CORNERS],
      y: floats[base + abi.RECORD_CORNERS + 1],
      side: (floats[base + abi.RECORD_CORNERS + 2] ?? 0) - (floats[base + abi.RECORD_CORNERS] ?? 0),
      segments,
      addOn: Buffer.from(slice(abi.RECORD_ADD_ON_OFFSET, abi.RECORD_ADD_ON_LENGTH)).toString(),
      words: [
        abi.RECORD_FLAGS,
        abi.RECORD_APPEND_INDEX,
        abi.RECORD_APPEND_COUNT,
        abi.RECORD_APPEND_ID,
        abi.RECORD_VERSION,
        abi.RECORD_ROWS,
        abi.RECORD_COLUMNS,
        abi.RECORD_EC_LEVEL,
        abi.RECORD_MASK,
        abi.RECORD_MODEL,
        abi.RECORD_SCAN_LINES,
      ].map(word),
    };
  });
  return { header: [...words.slice(0, abi.HEADER_WORDS)], symbols, bytes: bytes.length };
}

describe.each(BUILDS)("boundary (%s)", (build_) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build_);
    core.call("reset");
    setOptions(core, everyFormat);
    core.call("clearResults");
  });

  it("knows its version", () => {
    expect(core.call("abiVersion")).toBe(abi.ABI_VERSION);
  });

  it("reads every option from its word", () => {
    setOptions(core, [abi.ABI_VERSION, 1 << 5, 1 << 3, abi.EFFORT_THOROUGH, abi.FLAG_INVERTED, 7, 30, 99, 1234]);
    expect(core.call("isWanted", 5)).toBe(1);
    expect(core.call("isWanted", 35)).toBe(1);
    expect([0, 4, 6, 31, 32, 63].map((id) => core.call("isWanted", id))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(core.call("isThorough")).toBe(1);
    expect(core.call("seeksInverted")).toBe(1);
    expect(core.call("maxSymbols")).toBe(7);
    expect(core.call("minConfidence")).toBe(30);
    expect(core.call("frameNumber")).toBe(99);
    expect(core.call("givenBudget")).toBe(1234);
    setOptions(core, [abi.ABI_VERSION, -1 << 31, -1 << 31]);
    expect([31, 63, 30, 62].map((id) => core.call("isWanted", id))).toEqual([1, 1, 0, 0]);
    expect(core.call("isThorough") + core.call("seeksInverted")).toBe(0);
  });

  it("keeps the options block below static data", () => {
    expect(abi.OPTIONS_ADDRESS + abi.OPTIONS_WORDS * 4).toBeLessThanOrEqual(2048);
    expect(core.call("mark")).toBeGreaterThanOrEqual(2048);
  });

  it("brings every field of any symbols across", () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const segment = fc.record({
      eci: fc.integer({ min: -3, max: 999_999 }),
      bytes: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 }),
    });
    const symbol = fc.record({
      format: fc.integer({ min: 0, max: 63 }),
      confidence: fc.integer({ min: 0, max: 100 }),
      segments: fc.array(segment, { maxLength: 5 }).map((list) =>
        // Neighbouring segments under one ECI are one segment.
        list.filter(({ eci }, i) => i === 0 || eci !== list[i - 1]?.eci),
      ),
      addOn: fc.stringMatching(/^[0-9]{0,5}$/),
      words: fc.array(word, { minLength: 11, maxLength: 11 }),
    });
    fc.assert(
      fc.property(fc.array(symbol, { maxLength: 8 }), fc.array(word, { minLength: 3, maxLength: 3 }), (list, head) => {
        core.call("reset");
        core.call("clearResults");
        // Apart from each other, so that none is the same as another.
        const made = list.map((one, i) => sample({ ...one, x: i * 100, y: i * 50, side: 30 }));
        for (const one of made) expect(core.call("report", build(core, one))).toBe(1);
        const result = parse(core, core.call("writeResults", ...head));
        expect(result.symbols).toEqual(made);
        expect(result.header).toEqual([abi.ABI_VERSION, result.bytes, made.length, ...head, 0, 0]);
        expect(result.bytes % 4).toBe(0);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("marks what a decoder did not say", () => {
    const words = core.i32(core.call("allocSymbol", EAN_13, 4, 1), 36);
    expect([words[FIELD.format], words[FIELD.aimModifier]]).toEqual([EAN_13, 0x30]);
    expect([words[FIELD.ecLevel], words[FIELD.mask], words[FIELD.model]]).toEqual([-1, -1, -1]);
    expect(core.f32(words.byteOffset, 36)[FIELD.ecUsed]).toBe(-1);
  });

  it("refuses bytes and segments beyond a symbol's room", () => {
    const at = core.call("allocSymbol", QR_CODE, 2, 1);
    expect([1, 2, 3].map((byte) => core.call("putByte", at, byte))).toEqual([1, 1, 0]);
    expect(core.call("beginSegment", at, 26)).toBe(0);
    core.call("clearContent", at);
    expect(core.call("beginSegment", at, 26)).toBe(1);
    expect(core.call("beginSegment", at, 3)).toBe(1);
    expect(core.call("putByte", at, 9)).toBe(1);
    expect(core.call("report", at)).toBe(1);
    const { symbols } = parse(core, core.call("writeResults", 0, 0, 0));
    expect(symbols[0]?.segments).toEqual([{ eci: 3, bytes: [9] }]);
  });

  it("keeps the surer one of the same symbol in the same place", () => {
    const weak = sample({ confidence: 40 });
    const sure = sample({ confidence: 90, x: 12 });
    expect(core.call("report", build(core, weak))).toBe(1);
    expect(core.call("report", build(core, sure))).toBe(1);
    expect(core.call("report", build(core, weak))).toBe(0);
    expect(parse(core, core.call("writeResults", 0, 0, 0)).symbols).toEqual([{ ...sure, words: Array(11).fill(0) }]);
  });

  it("keeps the same content in two places, and two contents in one place", () => {
    core.call("report", build(core, sample()));
    core.call("report", build(core, sample({ x: 500 })));
    core.call("report", build(core, sample({ segments: [{ eci: -1, bytes: [65, 67] }] })));
    expect(core.call("resultCount")).toBe(3);
  });

  it("drops what was not asked for: format, confidence, more than enough", () => {
    setOptions(core, [abi.ABI_VERSION, 1 << EAN_13, 0, 0, 0, 2, 60]);
    expect(core.call("report", build(core, sample({ format: QR_CODE, confidence: 99 })))).toBe(0);
    expect(core.call("report", build(core, sample({ format: EAN_13, confidence: 59 })))).toBe(0);
    const accepted = [0, 100, 200].map((x) =>
      core.call("report", build(core, sample({ format: EAN_13, confidence: 60, x }))),
    );
    expect(accepted).toEqual([1, 1, 0]);
    expect(core.call("isFull")).toBe(1);
  });

  it("bears 512 symbols and drops the rest", () => {
    for (let i = 0; i < 520; i++) core.call("report", build(core, sample({ x: i * 100 })));
    expect(parse(core, core.call("writeResults", 0, 0, 0)).symbols).toHaveLength(512);
  });

  it("answers 0 where memory is exhausted, and lives on", () => {
    const at = build(core, sample());
    core.call("report", at);
    core.i32(at, 36)[FIELD.byteCount] = 0x7ffffff0;
    expect(core.call("writeResults", 0, 0, 0)).toBe(0);
    core.i32(at, 36)[FIELD.byteCount] = 2;
    expect(core.call("writeResults", 0, 0, 0)).toBeGreaterThan(0);
  });

  it.each([
    [0, 1],
    [1, 0],
    [-1, 5],
    [5, -1],
    [32768, 1],
    [1, 32768],
    [8193, 8193],
    [0x7fffffff, 0x7fffffff],
  ])("refuses a frame of %d × %d; decode() then finds nothing", (width, height) => {
    for (const layout of [0, 1, 2, 3, 4]) expect(core.call("begin", width, height, layout)).toBe(0);
    expect(parse(core, core.call("decode")).symbols).toEqual([]);
    expect(core.call("begin", 16, 16, 0)).toBeGreaterThan(0);
  });

  it.each([-1, 5, 1000])("refuses layout %d", (layout) => {
    expect(core.call("begin", 16, 16, layout)).toBe(0);
  });

  it("decodes nothing before the first frame and after the last", () => {
    setOptions(core, everyFormat);
    expect(parse(core, core.call("decode")).symbols).toEqual([]);
    core.call("push", 16);
    core.call("begin", 0, 0, 0);
    core.call("push", 16);
    expect(parse(core, core.call("decode")).symbols).toEqual([]);
    expect([...core.i32(abi.OPTIONS_ADDRESS, 3)]).toEqual(everyFormat);
  });

  it("never traps on any options, sizes, layouts and pushes", () => {
    const word = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -2, max: 120 }));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 16, maxLength: 16 }),
        fc.integer({ min: -1, max: 200 }),
        fc.integer({ min: -1, max: 200 }),
        fc.integer({ min: -1, max: 5 }),
        fc.array(fc.integer({ min: -20, max: 40 }), { maxLength: 6 }),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        (options, width, height, layout, pushes, pixels) => {
          setOptions(core, options);
          const at = core.call("begin", width, height, layout);
          if (at !== 0) {
            const room = layout === abi.LAYOUT_GREY || layout === abi.LAYOUT_YUV420 ? width * height : width * 64;
            core.u8(at, room).forEach((_, i, all) => {
              all[i] = pixels[i % pixels.length] ?? 0;
            });
          }
          for (const rows of pushes) core.call("push", rows);
          const { header } = parse(core, core.call("decode"));
          expect(header[abi.HEADER_ABI_VERSION]).toBe(abi.ABI_VERSION);
          core.call("begin", 0, 0, 0);
        },
      ),
      { seed: 4, numRuns: 150 },
    );
  });
});
