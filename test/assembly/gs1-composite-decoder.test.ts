/** GS1 Composite from codewords that tests make themselves: all sizes of CC-A, errors to the limit and beyond, nonsense. */
import { beforeEach, describe, expect, it } from "vitest";
import { pdf417Word, type Random, seededRandom, withChecks } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const COMPOSITE = 36;
const MICRO_SIZES = 34;
const ALL_SIZES = 51;
const OK = 0;

/** Bits that the sizes of CC-A hold (ISO/IEC 24723 clause 6), in the order of kit/addressed-sizes.ts. */
const CC_A_BITS = [59, 78, 88, 108, 118, 138, 167, 78, 98, 118, 138, 167, 78, 108, 138, 167, 197];

const digitsOf = (random: Random, length: number): string => Array.from({ length }, () => random.int(0, 9)).join("");

/** Element strings of digits by method 0 in numeric encodation: pairs in seven bits, then a latch and padding. */
function numericBits(digits: string, capacity: number): string {
  let bits = "0";
  for (let i = 0; i < digits.length; i += 2) {
    const pair = 11 * Number(digits[i]) + Number(digits[i + 1]) + 8;
    bits += pair.toString(2).padStart(7, "0");
  }
  if (bits.length > capacity) throw new Error("too many digits");
  return `${bits}0000${"00100".repeat(capacity)}`.slice(0, capacity);
}

/** Groups of 69 bits as seven digits to base 928; fewer for the rest. */
function dense(bits: string): number[] {
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 69) {
    const group = bits.slice(at, at + 69);
    const length = Math.ceil(group.length / Math.log2(928));
    let value = BigInt(`0b${group}`);
    const own: number[] = [];
    for (let k = 0; k < length; k++, value /= 928n) own.unshift(Number(value % 928n));
    words.push(...own);
  }
  return words;
}

const bytesOf = (bits: string): number[] =>
  Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
  );

/** Byte compaction under latch 924: six bytes in five codewords. */
function packed(bytes: readonly number[]): number[] {
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 6) {
    let value = bytes.slice(at, at + 6).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const own: number[] = [];
    for (let k = 0; k < 5; k++, value /= 900n) own.unshift(Number(value % 900n));
    words.push(...own);
  }
  return words;
}

/** The largest even number of digits that so many bits hold. */
const mostDigits = (bits: number): number => 2 * Math.floor((bits - 1) / 7);

describe.each(BUILDS)("GS1 Composite codewords (%s)", (build: Build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    putOptions(core, { formats: [COMPOSITE] });
  });

  const put = (words: readonly number[]): number => {
    core.call("reset");
    return core.put(new Uint8Array(Uint16Array.from(words).buffer));
  };
  /** What the words say, or the status of why not. */
  const decode = (words: readonly number[], size: number): string | number => {
    const status = core.call("compositeDecode", put(words), size);
    return status === OK ? (blockAt(core, core.call("stackedResults") >>> 0)[0]?.rawValue ?? "nothing") : status;
  };
  const decodeLarge = (words: readonly number[], level: number): string | number => {
    const status = core.call("compositeDecodeLarge", put(words), words.length, level);
    return status === OK ? (blockAt(core, core.call("stackedResults") >>> 0)[0]?.rawValue ?? "nothing") : status;
  };
  const room = (size: number): readonly [count: number, checks: number] => [
    core.call("addressedColumns", size) * core.call("addressedRows", size),
    core.call("addressedChecks", size),
  ];
  const spoilt = (random: Random, words: readonly number[], count: number): number[] => {
    const copy = [...words];
    for (const at of random.distinct(count, words.length)) {
      copy[at] = ((copy[at] as number) + random.int(1, 928)) % 929;
    }
    return copy;
  };

  it.each(CC_A_BITS.map((bits, i) => [MICRO_SIZES + i, bits] as const))(
    "reads size %i of CC-A, whose room is %i bits",
    (size, capacity) => {
      const random = seededRandom(size);
      const [count, checks] = room(size);
      for (const length of [mostDigits(capacity), mostDigits(capacity) - 2, 4]) {
        const digits = digitsOf(random, length);
        const words = dense(numericBits(digits, capacity));
        expect(words).toHaveLength(count - checks);
        expect(decode(withChecks(words, checks), size)).toBe(digits);
      }
    },
  );

  it("corrects errors to the limit of every size, and gives no wrong value beyond", () => {
    const random = seededRandom(7);
    for (let size = MICRO_SIZES; size < ALL_SIZES; size++) {
      const [, checks] = room(size);
      const capacity = CC_A_BITS[size - MICRO_SIZES] as number;
      const digits = digitsOf(random, mostDigits(capacity));
      const words = withChecks(dense(numericBits(digits, capacity)), checks);
      const limit = (checks - 2) >> 1;
      for (let round = 0; round < 8; round++) {
        expect(decode(spoilt(random, words, limit), size), `size ${size}`).toBe(digits);
        for (const count of [limit + 1, limit + 2, checks]) {
          expect([digits, 1, 2, 3, 4]).toContain(decode(spoilt(random, words, count), size));
        }
      }
    }
  });

  it("reads CC-B and CC-C, which are bytes behind codeword 920", () => {
    const random = seededRandom(8);
    for (let size = 0; size < MICRO_SIZES; size += 3) {
      const [count, checks] = room(size);
      const groups = Math.floor((count - checks - 2) / 5);
      if (groups < 1) continue;
      const digits = digitsOf(random, mostDigits(48 * groups));
      const words = [920, 924, ...packed(bytesOf(numericBits(digits, 48 * groups)))];
      while (words.length < count - checks) words.push(900);
      expect(decode(withChecks(words, checks), size), `size ${size}`).toBe(digits);
      expect(decode(withChecks([918, ...words.slice(1)], checks), size)).not.toBe(digits);
      // Not byte compaction.
      expect(decode(withChecks([920, 902, ...words.slice(2)], checks), size)).toBe(2);
    }
    for (const [groups, level] of [
      [2, 2],
      [10, 3],
      [60, 4],
    ] as const) {
      const digits = digitsOf(random, mostDigits(48 * groups));
      const words = [920, 924, ...packed(bytesOf(numericBits(digits, 48 * groups)))];
      expect(decodeLarge(pdf417Word(words, level), level)).toBe(digits);
      expect(decodeLarge(spoilt(random, pdf417Word(words, level), (2 << level) / 2 - 1), level)).toBe(digits);
      expect(decodeLarge(pdf417Word([900, ...words.slice(1)], level), level)).not.toBe(digits);
    }
  });

  it("answers random codewords with a status, never with a trap", () => {
    const random = seededRandom(9);
    for (let round = 0; round < 40; round++) {
      for (let size = 0; size < ALL_SIZES; size++) {
        const [count, checks] = room(size);
        const words = Array.from({ length: count }, () => random.int(0, 928));
        expect(decode(words, size)).not.toBe("nothing");
        // Whatever the checks agree with may say anything, or nothing.
        const data = words.slice(0, count - checks);
        decode(withChecks(round % 2 ? data : [920, random.pick([901, 924]), ...data.slice(2)], checks), size);
      }
      const length = random.int(4, 600);
      const data = Array.from({ length }, () => random.int(0, random.pick([899, 928])));
      decodeLarge(pdf417Word([920, random.pick([901, 924]), ...data], 2), 2);
    }
  });
});
