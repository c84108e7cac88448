/** The DotCode decoder on dots alone: every code set, mode and function, two writers, damage to the limit and beyond. */
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import {
  bwipDots,
  DOT_PATTERNS,
  type Dots,
  dotCapacity,
  dotChecks,
  dotStream,
  dotsOf,
  dotsOfWord,
  dotWidth,
  dotWord,
  escaped,
  seededRandom,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;
const DIGITS = (text: string): number[] => (text.match(/../g) ?? []).map(Number);
/** Code set B behind a latch. */
const B = (text: string): number[] => [106, ...Array.from(text, (char) => char.charCodeAt(0) - 32)];
const FNC2 = 108;
const FNC3 = 109;

/** Bytes in binary mode: five values to base 259 are six codewords. */
function binary(values: readonly number[]): number[] {
  const words: number[] = [112];
  for (let i = 0; i < values.length; i += 5) {
    const group = values.slice(i, i + 5);
    let value = group.reduce((sum, digit) => sum * 259n + BigInt(digit), 0n);
    const digits = Array.from({ length: group.length + 1 }, () => {
      const digit = Number(value % 103n);
      value /= 103n;
      return digit;
    });
    words.push(...digits.reverse());
  }
  return words;
}

describe.each(BUILDS)("DotCode decoder (%s)", (build) => {
  let core: Probe;
  beforeAll(async () => {
    core = await Probe.load(build);
  });
  beforeEach(() => {
    core.call("reset");
    putOptions(core, { formats: [13] });
  });

  function decodeSoft(soft: ArrayLike<number>, width: number, height: number): readonly Barcode[] {
    core.call("reset");
    const at = core.call("alloc", soft.length * 4);
    core.f32(at, soft.length).set(soft);
    if (core.call("dotDecode", at, width, height) !== OK) return [];
    return blockAt(core, core.call("qrResults") >>> 0);
  }

  const softOf = ({ cells }: Dots): number[] => Array.from(cells, (cell) => (cell ? 1 : -1));
  const decodeAll = (dots: Dots): readonly Barcode[] => decodeSoft(softOf(dots), dots.width, dots.height);
  const decode = (dots: Dots): Barcode | undefined => decodeAll(dots)[0];
  const bytesOf = (barcode: Barcode | undefined): string | undefined =>
    barcode && Buffer.from(barcode.bytes).toString("latin1");
  /** Codewords in a symbol that just holds them. */
  const written = (words: readonly number[], rows = 13, mask = 2): Dots =>
    dotsOf(dotWidth(rows, words.length), rows, words, mask);

  it("has the patterns and the places that the writer has", () => {
    const table = core.call("alloc", 512);
    core.call("dotPatterns", table);
    const patterns = core.u8(table, 512);
    DOT_PATTERNS.forEach((pattern, word) => {
      expect(patterns[pattern]).toBe(word);
    });
    expect(patterns.filter((word) => word === 255).length).toBe(512 - 113);
    for (const [width, height] of [
      [16, 11],
      [11, 16],
      [5, 8],
      [8, 5],
      [100, 99],
    ] as const) {
      core.call("reset");
      const stream = dotStream(width, height);
      const at = core.call("alloc", stream.length * 4);
      core.call("dotPlaces", width, height, at);
      expect(Array.from(core.i32(at, stream.length))).toEqual(stream);
      expect(new Set(stream).size).toBe((width * height) / 2);
    }
  });

  it("writes as bwip-js does what bwip-js writes", () => {
    for (const mask of [0, 1, 2, 3]) {
      const words = B("THE SAME DOTS FROM TWO WRITERS");
      const theirs = bwipDots("THE SAME DOTS FROM TWO WRITERS", { mask });
      const ours = dotsOf(theirs.width, theirs.height, words, mask);
      const isLit = dotStream(theirs.width, theirs.height)
        .slice(-6)
        .every((at) => theirs.cells[at] === 1);
      expect(dotsOf(theirs.width, theirs.height, words, mask, isLit).cells).toEqual(theirs.cells);
      expect(bytesOf(decode(ours))).toBe("THE SAME DOTS FROM TWO WRITERS");
    }
  });

  it("reads any bytes in the writer's own choice of code sets", () => {
    const text = fc.oneof(
      fc.stringMatching(/^[ -~]{1,60}$/),
      fc.stringMatching(/^[0-9]{1,80}$/),
      fc.stringMatching(/^([A-Za-z]{1,6}[0-9]{1,7}){1,6}$/),
      fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc
        .array(
          fc.constantFrom("\r\n", "\t", "\u001c", "\u001d", "\u001e", "\u0001", "ab", "Z", "42", "\u00e9", "\u0085"),
          {
            minLength: 1,
            maxLength: 30,
          },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (value) => {
        const dots = bwipDots(escaped(Buffer.from(value, "latin1")), { parse: true });
        const read = decode(dots);
        expect(bytesOf(read)).toBe(value);
        expect(read).toMatchObject({ symbologyIdentifier: "]J0" });
        // Where the corners are lit for the edges to show, error correction makes up for it.
        expect(read?.details.errorCorrectionUsed).toBeLessThanOrEqual(0.5);
      }),
      { seed: 13, numRuns: 150 },
    );
  });

  it("reads every byte alone and among others", () => {
    for (let byte = 0; byte < 256; byte++) {
      const char = String.fromCharCode(byte);
      for (const text of [`ABCDEF${char}b`, `${char}${char}${char}${char}12`, `1234${char}5678`]) {
        const read = decode(bwipDots(escaped(Buffer.from(text, "latin1")), { parse: true }));
        expect(bytesOf(read), `byte ${byte}`).toBe(text);
      }
    }
  });

  it("reads every size from five rows on, and one beyond the advised hundred", () => {
    const random = seededRandom(5);
    for (let height = 5; height <= 33; height++) {
      for (let width = height % 2 === 0 ? 5 : 6; width <= 36; width += 3 + (width % 2 === 0 ? 1 : 1)) {
        if ((width + height) % 2 === 0 || dotCapacity(width, height) < 3) continue;
        const words = Array.from({ length: dotCapacity(width, height) }, () => random.int(0, 99));
        const text = words.map((pair) => String(pair).padStart(2, "0")).join("");
        expect(bytesOf(decode(dotsOf(width, height, words, random.int(0, 3)))), `${width} × ${height}`).toBe(text);
      }
    }
    for (const [width, height] of [
      [100, 99],
      [99, 100],
      [128, 121],
      [200, 199],
    ] as const) {
      const words = Array.from({ length: dotCapacity(width, height) }, () => random.int(0, 99));
      const read = decode(dotsOf(width, height, words, 3));
      expect(read?.rawValue).toBe(words.map((pair) => String(pair).padStart(2, "0")).join(""));
    }
  });

  it("tells GS1 data by digits in first position, and FNC1 in its places", () => {
    expect(decode(written(DIGITS("0109521234543213")))).toMatchObject({
      rawValue: "0109521234543213",
      symbologyIdentifier: "]J1",
      details: { isGs1: true },
    });
    const batch = decode(bwipDots("^FNC1010952123454321317261231101234^FNC121ABC", { parsefnc: true }));
    expect(batch).toMatchObject({ rawValue: "010952123454321317261231101234\u001d21ABC", symbologyIdentifier: "]J1" });
    expect(decode(written([107, 12, 34]))).toMatchObject({ rawValue: "1234", symbologyIdentifier: "]J0" });
    expect(decode(written([105, 33, 107, 34, 35]))).toMatchObject({ rawValue: "ABC", symbologyIdentifier: "]J2" });
    expect(decode(written([107, 12, 107, 34]))).toMatchObject({ rawValue: "1234", symbologyIdentifier: "]J2" });
    const behind = decode(written([...B("ABCD"), 107, 33]));
    expect(behind).toMatchObject({ rawValue: "ABCD\u001dA", symbologyIdentifier: "]J0" });
  });

  it("puts the headers and trailers of macros around their data", () => {
    for (const [format, gs] of [
      ["05", "\u001d"],
      ["06", "\u001d"],
      ["12", "\u001d"],
      ["07", ""],
    ] as const) {
      const text = `[)>\u001e${format}${gs}${gs === "" ? "DATA" : "ABC"}\u001e\u0004`;
      const read = decode(bwipDots(escaped(Buffer.from(text, "latin1")), { parse: true }));
      expect(bytesOf(read)).toBe(text);
    }
  });

  it("names the character set that an ECI gives, in code sets and in binary mode", () => {
    for (const eci of [3, 26, 39, 40, 899, 12345, 811799]) {
      const escape = `^ECI${String(eci).padStart(6, "0")}`;
      for (const tail of ["CD", "\u00c3\u00a9\u00c3\u00a9\u00c3\u00a9\u00c3\u00a9"]) {
        for (const head of ["", "AB", "ABCDEFG", "\u00c3\u00a9\u00c3\u00a9\u00c3\u00a9"]) {
          // Six digits behind a shift: only the assignments in use are told from others.
          if (head === "AB" && eci > 9999) continue;
          const bytes = (text: string): string => escaped(Buffer.from(text, "latin1"));
          const read = decode(bwipDots(`${bytes(head)}${escape}${bytes(tail)}`, { parse: true, parsefnc: true }));
          expect(read?.segments.at(-1)?.eci).toBe(eci);
          expect(bytesOf(read)).toBe(head + tail);
          expect(read?.symbologyIdentifier).toBe("]J3");
        }
      }
    }
    const inBinary = decode(written(binary([0xe9, 256, 26, 0xc3, 0xa9, 257, 3, 131, 65, 258, 12, 99, 23, 66])));
    expect(inBinary?.segments.map(({ eci }) => eci)).toEqual([undefined, 26, 899, 811799]);
    expect(bytesOf(inBinary)).toBe("\u00e9\u00c3\u00a9AB");
  });

  it("gives the place in a structured append", () => {
    for (const [first, second, index, count] of [
      ["1", "2", 0, 2],
      ["4", "4", 3, 4],
      ["9", "A", 8, 10],
      ["Z", "Z", 34, 35],
    ] as const) {
      const read = decode(written([...B("PART"), FNC2, ...B(first + second).slice(1)]));
      expect(read).toMatchObject({ rawValue: "PART", structuredAppend: { index, count } });
      expect(read?.symbologyIdentifier).toBe("]J0");
    }
    const afterBinary = decode(written([...binary([200, 201, 202]), 110, FNC2, 17, 18]));
    expect(afterBinary).toMatchObject({ structuredAppend: { index: 0, count: 2 } });
    expect(decode(written(B("ALONE")))?.structuredAppend).toBeUndefined();
    // Third of two is none: an ECI then, with a character behind it.
    expect(decode(written([...B("PART"), FNC2, 19, 18]))?.structuredAppend).toBeUndefined();
  });

  it("gives each message of its own that FNC3 parts, and none for reader initialisation", () => {
    const parts = decodeAll(written([...B("FIRST"), FNC3, ...DIGITS("0109521234543213"), FNC3, ...B("THIRD")]));
    expect(parts.map(({ rawValue }) => rawValue)).toEqual(["FIRST", "0109521234543213", "THIRD"]);
    expect(parts.map(({ symbologyIdentifier }) => symbologyIdentifier)).toEqual(["]J0", "]J1", "]J0"]);
    expect(decodeAll(written([FNC3, ...B("SET UP")])).map(({ rawValue }) => rawValue)).toEqual(["SET UP"]);
    const inBinary = decodeAll(
      bwipDots(`${escaped(Buffer.alloc(8, 200))}^FNC3${escaped(Buffer.alloc(8, 201))}`, {
        parse: true,
        parsefnc: true,
      }),
    );
    expect(inBinary.map((part) => Array.from(part.bytes))).toEqual([Array(8).fill(200), Array(8).fill(201)]);
  });

  it("refuses codewords that no encoder writes", () => {
    for (const words of [
      [...B("A"), 110, 100],
      [112, 5, 112],
      [112, 102, 102, 102, 102, 102, 102],
      [103, 33, 101, 34],
      [100, 12, 34],
      [FNC2, 45, 1],
      [106],
    ]) {
      expect(decodeAll(written(words)), words.join(" ")).toEqual([]);
    }
  });

  it("corrects damage to the limit, and one codeword more is never a wrong value", () => {
    const random = seededRandom(8);
    for (let round = 0; round < 30; round++) {
      const [width, height] = random.pick([
        [24, 17],
        [41, 28],
        [60, 45],
        [90, 71],
      ]) as [number, number];
      const data = Array.from({ length: dotCapacity(width, height) }, () => random.int(0, 99));
      const text = data.map((pair) => String(pair).padStart(2, "0")).join("");
      const word = dotWord(data, random.int(0, 3));
      const step = Math.ceil(word.length / 112);
      const checks = (first: number): number => {
        const places = word.map((_, i) => i).filter((i) => i % step === first);
        return places.length - places.filter((i) => i <= data.length).length;
      };
      const spoilt = (more: number): Dots => {
        const out = word.slice();
        for (let first = 0; first < step; first++) {
          const places = word.map((_, i) => i).filter((i) => i % step === first && i > 0);
          const wrong = Math.floor(checks(first) / 2) + (first === 0 ? more : 0);
          for (const k of random.distinct(wrong, places.length)) {
            const at = places[k] as number;
            out[at] = ((out[at] as number) + random.int(1, 112)) % 113;
          }
        }
        return dotsOfWord(width, height, out);
      };
      const atLimit = decode(spoilt(0));
      expect(bytesOf(atLimit)).toBe(text);
      expect(atLimit?.details.errorCorrectionUsed).toBeGreaterThan(0.8);
      expect(decodeAll(spoilt(1))).toEqual([]);
    }
    expect(dotChecks(20)).toBe(13);
  });

  it("corrects more where it knows what is uncertain", () => {
    const random = seededRandom(9);
    const data = Array.from({ length: dotCapacity(41, 28) }, () => random.int(0, 99));
    const dots = dotsOf(41, 28, data, 1);
    const stream = dotStream(41, 28);
    const soft = softOf(dots);
    const checks = dotChecks(data.length);
    for (const word of random.distinct(Math.floor(checks * 0.7), data.length)) {
      for (let k = 0; k < 9; k++) soft[stream[2 + 9 * word + k] as number] = random.between(-0.2, 0.2);
    }
    const [read] = decodeSoft(soft, 41, 28);
    expect(read?.rawValue).toBe(data.map((pair) => String(pair).padStart(2, "0")).join(""));
  });

  it("reads symbols whose corners were lit for its edges to show", () => {
    for (let mask = 0; mask < 4; mask++) {
      const words = B("LIT CORNERS");
      expect(bytesOf(decode(dotsOf(26, 15, words, mask, true)))).toBe("LIT CORNERS");
    }
  });

  it("gives a status for random dots of any size, never a value", () => {
    const random = seededRandom(10);
    for (let i = 0; i < 400; i++) {
      const [width, height] = [random.int(0, 60), random.int(0, 40)];
      const soft = Array.from({ length: width * height }, () => random.between(-1, 1));
      expect(decodeSoft(soft, width, height)).toEqual([]);
      expect(decodeSoft(soft.map(Math.sign), width, height)).toEqual([]);
    }
    expect(decodeSoft([1], -7, 100000)).toEqual([]);
  });
});
