/** Random contents of every postal code, drawn clean: what is read is what was written, upright and upside down. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { renderScene } from "../scenes/index.js";
import { drawStates } from "../symbols/index.js";
import { idOf, POSTAL_CODES } from "./postal-codes.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const LONG = process.env.TALLYMARK_LONG === "1";

/** From the narrowest to the widest pitch and the shortest to the longest reach that the standards allow, and 1:1. */
const SHAPES = fc.record({
  space: fc.integer({ min: 2, max: 4 }),
  tracker: fc.integer({ min: 4, max: 6 }),
  reach: fc.integer({ min: 4, max: 8 }),
});

describe("round trips of R54", () => {
  it.each(POSTAL_CODES)("$name", ({ format, cases }) => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom(0, 180),
        SHAPES,
        fc.constantFrom(1, 1.6, 3.1),
        ({ states, text }, rotation, shape, moduleSize) => {
          const symbol = drawStates(states, shape);
          const width = Math.ceil((symbol.width + 2 * symbol.quiet.x) * moduleSize) + 8;
          const scene = renderScene({ width, height: 140, symbols: [{ symbol, moduleSize, rotation }] });
          const found = readFrame(core, scene, { formats: [idOf(format)], inverted: false });
          expect(found.map(summary)).toEqual([[format, text, "]X0"]]);
          expect(Math.abs((found[0] as Barcode).boundingBox.width - symbol.width * moduleSize)).toBeLessThan(
            2 * moduleSize,
          );
          expect(Math.abs((found[0] as Barcode).boundingBox.height - symbol.height * moduleSize)).toBeLessThan(
            3 * moduleSize,
          );
          const turn = (((found[0] as Barcode).orientation - rotation + 540) % 360) - 180;
          expect(Math.abs(turn)).toBeLessThan(2);
        },
      ),
      { numRuns: LONG ? 400 : 30, seed: 28 },
    );
  });
});

const summary = (barcode: Barcode) => [barcode.format, barcode.rawValue, barcode.symbologyIdentifier];
