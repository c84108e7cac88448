/** Postal codes in seeded scenes: any angle, defocus, noise, low resolution, perspective, light on dark, among text. */
import { beforeAll, describe, expect, it } from "vitest";
import { renderScene } from "../scenes/index.js";
import { drawStates, postalStates, seededRandom } from "../symbols/index.js";
import { idOf } from "./postal-codes.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const SYMBOLS = [
  ["usps_intelligent_mail", "onecode", "0123456709498765432101234567891"],
  ["postnet", "postnet", "55555123709"],
  ["planet", "planet", "4012345678921"],
  ["royal_mail_4_state", "royalmail", "LE28HS9Z"],
  ["kix", "kix", "1231FZ13XHS"],
  ["australia_post", "auspost", "59564391118ABz9"],
] as const;

interface Look {
  readonly name: string;
  readonly moduleSize: number;
  readonly rotation?: "any";
  readonly tilt?: number;
  readonly blur?: number;
  readonly noise?: number;
  readonly contrast?: number;
  readonly background?: "clutter" | "grey";
  readonly inverted?: boolean;
  /** Of the scenes so many must be read. */
  readonly least: number;
  readonly thorough?: boolean;
}

const SCENES = Number(process.env.SCENES ?? 6);

/** A bar is two modules wide, the pitch is five. */
const LOOKS: readonly Look[] = [
  { name: "upright, live", moduleSize: 1.3, thorough: false, least: 1 },
  { name: "any angle", moduleSize: 1.5, rotation: "any", least: 1 },
  { name: "any angle, live", moduleSize: 1.5, rotation: "any", thorough: false, least: 0.97 },
  { name: "any angle, large", moduleSize: 2.6, rotation: "any", least: 1 },
  { name: "two pixels per bar, any angle", moduleSize: 1, rotation: "any", noise: 4, least: 0.97 },
  { name: "defocus and noise", moduleSize: 1.5, rotation: "any", blur: 1.2, noise: 8, least: 0.97 },
  { name: "strong defocus", moduleSize: 1.5, rotation: "any", blur: 1.8, noise: 4, least: 0.9 },
  { name: "less than two pixels per bar", moduleSize: 0.8, rotation: "any", noise: 3, least: 0.7 },
  { name: "strong noise", moduleSize: 1.5, rotation: "any", noise: 25, least: 0.8 },
  { name: "strong perspective", moduleSize: 2, rotation: "any", tilt: 45, noise: 4, least: 0.7 },
  { name: "low contrast", moduleSize: 1.5, rotation: "any", contrast: 0.25, noise: 3, least: 0.97 },
  { name: "perspective", moduleSize: 1.6, rotation: "any", tilt: 25, blur: 0.6, noise: 4, least: 0.97 },
  { name: "among text", moduleSize: 1.5, rotation: "any", background: "clutter", noise: 3, least: 0.97 },
  { name: "light on dark", moduleSize: 1.6, rotation: "any", inverted: true, noise: 3, least: 0.97 },
];

describe("postal codes in scenes (R54)", () => {
  it.each(LOOKS)("$name", (look) => {
    const random = seededRandom(17);
    let read = 0;
    let all = 0;
    for (const [format, bcid, text] of SYMBOLS) {
      const options = bcid === "auspost" ? { custinfoenc: "character" } : {};
      const symbol = drawStates(postalStates(bcid, text, options), { quiet: 6 });
      let got = 0;
      for (let i = 0; i < SCENES; i++) {
        const side = Math.ceil((symbol.width + 20) * look.moduleSize);
        const scene = renderScene({
          width: side,
          height: look.rotation === "any" ? side : 200,
          background: look.background ?? "white",
          seed: i,
          blur: look.blur ?? 0,
          noise: look.noise ?? 0,
          contrast: look.contrast ?? 1,
          symbols: [
            {
              symbol,
              moduleSize: look.moduleSize,
              rotation: look.rotation === "any" ? random.between(0, 360) : 0,
              tiltX: random.between(-1, 1) * (look.tilt ?? 0),
              tiltY: random.between(-1, 1) * (look.tilt ?? 0),
              inverted: look.inverted ?? false,
            },
          ],
        });
        const found = readFrame(core, scene, {
          formats: [idOf(format)],
          inverted: look.inverted ?? false,
          thorough: look.thorough ?? true,
        });
        for (const barcode of found) {
          expect(barcode.rawValue).toBe(text);
          expect(barcode.isInverted).toBe(look.inverted ?? false);
        }
        all++;
        got += Math.min(1, found.length);
      }
      if (process.env.VERBOSE) console.log(look.name, format, got, SCENES);
      read += got;
    }
    expect(read / all).toBeGreaterThanOrEqual(look.least);
  });
});
