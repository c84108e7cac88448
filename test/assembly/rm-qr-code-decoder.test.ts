/** The rMQR decoder on grids alone: all 32 sizes, both levels, every mode, damage to the limit and beyond. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { flipModules, type Modules, RMQR_SIZES, rmQrCode, seededRandom, zxingSymbol } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;
const VERSIONS = RMQR_SIZES.map((_, indicator) => indicator);
const LEVELS = ["M", "H"] as const;

const textOf = (barcode: Barcode | undefined) => barcode && Buffer.from(barcode.bytes).toString("latin1");

describe.each(BUILDS)("rMQR decoder (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core ??= await Probe.load(build);
    core.call("reset");
    putOptions(core, { formats: [11] });
  });

  function decodeSoft(soft: ArrayLike<number>, version: number): Barcode | undefined {
    core.call("reset");
    const at = core.call("alloc", soft.length * 4);
    core.f32(at, soft.length).set(soft as number[]);
    if (core.call("rmQrDecodeGrid", at, version) !== OK) return undefined;
    return blockAt(core, core.call("qrResults"))[0];
  }

  const versionOf = ({ width, height }: Modules) =>
    RMQR_SIZES.findIndex(([rows, columns]) => rows === height && columns === width);
  const decode = (symbol: Modules) =>
    decodeSoft(
      Array.from(symbol.cells, (cell) => (cell ? 1 : -1)),
      versionOf(symbol),
    );

  it.each(LEVELS)("reads every size and mode at level %s", (level) => {
    for (const version of VERSIONS) {
      const [rows, columns] = RMQR_SIZES[version] as readonly [number, number];
      const room = rows === 7 || columns < 59 ? 1 : 3;
      for (const text of ["1".repeat(3 * room), "AB".repeat(room), "a\xe9", "\x93\x5f"]) {
        const read = decode(rmQrCode(text, version, level));
        expect(textOf(read), `R${rows}x${columns}-${level} ${text}`).toBe(text);
        expect(read?.symbologyIdentifier).toBe("]Q1");
        expect(read?.details).toMatchObject({ version: version + 1, rows, columns, errorCorrectionLevel: level });
      }
    }
  });

  it("reads long contents, in all blocks of a symbol", () => {
    const random = seededRandom(70);
    for (const version of VERSIONS) {
      const [rows, columns] = RMQR_SIZES[version] as readonly [number, number];
      const length = Math.max(3, Math.floor((rows * columns - 300) / 20));
      const text = Array.from({ length }, () => random.int(0, 9)).join("");
      expect(textOf(decode(rmQrCode(text, version))), `R${rows}x${columns}`).toBe(text);
    }
  });

  it("reads ECI and tells kanji", () => {
    const read = decode(rmQrCode("^ECI000026\xc3\xa9 ok", 17, "M", true));
    expect(read?.segments[0]?.eci).toBe(26);
    expect(read?.symbologyIdentifier).toBe("]Q2");
    expect(decode(rmQrCode("\x93\x5f\xe4\xaa", 17))?.rawValue).toBe("点茗");
  });

  it("reads what the second writer writes, GS1 too", async () => {
    for (let version = 1; version <= 32; version++) {
      const text = version % 2 ? "12" : "AB";
      const symbol = await zxingSymbol("rMQRCode", text, `version=${version}`);
      const read = decode(symbol);
      expect(textOf(read), `version ${version}`).toBe(text);
      expect(read?.details.version).toBe(version);
    }
    const gs1 = decode(await zxingSymbol("rMQRCode", "(01)09521234543213(10)AB", "gs1"));
    expect(gs1?.symbologyIdentifier).toBe("]Q3");
    expect(gs1?.details.isGs1).toBe(true);
    expect(textOf(gs1)).toBe("010952123454321310AB");
  });

  it("corrects damage, and never gives another content beyond it", () => {
    const random = seededRandom(71);
    let corrected = 0;
    for (let i = 0; i < 400; i++) {
      const symbol = rmQrCode("2468", random.int(0, 31), random.pick(LEVELS));
      const read = decode(flipModules(symbol, random.int(1, 30), random));
      expect([undefined, "2468"]).toContain(textOf(read));
      if (read && (read.details.errorCorrectionUsed ?? 0) > 0) corrected++;
    }
    expect(corrected).toBeGreaterThan(100);
  });

  it("gives a status for random grids of every size, and never a content", () => {
    const random = seededRandom(72);
    for (const version of VERSIONS) {
      const [rows, columns] = RMQR_SIZES[version] as readonly [number, number];
      for (let i = 0; i < 10; i++) {
        const soft = Array.from({ length: rows * columns }, () => random.between(-1, 1));
        expect(decodeSoft(soft, version)).toBe(undefined);
      }
      for (const value of [1, -1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(decodeSoft(new Array<number>(rows * columns).fill(value), version)).toBe(undefined);
      }
    }
  });
});
