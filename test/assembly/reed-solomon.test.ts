/** Galois fields against their definition, Reed–Solomon with errors and erasures against brute force and to its limit. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";

/** Fields that barcodes use: Aztec's five, QR Code's, Data Matrix'. */
const FIELDS = [
  { bits: 4, polynomial: 0x13 },
  { bits: 6, polynomial: 0x43 },
  { bits: 8, polynomial: 0x11d },
  { bits: 8, polynomial: 0x12d },
  { bits: 10, polynomial: 0x409 },
  { bits: 12, polynomial: 0x1069 },
] as const;

/** Shift-and-add product: the definition. */
function product(a: number, b: number, bits: number, polynomial: number): number {
  let sum = 0;
  for (let i = 0; i < bits; i++) {
    if ((b >> i) & 1) sum ^= a;
    a <<= 1;
    if (a >> bits) a ^= polynomial;
  }
  return sum;
}

const UNCORRECTABLE = -1;

class Code {
  readonly #core: Probe;
  readonly #field: number;
  constructor(
    core: Probe,
    readonly bits: number,
    readonly polynomial: number,
    readonly checks: number,
    readonly firstRoot: number,
  ) {
    this.#core = core;
    this.#field = core.call("gfBuild", polynomial, bits);
  }

  times(a: number, b: number): number {
    return product(a, b, this.bits, this.polynomial);
  }

  /** The data with its check words, by polynomial division. */
  encode(data: readonly number[]): number[] {
    let generator = [1];
    for (let j = 0; j < this.checks; j++) {
      let root = 1;
      for (let i = 0; i < this.firstRoot + j; i++) root = this.times(root, 2);
      const next = [...generator, 0];
      generator.forEach((g, i) => {
        next[i + 1] = (next[i + 1] as number) ^ this.times(g, root);
      });
      generator = next;
    }
    const rest = [...data, ...new Array<number>(this.checks).fill(0)];
    for (let i = 0; i < data.length; i++) {
      const factor = rest[i] as number;
      generator.forEach((g, j) => {
        rest[i + j] = (rest[i + j] as number) ^ this.times(g, factor);
      });
    }
    return [...data, ...rest.slice(data.length)];
  }

  correct(words: readonly number[], erasures: readonly number[] = [], spare = 0): { status: number; words: number[] } {
    const at = this.#core.call("alloc", words.length * 2);
    const erased = this.#core.call("alloc", Math.max(2, erasures.length * 2));
    this.#core.u16(at, words.length).set(words);
    this.#core.u16(erased, erasures.length).set(erasures);
    const status = this.#core.call(
      "rsCorrect",
      this.#field,
      at,
      words.length,
      this.checks,
      this.firstRoot,
      erased,
      erasures.length,
      spare,
    );
    return { status, words: [...this.#core.u16(at, words.length)] };
  }
}

/** Changes `count` words to other values at distinct places, none of them among `without`. */
function damaged(
  words: readonly number[],
  count: number,
  order: number,
  random: Random,
  without: readonly number[] = [],
) {
  const free = words.map((_, i) => i).filter((i) => !without.includes(i));
  const places = random.distinct(count, free.length).map((k) => free[k] as number);
  const out = [...words];
  for (const place of places) out[place] = (out[place] as number) ^ random.int(1, order);
  return { words: out, places };
}

describe.each(BUILDS)("Galois fields and Reed–Solomon (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
  });

  it.each(FIELDS)("GF(2^$bits) mod $polynomial multiplies and inverts as defined", ({ bits, polynomial }) => {
    const field = core.call("gfBuild", polynomial, bits);
    const random = seededRandom(bits);
    for (let i = 0; i < 2000; i++) {
      const [a, b] = [random.int(0, (1 << bits) - 1), random.int(0, (1 << bits) - 1)];
      expect(core.call("gfMultiply", field, a, b)).toBe(product(a, b, bits, polynomial));
      if (a !== 0) expect(core.call("gfMultiply", field, a, core.call("gfInverse", field, a))).toBe(1);
    }
  });

  it("corrects what a search over all words of a small code finds nearest", () => {
    const code = new Code(core, 4, 0x13, 4, 1);
    const all: number[][] = [];
    for (let a = 0; a < 16; a++) for (let b = 0; b < 16; b++) all.push(code.encode([a, b]));
    const random = seededRandom(3);
    for (let i = 0; i < 300; i++) {
      const word = Array.from({ length: 6 }, () => random.int(0, 15));
      const near = all.filter((other) => other.filter((v, k) => v !== word[k]).length <= 2);
      const { status, words } = code.correct(word);
      if (near.length === 0) expect(status).toBe(UNCORRECTABLE);
      else expect(words).toEqual(near[0]);
      if (status === UNCORRECTABLE) expect(words).toEqual(word);
    }
  });

  it("corrects every mix of errors and erasures within 2e + s ≤ checks, over all fields and first roots", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FIELDS),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 2, max: 14 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 0x7fffffff }),
        ({ bits, polynomial }, firstRoot, checks, share, seed) => {
          core.call("reset");
          const random = seededRandom(seed);
          const order = (1 << bits) - 1;
          const used = Math.min(checks, order - 2);
          const code = new Code(core, bits, polynomial, used, firstRoot);
          const length = random.int(used + 1, Math.min(order, 60));
          const clean = code.encode(Array.from({ length: length - used }, () => random.int(0, order)));
          const erasures = Math.min(length, Math.floor((share / 1000) * used));
          const erased = damaged(clean, erasures, order, random);
          const errors = Math.min(Math.floor((used - erasures) / 2), length - erasures);
          const { words } = damaged(erased.words, errors, order, random, erased.places);
          const result = code.correct(words, erased.places);
          expect(result.words).toEqual(clean);
          expect(result.status).toBe(errors + erasures);
        },
      ),
      { seed: 11, numRuns: 400 },
    );
  });

  it("never gives a silent wrong word one error beyond the limit, with words in reserve", () => {
    const code = new Code(core, 8, 0x11d, 16, 0);
    const random = seededRandom(8);
    let wrong = 0;
    for (let i = 0; i < 400; i++) {
      const clean = code.encode(Array.from({ length: 20 }, () => random.int(0, 255)));
      // Two check words in reserve: seven errors are corrected, eight refused.
      expect(code.correct(damaged(clean, 7, 255, random).words, [], 2).words).toEqual(clean);
      const beyond = damaged(clean, 8, 255, random).words;
      const { status, words } = code.correct(beyond, [], 2);
      if (status === UNCORRECTABLE) expect(words).toEqual(beyond);
      else wrong++;
    }
    // 36 over 7 places times 255^7 words within reach of 256^16: once in some hundred thousand.
    expect(wrong).toBe(0);
  });

  it("refuses impossible arguments", () => {
    const code = new Code(core, 4, 0x13, 4, 0);
    expect(code.correct([1, 2, 3]).status).toBe(UNCORRECTABLE);
    expect(code.correct(new Array<number>(16).fill(1)).status).toBe(UNCORRECTABLE);
    expect(code.correct([1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4]).status).toBe(UNCORRECTABLE);
    expect(code.correct([1, 2, 3, 4, 5, 6], [9]).status).toBe(UNCORRECTABLE);
  });
});
