/** DX film edge codes of both lengths, drawn and turned, and nothing where their parity or their clock is spoilt. */
import { beforeAll, describe, expect, it } from "vitest";
import { renderScene } from "../scenes/index.js";
import { type Modules, seededRandom, zxingSymbol } from "../symbols/index.js";
import { idsOf } from "./character-codes.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const read = (symbol: Modules, rotation = 0, noise = 3): string[] => {
  const scene = renderScene({ width: 320, height: 320, noise, symbols: [{ symbol, moduleSize: 6, rotation }] });
  return readFrame(core, scene, { formats: idsOf("dx_film_edge") }).map(
    (barcode) => `${barcode.symbologyIdentifier} ${barcode.rawValue}`,
  );
};

describe("DX film edge (R54)", () => {
  it("reads random products, generations and frames, turned", async () => {
    const random = seededRandom(135);
    for (let i = 0; i < 12; i++) {
      const product = `${random.int(1, 127)}-${random.int(0, 15)}`;
      const text = i % 3 === 0 ? product : `${product}/${random.int(0, 63)}${random.pick(["", "A"])}`;
      expect(read(await zxingSymbol("DXFilmEdge", text), random.pick([0, 7, 45, 90, 180, 270])), text).toEqual([
        `]X0 ${text}`,
      ]);
    }
  });

  it("reads nothing with any one module of the data track turned over, as the parity tells", async () => {
    const symbol = await zxingSymbol("DXFilmEdge", "36-2/21A");
    expect(read(symbol)).toEqual(["]X0 36-2/21A"]);
    for (let column = 0; column < symbol.width; column++) {
      const cells = symbol.cells.slice();
      for (let y = symbol.height >> 1; y < symbol.height; y++) {
        const at = y * symbol.width + column;
        cells[at] = cells[at] === 1 ? 0 : 1;
      }
      expect(read({ ...symbol, cells }), `module ${column}`).toEqual([]);
    }
  });

  it("reads no data track without its clock", async () => {
    const symbol = await zxingSymbol("DXFilmEdge", "36-2/21A");
    const cells = symbol.cells.slice().fill(0, 0, symbol.width * (symbol.height >> 1));
    expect(read({ ...symbol, cells })).toEqual([]);
  });
});
