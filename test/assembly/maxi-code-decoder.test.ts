/** The MaxiCode decoder on modules alone: every mode, code set and function, damage to the limit and beyond. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { MAXI_COLUMNS, MAXI_ROWS, maxiModules, seededRandom } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;
const MODULES = MAXI_ROWS * MAXI_COLUMNS;
const CODEWORDS = 144;
const CARRIER = "123456789\u001d840\u001d001\u001d";

describe.each(BUILDS)("MaxiCode decoder (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
    putOptions(core, { formats: [12] });
  });

  function decodeSoft(soft: readonly number[]): Barcode | undefined {
    core.call("reset");
    const at = core.call("alloc", MODULES * 4);
    core.f32(at, MODULES).set(soft);
    if (core.call("maxiDecode", at) !== OK) return undefined;
    return blockAt(core, core.call("qrResults") >>> 0)[0];
  }

  const softOf = (cells: Uint8Array): number[] => Array.from(cells, (cell) => (cell ? 1 : -1));
  const decode = (cells: Uint8Array): Barcode | undefined => decodeSoft(softOf(cells));
  const bytesOf = (barcode: Barcode | undefined): string | undefined =>
    barcode && Buffer.from(barcode.bytes).toString("latin1");

  /** Modules of a codeword. */
  function modulesOf(word: number): readonly number[] {
    core.call("reset");
    const map = core.call("alloc", CODEWORDS * 6 * 2);
    core.call("maxiPlace", map);
    return Array.from(core.u16(map, CODEWORDS * 6)).slice(word * 6, word * 6 + 6);
  }

  /** A symbol some of whose codewords are wrong in all bits. */
  function spoiled(cells: Uint8Array, words: readonly number[]): Uint8Array {
    const out = cells.slice();
    for (const word of words) for (const at of modulesOf(word)) out[at] = out[at] === 1 ? 0 : 1;
    return out;
  }

  it("places every bit on a module of its own, none on a fixed one", () => {
    const places = Array.from({ length: CODEWORDS }, (_, word) => modulesOf(word)).flat();
    const fixed = Array.from({ length: 20 }, (_, k) => core.call("maxiFixed", k));
    expect(new Set(places).size).toBe(CODEWORDS * 6);
    for (const mode of [2, 3, 4, 5, 6]) {
      const cells = maxiModules(mode === 3 ? "AB12\u001d840\u001d001\u001dA" : `${CARRIER}A`, { mode });
      for (const module of fixed) {
        expect(places).not.toContain(module & 1023);
        expect(cells[module & 1023]).toBe(module >> 10);
      }
    }
  });

  it.each([4, 5, 6])("reads any text in mode %i", (mode) => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{1,45}$/), (text) => {
        const read = decode(maxiModules(text.replaceAll("^", "!"), { mode }));
        expect(bytesOf(read)).toBe(text.replaceAll("^", "!"));
        expect(read).toMatchObject({ symbologyIdentifier: "]U0", confidence: 100 });
        expect(read?.details).toMatchObject({ version: mode, errorCorrectionLevel: mode === 5 ? "1" : "0" });
      }),
      { seed: 40 + mode, numRuns: 40 },
    );
  });

  it("reads every byte of the five code sets, alone and among others", () => {
    for (let byte = 0; byte < 256; byte++) {
      const char = String.fromCharCode(byte);
      for (const text of [`A${char}b`, `${char}${char}${char}${char}12`]) {
        const escaped = Array.from(text, (c) => `^${String(c.charCodeAt(0)).padStart(3, "0")}`).join("");
        expect(bytesOf(decode(maxiModules(escaped, { mode: 4, parse: true }))), escaped).toBe(text);
      }
    }
  });

  it("reads random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 36 }), (bytes) => {
        const escaped = Array.from(bytes, (byte) => `^${String(byte).padStart(3, "0")}`).join("");
        expect(Array.from(decode(maxiModules(escaped, { mode: 4, parse: true }))?.bytes ?? [])).toEqual(
          Array.from(bytes),
        );
      }),
      { seed: 51, numRuns: 60 },
    );
  });

  it("packs and unpacks numbers", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,130}$/), (digits) => {
        expect(decode(maxiModules(digits, { mode: 4 }))?.rawValue).toBe(digits);
      }),
      { seed: 52, numRuns: 40 },
    );
  });

  it("puts the carrier message of modes 2 and 3 where the standard has it", () => {
    const numeric = fc.record({
      postal: fc.stringMatching(/^[0-9]{9}$/),
      country: fc.integer({ min: 0, max: 999 }),
      service: fc.integer({ min: 0, max: 999 }),
      text: fc.stringMatching(/^[A-Za-z0-9 ]{1,40}$/),
      header: fc.boolean(),
    });
    const code = (value: number): string => String(value).padStart(3, "0");
    fc.assert(
      fc.property(numeric, fc.boolean(), ({ postal, country, service, text, header }, isNumeric) => {
        const place = isNumeric ? postal : `A${postal.slice(0, 5)}`;
        const lead = header ? "[)>\u001e01\u001d96" : "";
        const carrier = `${place}\u001d${code(country)}\u001d${code(service)}\u001d`;
        const read = decode(maxiModules(`${lead}${carrier}${text}`, { mode: isNumeric ? 2 : 3 }));
        expect(read?.rawValue).toBe(`${lead}${carrier}${text}`);
        expect(read?.symbologyIdentifier).toBe("]U1");
      }),
      { seed: 53, numRuns: 60 },
    );
  });

  it("gives the place in a structured append", () => {
    const read = decode(maxiModules("PART", { mode: 4, sam: "35" }));
    expect(read).toMatchObject({ rawValue: "PART", structuredAppend: { index: 2, count: 5 } });
    expect(decode(maxiModules("ALONE", { mode: 4 }))?.structuredAppend).toBeUndefined();
  });

  it("names the character set that an ECI gives", () => {
    for (const eci of [7, 26, 899, 12345, 811799]) {
      const escape = `^ECI${String(eci).padStart(6, "0")}`;
      const read = decode(maxiModules(`AB${escape}CD`, { mode: 4, parsefnc: true }));
      expect(read?.segments.map((segment) => segment.eci)).toEqual([undefined, eci]);
      expect(bytesOf(read)).toBe("ABCD");
      expect(read?.symbologyIdentifier).toBe("]U2");
    }
    const carrier = decode(maxiModules(`${CARRIER}^ECI000026AB`, { mode: 2, parsefnc: true }));
    expect(carrier).toMatchObject({ symbologyIdentifier: "]U3" });
    expect(carrier?.rawValue.startsWith(CARRIER)).toBe(true);
  });

  it("corrects damage to the limit, and one codeword more is never a wrong value", () => {
    const random = seededRandom(8);
    for (let round = 0; round < 12; round++) {
      const mode = round % 2 === 0 ? 4 : 5;
      const text = `DAMAGE ${round} IN A TEXT OF SOME LENGTH`;
      const cells = maxiModules(text, { mode });
      const perHalf = mode === 4 ? 10 : 14;
      const words = (primary: number, half: number): number[] => [
        ...random.distinct(primary, 20),
        ...random.distinct(half, 62).map((i) => 20 + 2 * i),
        ...random.distinct(perHalf, 62).map((i) => 21 + 2 * i),
      ];
      const atLimit = decode(spoiled(cells, words(5, perHalf)));
      expect(bytesOf(atLimit)).toBe(text);
      expect(atLimit?.details.errorCorrectionUsed).toBeCloseTo(1);
      expect(decode(spoiled(cells, words(6, 0)))).toBeUndefined();
      expect(decode(spoiled(cells, words(0, perHalf + 1)))).toBeUndefined();
    }
  });

  it("corrects more where it knows what is uncertain", () => {
    const random = seededRandom(9);
    const text = "ERASURES";
    const soft = softOf(maxiModules(text, { mode: 4 }));
    const words = [...random.distinct(6, 20), ...random.distinct(16, 62).map((i) => 20 + 2 * i)];
    for (const at of words.flatMap((word) => modulesOf(word))) soft[at] = -0.1 * (soft[at] as number);
    expect(bytesOf(decodeSoft(soft))).toBe(text);
  });

  it("gives a status for random modules, never a value", () => {
    const random = seededRandom(10);
    for (let i = 0; i < 300; i++) {
      expect(decodeSoft(Array.from({ length: MODULES }, () => random.between(-1, 1)))).toBeUndefined();
    }
  });
});
