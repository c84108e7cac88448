/** Postal codes with bars of other heights than were written: corrected, or nothing, never another value. */
import { beforeAll, describe, expect, it } from "vitest";
import { renderScene } from "../scenes/index.js";
import { drawStates, postalStates, seededRandom } from "../symbols/index.js";
import { idOf, POSTAL_IDS, POSTAL_NAMES } from "./postal-codes.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

/** Values of a row of bars drawn upright and clean. */
function read(states: string, formats: readonly number[]): readonly string[] {
  const symbol = drawStates(states);
  const width = Math.ceil((symbol.width + 2 * symbol.quiet.x) * 1.5);
  const scene = renderScene({ width, height: 80, symbols: [{ symbol, moduleSize: 1.5 }] });
  return readFrame(cores.simd, scene, { formats, inverted: false }).map(({ rawValue }) => rawValue);
}

const turned = (states: string, at: readonly number[], to: (state: string) => string): string =>
  Array.from(states, (state, i) => (at.includes(i) ? to(state) : state)).join("");

/** Another height on both sides. */
const opposite = (state: string): string => ({ F: "T", A: "D", D: "A", T: "F" })[state] as string;
const tallOrShort = (state: string): string => (state === "A" ? "T" : "A");

describe("damaged postal codes (R54)", () => {
  it("Australia Post corrects a word", () => {
    const text = "59123456786543210X".slice(0, 10) + "87654321";
    const states = postalStates("auspost", text, { custinfoenc: "numeric" });
    for (let word = 0; word < (states.length - 4) / 3; word++) {
      const at = [2 + 3 * word, 4 + 3 * word];
      expect(read(turned(states, at, opposite), [idOf("australia_post")])).toEqual([text]);
    }
  });

  it("Australia Post gives no other value for more", () => {
    const states = postalStates("auspost", "6212345678ABCDEFGHIJ", { custinfoenc: "character" });
    const random = seededRandom(33);
    for (let i = 0; i < 40; i++) {
      const at = random.distinct(random.int(2, 6), 21).map((word) => 2 + 3 * word + random.int(0, 2));
      const found = read(turned(states, at, opposite), [idOf("australia_post")]);
      expect(found).toEqual([]);
    }
  });

  it.each([
    ["usps_intelligent_mail", "onecode", "0123456709498765432101234567891", opposite],
    ["postnet", "postnet", "801221905", tallOrShort],
    ["planet", "planet", "12345678901", tallOrShort],
    ["royal_mail_4_state", "royalmail", "BX11LT1A", opposite],
    ["kix", "kix", "2500GG30250", opposite],
  ] as const)("%s gives no other value for any bar", (format, bcid, text, change) => {
    const states = postalStates(bcid, text);
    expect(read(states, [idOf(format)])).toEqual([text]);
    for (let i = 0; i < states.length; i++) expect(read(turned(states, [i], change), [idOf(format)])).toEqual([]);
  });
});

describe("rows of random bars (R54)", () => {
  it("are no symbol of any postal code", () => {
    const random = seededRandom(64);
    for (let i = 0; i < 60; i++) {
      const count = random.pick([28, 32, 37, 38, 44, 52, 62, 65, 67, 72, random.int(20, 140)]);
      const tones = random.pick(["AT", "FADT", "FADT", "DT", "FT"]);
      const states = Array.from({ length: count }, () => random.pick(Array.from(tones))).join("");
      expect(read(states, POSTAL_IDS)).toEqual([]);
    }
  });

  it("give the same with and without SIMD, whatever the picture", () => {
    const random = seededRandom(65);
    for (let i = 0; i < 30; i++) {
      const states = Array.from({ length: random.int(1, 90) }, () => random.pick(["F", "A", "D", "T"])).join("");
      const written = i % 3 === 0 ? postalStates("onecode", `0${random.int(0, 4)}345670949876543210`) : states;
      const scene = renderScene({
        width: 420,
        height: 160,
        seed: i,
        noise: random.between(0, 30),
        blur: random.between(0, 2),
        background: random.pick(["white", "grey", "texture", "clutter"]),
        symbols: [
          {
            symbol: drawStates(written, {
              space: random.int(1, 4),
              tracker: random.int(1, 9),
              reach: random.int(1, 9),
            }),
            moduleSize: random.between(0.4, 2),
            rotation: random.between(0, 360),
          },
        ],
      });
      const [simd, scalar] = BUILDS.map((build) =>
        readFrame(cores[build], scene, { formats: POSTAL_IDS, thorough: i % 2 === 0 }),
      );
      expect(scalar).toEqual(simd);
    }
  });

  it("hold the decoder for no longer than its budget allows", () => {
    const random = seededRandom(66);
    const data = Uint8Array.from({ length: 320 * 240 }, () => random.int(0, 255));
    for (const budget of [1, 50, 1000]) {
      expect(readFrame(cores.simd, { width: 320, height: 240, data }, { formats: POSTAL_IDS, budget })).toEqual([]);
    }
    for (let side = 1; side < 40; side += 3) {
      const frame = { width: side, height: 40 - side, data };
      expect(readFrame(cores.simd, frame, { formats: POSTAL_IDS })).toEqual([]);
    }
  });
});

describe("postal formats in the table", () => {
  it("are looked for only when they are named (R54)", async () => {
    const { DEFAULT_FORMATS } = await import("../../src/formats.js");
    for (const name of POSTAL_NAMES) expect(DEFAULT_FORMATS).not.toContain(name);
  });
});
