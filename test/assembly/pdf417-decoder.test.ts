/** Codewords of PDF417 alone: their patterns, error correction, compaction, macro blocks; damage and nonsense. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { pdf417FromCodewords, pdf417Word, type Random, seededRandom, withChecks } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;
const UNCORRECTABLE = -1;
/** "PDF417" in text compaction, and its first half. */
const PDF417 = [453, 178, 121, 239];
const PDF = [453, 178];
const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const words = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.int(0, 928));

describe.each(BUILDS)("PDF417 codewords (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
    putOptions(core, { formats: [8] });
  });

  function putWords(list: readonly number[]): number {
    const at = core.call("alloc", 2 * list.length + 2);
    core.u16(at, list.length).set(list);
    return at;
  }

  function decode(word: readonly number[], level: number, unknown: readonly number[] = []): Barcode | undefined {
    core.call("reset");
    const at = putWords(word);
    const trust = core.call("alloc", 4 * word.length);
    core.f32(trust, word.length).set(word.map((_, i) => (unknown.includes(i) ? 0 : 3)));
    if (core.call("pdf417Decode", at, trust, word.length, level) !== OK) return undefined;
    return blockAt(core, core.call("stackedResults") >>> 0)[0];
  }

  const read = (...data: number[]): Barcode | undefined => decode(pdf417Word(data, 2), 2);

  it("knows 2,787 patterns of 17 modules, each in the cluster of its widths", () => {
    const seen = new Set<number>();
    for (let cluster = 0; cluster < 3; cluster++) {
      for (let value = 0; value < 929; value++) {
        const pattern = core.call("codewordPattern", cluster, value);
        seen.add(pattern);
        expect(core.call("patternCodeword", pattern)).toBe(929 * cluster + value);
        const widths = (pattern.toString(2).match(/1+|0+/g) ?? []).map((run) => run.length);
        expect(widths).toHaveLength(8);
        expect(Math.max(...widths)).toBeLessThanOrEqual(6);
        const [b1, , b2, , b3, , b4] = widths as [number, number, number, number, number, number, number];
        expect((b1 - b2 + b3 - b4 + 18) % 9).toBe(3 * cluster);
      }
    }
    expect(seen.size).toBe(2787);
    expect(core.call("patternCodeword", 0x1ffff)).toBe(-1);
    expect(core.call("patternCodeword", 0)).toBe(-1);
  });

  it("has the patterns that a writer writes", () => {
    const random = seededRandom(1);
    const data = words(random, 60).map((value) => value % 900);
    const symbol = pdf417FromCodewords(data, { columns: 4, level: 2, rowHeight: 1 });
    let found = 0;
    for (let row = 0; row < symbol.height; row++) {
      for (let column = 0; column < 4; column++) {
        const from = row * symbol.width + 34 + 17 * column;
        const pattern = Number.parseInt(symbol.cells.slice(from, from + 17).join(""), 2);
        const codeword = core.call("patternCodeword", pattern);
        expect(Math.floor(codeword / 929)).toBe(row % 3);
        if (codeword % 929 === data[4 * row + column - 1]) found++;
      }
    }
    expect(found).toBe(60);
  });

  it("corrects errors and erasures up to the limit and nothing beyond it", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        (seed, checks, data) => {
          core.call("reset");
          const random = seededRandom(seed);
          const right = withChecks(words(random, data), checks);
          const limit = checks - 2;
          const erased = random.int(0, limit);
          const wrong = Math.min(Math.floor((limit - erased) / 2), right.length - erased);
          const places = random.distinct(Math.min(right.length, erased + wrong), right.length);
          const spoilt = right.slice();
          for (const at of places) spoilt[at] = ((spoilt[at] as number) + random.int(1, 928)) % 929;
          const at = putWords(spoilt);
          const erasures = putWords(places.slice(0, erased));
          const status = core.call(
            "correctPrime",
            929,
            at,
            right.length,
            checks,
            erasures,
            Math.min(erased, places.length),
            2,
          );
          expect(status).toBeGreaterThanOrEqual(0);
          expect(Array.from(core.u16(at, right.length))).toEqual(right);
        },
      ),
      { numRuns: 120, seed: 417 },
    );
  });

  it("leaves a word alone that is one error beyond correction", () => {
    const random = seededRandom(5);
    for (let i = 0; i < 60; i++) {
      core.call("reset");
      const checks = 2 * random.int(2, 16);
      const right = withChecks(words(random, 40), checks);
      const spoilt = right.slice();
      for (const at of random.distinct(checks / 2, right.length)) {
        spoilt[at] = ((spoilt[at] as number) + random.int(1, 928)) % 929;
      }
      const at = putWords(spoilt);
      expect(core.call("correctPrime", 929, at, right.length, checks, 0, 0, 2)).toBe(UNCORRECTABLE);
      expect(Array.from(core.u16(at, right.length))).toEqual(spoilt);
    }
  });

  it("reads every level, damaged to its limit, and tells how much of it was used", () => {
    const random = seededRandom(7);
    for (const level of LEVELS) {
      const word = pdf417Word(PDF417, level, 8 + (2 << level));
      const clean = decode(word, level);
      expect(clean?.rawValue).toBe("PDF417");
      expect(clean?.details.errorCorrectionLevel).toBe(String(level));
      expect(clean?.details.errorCorrectionUsed).toBe(0);
      const wrong = (2 << level) / 2 - 1;
      if (wrong === 0) continue;
      const spoilt = word.slice();
      for (const at of random.distinct(wrong, word.length)) spoilt[at] = ((spoilt[at] as number) + 1) % 929;
      const read = decode(spoilt, level);
      expect(read?.rawValue).toBe(clean?.rawValue);
      expect(read?.details.errorCorrectionUsed).toBeCloseTo((2 * wrong) / (2 << level), 5);
      expect(read?.confidence).toBeLessThan(clean?.confidence as number);
      const unknown = random.distinct((2 << level) - 2, word.length);
      const holes = word.map((value, i) => (unknown.includes(i) ? 0 : value));
      expect(decode(holes, level, unknown)?.rawValue).toBe(clean?.rawValue);
    }
  });

  it("gives no wrong value where damage goes beyond the limit", () => {
    const random = seededRandom(11);
    for (let i = 0; i < 100; i++) {
      const level = random.int(1, 4);
      const word = pdf417Word(PDF417, level, 8 + (2 << level));
      const right = decode(word, level)?.rawValue;
      const spoilt = word.slice();
      const wrong = Math.min(word.length, (1 << level) + random.int(0, 3));
      for (const at of random.distinct(wrong, word.length)) {
        spoilt[at] = ((spoilt[at] as number) + random.int(1, 928)) % 929;
      }
      expect([undefined, right]).toContain(decode(spoilt, level)?.rawValue);
    }
  });

  it("reads text compaction in all four sub-modes, with shifts and latches", () => {
    // A B · lower latch a b · upper shift C · d · mixed latch 1 & · punctuation latch ; < · alpha latch Z
    const values = [0, 1, 27, 0, 1, 27, 2, 3, 28, 1, 10, 25, 0, 1, 29, 25];
    const data = Array.from(
      { length: values.length / 2 },
      (_, i) => 30 * (values[2 * i] as number) + (values[2 * i + 1] as number),
    );
    expect(read(...data)?.rawValue).toBe("ABabCd1&;<Z");
    // A punctuation shift holds for one value, a trailing one is padding.
    expect(read(30 * 0 + 29, 30 * 10 + 1, 30 * 2 + 29)?.rawValue).toBe("A!BC");
    // A byte shift leaves the sub-mode as it is: lower case here.
    expect(read(30 * 27 + 0, 913, 0xe9, 30 * 1 + 2)?.rawValue).toBe("aébc");
  });

  it("reads byte compaction by fives and one by one", () => {
    const bytes = Array.from({ length: 17 }, (_, i) => (37 * i + 200) & 255);
    const five = (from: number): number[] => {
      let value = 0n;
      for (let i = 0; i < 6; i++) value = value * 256n + BigInt(bytes[from + i] as number);
      const out: number[] = [];
      for (let i = 0; i < 5; i++, value /= 900n) out.unshift(Number(value % 900n));
      return out;
    };
    expect(Array.from(read(901, ...five(0), ...five(6), ...bytes.slice(12))?.bytes ?? [])).toEqual(bytes);
    expect(Array.from(read(924, ...five(0), ...five(6))?.bytes ?? [])).toEqual(bytes.slice(0, 12));
    // Under 901 five codewords at the end are five bytes; a value that no byte has is no symbol.
    expect(Array.from(read(901, 1, 2, 3, 4, 5)?.bytes ?? [])).toEqual([1, 2, 3, 4, 5]);
    expect(read(901, 1, 2, 256)).toBeUndefined();
  });

  it("reads numeric compaction of any length", () => {
    const random = seededRandom(3);
    for (const length of [1, 2, 13, 43, 44, 45, 88, 100]) {
      const text = Array.from({ length }, () => random.int(0, 9)).join("");
      const data = [902];
      for (let from = 0; from < length; from += 44) {
        let value = BigInt(`1${text.slice(from, from + 44)}`);
        const group: number[] = [];
        for (; value > 0n; value /= 900n) group.unshift(Number(value % 900n));
        data.push(...group);
      }
      expect(read(...data)?.rawValue).toBe(text);
    }
    // Without the leading 1 it is no number.
    expect(read(902, 899, 5)).toBeUndefined();
  });

  it("keeps ECI segments apart", () => {
    const mixed = read(453, 927, 9, 901, 193, 194, 927, 26, 195, 169, 926, 0, 5, 65, 925, 3, 66);
    expect(mixed?.segments.map(({ eci }) => eci)).toEqual([undefined, 9, 26, 905, 810903]);
    expect(mixed?.segments.map(({ text }) => text).slice(0, 3)).toEqual(["PD", "ΑΒ", "é"]);
    expect(mixed?.symbologyIdentifier).toBe("]L1");
  });

  it("reads macro PDF417: index, file id of several codewords, count, and what else there is", () => {
    // Segment index 2 in numeric compaction: 100002 = 111 × 900 + 102.
    const index = [111, 102];
    const one = read(453, 178, 928, ...index, 17, 53, 899, 923, 1, 111, 104, 923, 0, 453, 178);
    expect(one?.structuredAppend).toEqual({ index: 2, count: 4, id: "017053899" });
    expect(one?.rawValue).toBe("PDF");
    const last = read(453, 928, ...index, 17, 922);
    expect(last?.structuredAppend).toEqual({ index: 2, count: 3, id: "017" });
    const open = read(453, 928, ...index, 1, 2);
    expect(open?.structuredAppend).toEqual({ index: 2, count: 0, id: "001002" });
    expect(read(453, 928, 0, 0, 1)).toBeUndefined();
  });

  it("passes over reader initialisation and linkage flags", () => {
    expect(read(921, ...PDF)).toMatchObject({ rawValue: "PDF", details: { isReaderInit: true } });
    expect(read(918, ...PDF)?.rawValue).toBe("PDF");
    expect(read(...PDF)?.symbologyIdentifier).toBe("]L2");
  });

  it("gives a status for any codewords at all", () => {
    const random = seededRandom(13);
    for (let i = 0; i < 400; i++) {
      const level = random.int(0, 3);
      const data = words(random, random.int(1, 40)).map((value) =>
        random.next() < 0.4 ? random.int(900, 928) : value,
      );
      decode(pdf417Word(data, level), level);
      decode(words(random, random.int(2, 200)), level);
    }
    expect(read(...PDF)?.rawValue).toBe("PDF");
  });
});
