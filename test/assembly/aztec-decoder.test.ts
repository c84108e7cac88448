/** The Aztec decoder on grids alone: every size, mode and function, damage to the limit and beyond, random grids. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { aztec, aztecRune, flipModules, type Modules, seededRandom, zxingSymbol } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;
const softOf = (cells: ArrayLike<number>): number[] => Array.from(cells, (cell) => (cell ? 1 : -1));

/** Compact symbols have at most 27 modules, full-range ones at least 19: where both are possible the ring at 5 tells. */
function isCompact({ width, cells }: Modules): boolean {
  const middle = width >> 1;
  for (let x = -5; x <= 5; x++) if (cells[(middle - 5) * width + middle + x] === 1) return true;
  return false;
}

const bits = (value: number, count: number): string => value.toString(2).padStart(count, "0");
/** Values of five-bit modes as bits. */
const five = (...values: number[]): string => values.map((value) => bits(value, 5)).join("");
const four = (...values: number[]): string => values.map((value) => bits(value, 4)).join("");
const upper = (text: string): string => five(...Array.from(text, (c) => (c === " " ? 1 : c.charCodeAt(0) - 63)));

describe.each(BUILDS)("Aztec decoder (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
    putOptions(core, { formats: [7] });
  });

  function decodeSoft(soft: readonly number[], side: number, compact: boolean): Barcode | undefined {
    core.call("reset");
    const at = core.call("alloc", soft.length * 4);
    core.f32(at, soft.length).set(soft);
    if (core.call("aztecDecodeGrid", at, side, compact ? 1 : 0) !== OK) return undefined;
    return blockAt(core, core.call("qrResults") >>> 0)[0];
  }
  const decode = (symbol: Modules): Barcode | undefined =>
    decodeSoft(softOf(symbol.cells), symbol.width, isCompact(symbol));
  const textOf = (barcode: Barcode | undefined): string | undefined =>
    barcode && Buffer.from(barcode.bytes).toString("latin1");
  const raw = (message: string, layers = 8): Barcode | undefined => decode(aztec(message, { raw: true, layers }));

  it("reads every compact and full-range size of bwip-js", () => {
    const random = seededRandom(7);
    for (const [compact, most] of [
      [true, 4],
      [false, 32],
    ] as const) {
      for (let layers = 1; layers <= most; layers++) {
        const length = random.int(1, layers * (compact ? 6 : 8));
        const text = Array.from({ length }, () => String.fromCharCode(random.int(32, 126))).join("");
        const read = decode(aztec(text, { layers, compact }));
        expect(textOf(read), `${compact ? "compact" : "full"} ${layers}`).toBe(text);
        expect(read?.details).toMatchObject({ version: layers, errorCorrectionUsed: 0 });
        expect(read?.symbologyIdentifier).toBe("]z0");
      }
    }
  });

  it("reads what zxing-wasm writes, alike for both writers", async () => {
    const random = seededRandom(8);
    for (const length of [1, 5, 12, 30, 80, 200, 600, 1500]) {
      const text = Array.from({ length }, () => String.fromCharCode(random.int(32, 126))).join("");
      expect(textOf(decode(await zxingSymbol("Aztec", text))), `${length} characters`).toBe(text);
    }
  });

  it("gives the bytes of any text in any mixture of modes", () => {
    const parts = fc.oneof(
      fc.stringMatching(/^[A-Z ]{1,12}$/),
      fc.stringMatching(/^[a-z ]{1,12}$/),
      fc.stringMatching(/^[0-9,. ]{1,16}$/),
      fc.stringMatching(/^[-!"#$%&'()*+/:;<=>?[\]{}]{1,8}$/),
      fc.constantFrom("\r\n", ". ", ", ", ": ", "@\\^_`|~\x7f", "\x01\x0d\x1b\x1c\x1d\x1e\x1f"),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 5 }), (all) => {
        const text = all.join("");
        expect(textOf(decode(aztec(text)))).toBe(text);
      }),
      { seed: 22, numRuns: 60 },
    );
  });

  it("reads binary shifts of both lengths, from 1 to 62 bytes and beyond", () => {
    for (const length of [1, 2, 30, 31, 32, 33, 61, 62, 63, 64, 700]) {
      const text = Array.from({ length }, (_, i) => String.fromCharCode(128 + (i % 100))).join("");
      expect(textOf(decode(aztec(text))), `${length} bytes`).toBe(text);
    }
  });

  it("ends a shift in the mode in which it stands, be that a shift itself", () => {
    // Digit latch, 3, upper shift, binary shift of one byte, back in upper mode.
    const message = five(30) + four(5, 15) + five(31, 1) + bits(0x6a, 8) + upper("IT");
    expect(textOf(raw(message))).toBe("3jIT");
    // Lower latch, a, punctuation shift, b.
    expect(textOf(raw(five(28, 2, 0, 6, 3)))).toBe("a!b");
  });

  it("keeps ECI assignments", () => {
    const read = decode(aztec("AB^ECI000026\xc3\xa9^ECI000003C", { functions: true }));
    expect(read?.segments.map(({ eci, bytes }) => [eci, Buffer.from(bytes).toString("latin1")])).toEqual([
      [undefined, "AB"],
      [26, "\xc3\xa9"],
      [3, "C"],
    ]);
    expect(read?.symbologyIdentifier).toBe("]z3");
    // FLG(6): an assignment of six digits.
    const long = raw(five(0, 0) + bits(6, 3) + four(11, 11, 11, 11, 11, 11) + upper("X"));
    expect(long?.segments.map(({ eci }) => eci)).toEqual([999999]);
    expect(raw(five(0, 0) + bits(7, 3) + upper("X"))).toBe(undefined);
  });

  it("reads FNC1 in first position as GS1, behind a letter or two digits as an application's, else as a separator", () => {
    const first = decode(aztec("^FNC1011234567890123110AB^FNC121X", { functions: true }));
    expect(textOf(first)).toBe("011234567890123110AB\x1d21X");
    expect(first?.symbologyIdentifier).toBe("]z1");
    expect(first?.details.isGs1).toBe(true);
    const flag = five(0, 0) + bits(0, 3);
    const second = raw(upper("A") + flag + upper("BC"));
    expect([second?.symbologyIdentifier, textOf(second)]).toEqual(["]z2", "ABC"]);
    const digits = raw(five(30) + four(5, 6) + four(0) + five(0) + bits(0, 3) + four(7));
    expect([digits?.symbologyIdentifier, textOf(digits)]).toEqual(["]z2", "345"]);
    const third = raw(upper("ABC") + flag + upper("D"));
    expect([third?.symbologyIdentifier, textOf(third)]).toEqual(["]z0", "ABC\x1dD"]);
    const eci = raw(five(0, 0) + bits(1, 3) + four(5) + flag + upper("D"));
    expect(eci?.symbologyIdentifier).toBe("]z4");
  });

  it("reads structured append with and without an id", () => {
    const begin = five(29, 29);
    const plain = raw(begin + upper("BE") + upper("HELLO"));
    expect(textOf(plain)).toBe("HELLO");
    expect(plain?.structuredAppend).toMatchObject({ index: 1, count: 5 });
    expect(plain?.symbologyIdentifier).toBe("]z6");
    const named = raw(begin + upper(" ID X CZ") + upper("LAST"));
    // The id ends at the second space: what follows is no header.
    expect(named?.structuredAppend).toBe(undefined);
    const id = raw(begin + upper(" IDX CZ") + upper("LAST"));
    expect([textOf(id), id?.structuredAppend]).toEqual(["LAST", { index: 2, count: 26, id: "IDX" }]);
    const gs1 = raw(begin + upper("AB") + five(0, 0) + bits(0, 3) + upper("G"));
    expect([gs1?.symbologyIdentifier, textOf(gs1)]).toEqual(["]z7", "G"]);
    // A position beyond the count is no header.
    expect(textOf(raw(begin + upper("EB") + upper("X")))).toBe("EBX");
  });

  it("reads symbols that set up the reader", () => {
    for (const [text, compact, layers] of [
      ["AB", true, 1],
      ["SETUP 1", false, 3],
    ] as const) {
      const read = decode(aztec(text, { readerInit: true, compact, layers }));
      expect(textOf(read)).toBe(text);
      expect(read?.details.isReaderInit).toBe(true);
      expect(decode(aztec(text, { compact, layers }))?.details.isReaderInit).toBeUndefined();
    }
  });

  it("reads all 256 runes", () => {
    for (let value = 0; value < 256; value++) {
      const read = decode(aztecRune(value));
      expect(textOf(read)).toBe(String(value).padStart(3, "0"));
      expect(read?.symbologyIdentifier).toBe("]zC");
    }
  });

  it("never takes a rune with a wrong module for another one", () => {
    const random = seededRandom(9);
    for (let i = 0; i < 300; i++) {
      const value = random.int(0, 255);
      const read = decode(flipModules(aztecRune(value), random.int(1, 12), random));
      expect([undefined, String(value).padStart(3, "0")]).toContain(textOf(read));
    }
  });

  it("reads all turns, from the front and from behind", () => {
    const symbol = aztec("TURNED", { layers: 2, compact: true });
    const d = symbol.width;
    const turn = (cells: Uint8Array) =>
      cells.map((_, at) => cells[(d - 1 - (at % d)) * d + Math.floor(at / d)] as number);
    const flip = (cells: Uint8Array) =>
      cells.map((_, at) => cells[Math.floor(at / d) * d + d - 1 - (at % d)] as number);
    let cells = symbol.cells;
    for (let k = 0; k < 4; k++) {
      const front = decodeSoft(softOf(cells), d, true);
      expect([textOf(front), front?.isMirrored]).toEqual(["TURNED", false]);
      const behind = decodeSoft(softOf(flip(cells)), d, true);
      expect([textOf(behind), behind?.isMirrored]).toEqual(["TURNED", true]);
      cells = turn(cells);
    }
  });

  /** The symbol with one bit of `count` codewords turned over. */
  function spoil(symbol: Modules, layers: number, count: number, seed: number): Modules {
    const compact = isCompact(symbol);
    const flag = compact ? 1 : 0;
    core.call("reset");
    const all = core.call("aztecBits", layers, flag);
    const size = core.call("aztecCodewordBits", layers);
    const words = core.call("aztecCodewords", layers, flag);
    const at = core.call("alloc", all * 4);
    core.call("aztecPath", layers, flag, at);
    const path = new Int16Array(core.memory.buffer, at, all * 2).slice();
    const random = seededRandom(seed);
    const cells = symbol.cells.slice();
    const middle = symbol.width >> 1;
    for (const word of random.distinct(count, words)) {
      const bit = (all % size) + word * size + random.int(0, size - 1);
      const cell = ((path[2 * bit + 1] as number) + middle) * symbol.width + (path[2 * bit] as number) + middle;
      cells[cell] = 1 - (cells[cell] as number);
    }
    return { ...symbol, cells };
  }

  const SIZES = [
    ["compact", 2],
    ["compact", 4],
    ["full", 3],
    ["full", 8],
    ["full", 9],
    ["full", 23],
  ] as const;

  it("corrects what the standard corrects, and gives no other content one error beyond", () => {
    for (const [kind, layers] of SIZES) {
      const text = kind === "compact" ? "CORRECT" : "CORRECT ME IF I AM WRONG";
      const symbol = aztec(text, { layers, compact: kind === "compact" });
      const used = decode(spoil(symbol, layers, 1, 1))?.details.errorCorrectionUsed as number;
      const limit = Math.floor(Math.round(2 / used) / 2);
      expect(limit).toBeGreaterThan(2);
      for (let seed = 0; seed < 3; seed++) {
        const read = decode(spoil(symbol, layers, limit, seed));
        expect(textOf(read), `${kind} ${layers}, ${limit} errors`).toBe(text);
        expect(read?.confidence).toBeLessThan(70);
        expect([undefined, text]).toContain(textOf(decode(spoil(symbol, layers, limit + 1, seed))));
      }
    }
  });

  it("corrects more where the grid says which modules it could not see", () => {
    const random = seededRandom(11);
    const symbol = aztec("ERASURES ARE CHEAP", { layers: 5, compact: false });
    const soft = softOf(symbol.cells);
    for (let row = 0; row < 12; row++) {
      for (let column = 0; column < 20; column++) soft[row * symbol.width + column] = random.between(-0.05, 0.05);
    }
    expect(textOf(decodeSoft(soft, symbol.width, false))).toBe("ERASURES ARE CHEAP");
  });

  it("never gives another content for damaged symbols", () => {
    const random = seededRandom(12);
    for (let i = 0; i < 150; i++) {
      const layers = random.int(1, 4);
      const text = "DAMAGE".slice(0, layers + 2);
      const symbol = aztec(text, { layers, compact: random.int(0, 1) === 1, checkPercent: 5 });
      const read = decode(flipModules(symbol, random.int(1, symbol.cells.length >> 2), random));
      expect([undefined, text]).toContain(textOf(read));
    }
  });

  it("gives a status for random grids, and never a content", () => {
    const random = seededRandom(13);
    for (const [side, compact] of [
      [11, true],
      [15, true],
      [19, true],
      [23, true],
      [27, true],
      [19, false],
      [27, false],
      [61, false],
      [151, false],
    ] as const) {
      for (let i = 0; i < (side < 30 ? 60 : 4); i++) {
        const soft = Array.from({ length: side * side }, () => random.between(-1, 1));
        expect(decodeSoft(soft, side, compact)).toBe(undefined);
      }
      for (const value of [1, -1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(decodeSoft(new Array<number>(side * side).fill(value), side, compact)).toBe(undefined);
      }
    }
  });

  it("gives a status for any message bits behind a flawless core", () => {
    const random = seededRandom(14);
    for (let i = 0; i < 120; i++) {
      const message = Array.from({ length: random.int(1, 120) }, () => random.int(0, 1)).join("");
      const read = raw(message, 6);
      if (read) expect(read.bytes.length).toBeGreaterThan(0);
    }
  });
});
