/** What the core is told of the formats that are looked for. */
import { describe, expect, it } from "vitest";
import { FLAG_INVERTED, FLAG_NAMED, OPTION_FLAGS } from "../../../assembly/abi/layout.js";
import { optionsBlock } from "../../../src/engine/options-block.js";
import { type BarcodeFormat, DEFAULT_FORMATS, FORMAT_NAMES } from "../../../src/formats.js";

const flagsOf = (formats?: readonly BarcodeFormat[]): number =>
  optionsBlock(formats ? { formats } : {}, 0)[OPTION_FLAGS] as number;

describe("options block", () => {
  it("says whether formats were named (R54)", () => {
    expect(flagsOf()).toBe(FLAG_INVERTED);
    // As checked options have them, in the same list or after a way through a worker.
    expect(flagsOf(DEFAULT_FORMATS)).toBe(FLAG_INVERTED);
    expect(flagsOf([...DEFAULT_FORMATS])).toBe(FLAG_INVERTED);
    expect(flagsOf(["itf"])).toBe(FLAG_INVERTED | FLAG_NAMED);
    expect(flagsOf(FORMAT_NAMES)).toBe(FLAG_INVERTED | FLAG_NAMED);
  });
});
