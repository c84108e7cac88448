/** The Micro QR Code decoder on grids alone: every version, level, mask and mode, damage to the limit and beyond. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import {
  flipModules,
  type MicroQrOptions,
  type Modules,
  microQrCode,
  payloads,
  seededRandom,
  zxingSymbol,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;

/** ISO/IEC 18004 tables 7 and 9: digits, alphanumeric characters, bytes and kanji that fit, and correctable codewords. */
const KINDS: readonly (MicroQrOptions & {
  readonly digits: number;
  readonly alphanumeric: number;
  readonly bytes: number;
  readonly kanji: number;
  readonly correctable: number;
})[] = [
  { version: 1, digits: 5, alphanumeric: 0, bytes: 0, kanji: 0, correctable: 0 },
  { version: 2, level: "L", digits: 10, alphanumeric: 6, bytes: 0, kanji: 0, correctable: 1 },
  { version: 2, level: "M", digits: 8, alphanumeric: 5, bytes: 0, kanji: 0, correctable: 2 },
  { version: 3, level: "L", digits: 23, alphanumeric: 14, bytes: 9, kanji: 6, correctable: 2 },
  { version: 3, level: "M", digits: 18, alphanumeric: 11, bytes: 7, kanji: 4, correctable: 4 },
  { version: 4, level: "L", digits: 35, alphanumeric: 21, bytes: 15, kanji: 9, correctable: 3 },
  { version: 4, level: "M", digits: 30, alphanumeric: 18, bytes: 13, kanji: 8, correctable: 5 },
  { version: 4, level: "Q", digits: 21, alphanumeric: 13, bytes: 9, kanji: 5, correctable: 7 },
];

const nameOf = ({ version, level }: MicroQrOptions) => (level === undefined ? `M${version}` : `M${version}-${level}`);
const textOf = (barcode: Barcode | undefined) => barcode && Buffer.from(barcode.bytes).toString("latin1");

/** Table 5. */
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

describe.each(BUILDS)("Micro QR Code decoder (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core ??= await Probe.load(build);
    core.call("reset");
    putOptions(core, { formats: [10] });
  });

  function decodeSoft(soft: ArrayLike<number>, version: number): Barcode | undefined {
    core.call("reset");
    const at = core.call("alloc", soft.length * 4);
    core.f32(at, soft.length).set(soft as number[]);
    if (core.call("microQrDecodeGrid", at, version) !== OK) return undefined;
    return blockAt(core, core.call("qrResults"))[0];
  }

  const decode = (symbol: Modules) =>
    decodeSoft(
      Array.from(symbol.cells, (cell) => (cell ? 1 : -1)),
      (symbol.width - 9) / 2,
    );

  it.each(KINDS)("reads every mode and mask of M$version $level", ({ digits, alphanumeric, bytes, kanji, ...kind }) => {
    const random = seededRandom(60 + digits);
    for (let i = 0; i < 24; i++) {
      const texts = [Array.from({ length: random.int(1, digits) }, () => random.int(0, 9)).join("")];
      const pick = (length: number, set: string) => Array.from({ length }, () => random.pick([...set])).join("");
      if (alphanumeric) texts.push(pick(random.int(1, alphanumeric), ALPHANUMERIC));
      if (bytes) texts.push(pick(random.int(1, bytes), "abcxyz~{}\xe4\xe9#"));
      if (kanji) texts.push("\x93\x5f".repeat(random.int(1, kanji)));
      for (const text of texts) {
        const read = decode(microQrCode(text, { ...kind, mask: i % 4 }));
        expect(textOf(read), `${nameOf(kind)} ${text}`).toBe(text);
        expect(read?.symbologyIdentifier).toBe("]Q1");
        expect(read?.details).toMatchObject({ version: kind.version, mask: i % 4 });
        expect(read?.details.errorCorrectionLevel).toBe(kind.level);
      }
    }
  });

  it("fills every version to its last bit", () => {
    for (const { digits, alphanumeric, bytes, ...kind } of KINDS) {
      const texts = ["9".repeat(digits), "Z".repeat(alphanumeric), "z".repeat(bytes)].filter((text) => text !== "");
      for (const text of texts) expect(textOf(decode(microQrCode(text, kind))), nameOf(kind)).toBe(text);
    }
  });

  it("tells kanji, and reads mixed modes", () => {
    const kanji = decode(microQrCode("\x93\x5f\xe4\xaa", { version: 4, level: "M" }));
    expect(kanji?.rawValue).toBe("点茗");
    const mixed = "ABCDE1234567a";
    expect(textOf(decode(microQrCode(mixed, { version: 4, level: "L" })))).toBe(mixed);
  });

  it("reads what the second writer writes", async () => {
    await fc.assert(
      fc.asyncProperty(payloads.digits(12), fc.constantFrom("", "ecLevel=L", "ecLevel=M"), async (text, options) => {
        expect(textOf(decode(await zxingSymbol("MicroQRCode", text, options)))).toBe(text);
      }),
      { seed: 61, numRuns: 20 },
    );
    for (const text of ["HELLO 42", "hello you", "12345"]) {
      expect(textOf(decode(await zxingSymbol("MicroQRCode", text)))).toBe(text);
    }
  });

  it("corrects as many wrong modules as the standard corrects codewords, wherever they lie", () => {
    const random = seededRandom(62);
    for (const { correctable, digits, ...kind } of KINDS) {
      const text = "7".repeat(Math.min(digits, 5));
      const symbol = microQrCode(text, kind);
      for (let i = 0; i < 30; i++) {
        const cells = symbol.cells.slice();
        for (let k = 0; k < correctable; k++) {
          const at = random.int(9, symbol.width - 1) * symbol.width + random.int(9, symbol.width - 1);
          cells[at] = 1 - (cells[at] as number);
        }
        const read = decode({ ...symbol, cells });
        expect(textOf(read), nameOf(kind)).toBe(text);
      }
    }
  });

  it("never gives another content when modules are wrong beyond the limit", () => {
    const random = seededRandom(63);
    for (let i = 0; i < 2000; i++) {
      const { version, level } = random.pick(KINDS);
      const symbol = microQrCode("1357", {
        ...(version !== undefined && { version }),
        ...(version !== 1 && { level: level ?? "L" }),
      });
      const read = decode(flipModules(symbol, random.int(1, 40), random));
      expect([undefined, "1357"]).toContain(textOf(read));
    }
  });

  it("gives a status for random grids of every version, and never a content", () => {
    const random = seededRandom(64);
    let contents = 0;
    for (let i = 0; i < 4000; i++) {
      const version = 1 + (i % 4);
      const soft = Array.from({ length: (9 + 2 * version) ** 2 }, () => random.between(-1, 1));
      if (decodeSoft(soft, version)) contents++;
    }
    expect(contents).toBe(0);
    for (const value of [1, -1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (let version = 1; version <= 4; version++) {
        expect(decodeSoft(new Array<number>((9 + 2 * version) ** 2).fill(value), version)).toBe(undefined);
      }
    }
  });
});
