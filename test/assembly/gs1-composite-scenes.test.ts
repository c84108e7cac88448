/** GS1 Composite in scenes: turned, tilted, blurred, small; with parts missing, damaged, or belonging to another symbol. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { renderScene, type Scene, sceneOf } from "../scenes/index.js";
import {
  bracketed,
  COMPOSITE_CARRIERS,
  type CompositeCarrier,
  type CompositeModules,
  type CompositeVariant,
  composite,
  drawn,
  ean13,
  elementString,
  type Modules,
  microPdf417,
  type Random,
  randomElements,
  randomLinear,
  seededRandom,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const COMPOSITE = 36;
const LINEAR = [1, 2, 3, 4, 5, 25, 26, 27];
const ALL = [...LINEAR, COMPOSITE];

const cores = {} as Record<string, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const read = (scene: Scene, thorough = true, formats = ALL): readonly Barcode[] =>
  readFrame(cores.simd as Probe, scene, { formats, thorough });

const valuesOf = (barcodes: readonly Barcode[]): readonly string[] =>
  barcodes.map(({ format, rawValue }) => `${format} ${rawValue}`);

interface Case {
  readonly symbol: CompositeModules;
  readonly whole: string;
  readonly linear: string;
}

/** A random symbol of a carrier; contents that a variant has no room for are passed over. */
function random(carrier: CompositeCarrier, variant: CompositeVariant, source: Random): Case {
  for (;;) {
    const linear = randomLinear(carrier, source);
    const elements = randomElements(source, 1);
    try {
      const symbol = composite(carrier, linear.text, bracketed(elements), variant);
      const whole = `gs1_composite ${linear.message}${elementString(elements)}`;
      return { symbol, whole, linear: linear.format };
    } catch (error) {
      if (!/maximum|capacity|length|fit/i.test(String(error))) throw error;
    }
  }
}

/** Carriers in turn; rows of DataBar Stacked are too low for most of what is done here. */
const CARRIERS = COMPOSITE_CARRIERS.filter((carrier) => carrier !== "databarstacked");
const FLAT = COMPOSITE_CARRIERS.filter((carrier) => !/stacked/.test(carrier));
const variantOf = (carrier: CompositeCarrier, k: number): CompositeVariant =>
  carrier === "gs1-128" && k % 3 === 2 ? "c" : k % 2 === 0 ? "a" : "b";

/** The symbol without what lies in a rectangle of modules. */
function without(symbol: Modules, x: number, y: number, width: number, height: number): Modules {
  const cells = symbol.cells.slice();
  for (let row = y; row < y + height; row++) cells.fill(0, row * symbol.width + x, row * symbol.width + x + width);
  return { ...symbol, cells };
}

describe("GS1 Composite in scenes", () => {
  it("R54: reads symbols at any turn, blurred and noisy", () => {
    const source = seededRandom(1);
    for (let k = 0; k < 22; k++) {
      const carrier = CARRIERS[k % CARRIERS.length] as CompositeCarrier;
      const { symbol, whole } = random(carrier, variantOf(carrier, k), source);
      const look = {
        rotation: (k * 360) / 22 + source.between(0, 16),
        moduleSize: source.between(2.5, 3.5),
        blur: source.between(0, 1.2),
        noise: 4,
        seed: k + 1,
      };
      expect(valuesOf(read(sceneOf(symbol, look))), `${carrier} ${JSON.stringify(look)}`).toEqual([whole]);
    }
  });

  it("reads tilted symbols, whose rows do not meet their bars at a right angle", () => {
    const source = seededRandom(2);
    for (let k = 0; k < 16; k++) {
      // Which rows of a stacked DataBar belong together is harder to see than what stands above.
      const carrier = FLAT[(5 * k) % FLAT.length] as CompositeCarrier;
      const { symbol, whole } = random(carrier, variantOf(carrier, k), source);
      const look = {
        rotation: source.between(0, 360),
        tiltX: source.between(-20, 20),
        tiltY: source.between(-20, 20),
        moduleSize: 3.2,
        blur: 0.5,
        noise: 3,
        seed: k + 1,
      };
      expect(valuesOf(read(sceneOf(symbol, look))), `${carrier} ${JSON.stringify(look)}`).toEqual([whole]);
    }
  });

  it("reads small symbols, light on dark, and mirrored ones that tell of their 2D component", () => {
    const source = seededRandom(3);
    for (const carrier of CARRIERS) {
      const small = random(carrier, "a", source);
      expect(valuesOf(read(sceneOf(small.symbol, { moduleSize: 1.8 }))), carrier).toEqual([small.whole]);
      const light = read(sceneOf(small.symbol, { moduleSize: 3, inverted: true }));
      expect(valuesOf(light), carrier).toEqual([small.whole]);
      expect(light[0]?.isInverted).toBe(true);
      // Stacked linear symbols are not read from behind.
      if (/ean|upc|stacked/.test(carrier)) continue;
      const mirrored = read(sceneOf(small.symbol, { moduleSize: 3, mirrored: true }));
      expect(valuesOf(mirrored), carrier).toEqual([small.whole]);
      expect(mirrored[0]?.isMirrored).toBe(true);
    }
  });

  it("reads symbols in live frames", () => {
    const source = seededRandom(4);
    for (const [k, carrier] of CARRIERS.entries()) {
      const { symbol, whole } = random(carrier, variantOf(carrier, k), source);
      const scene = sceneOf(symbol, { moduleSize: 3, rotation: 90 * (k % 4), blur: 0.6, noise: 3, seed: k + 1 });
      expect(valuesOf(read(scene, false)), carrier).toEqual([whole]);
    }
  });

  it("tells where the symbol lies", () => {
    const { symbol } = random("ean13", "b", seededRandom(5));
    for (const rotation of [0, 30]) {
      const scene = sceneOf(symbol, { moduleSize: 4, rotation });
      const [barcode] = read(scene);
      scene.corners[0]?.forEach((corner, i) => {
        const own = barcode?.cornerPoints[i as 0] ?? { x: -99, y: -99 };
        expect(Math.hypot(own.x - corner.x, own.y - corner.y)).toBeLessThan(16);
      });
    }
  });

  it("gives the same from the scalar twin", () => {
    const source = seededRandom(6);
    for (const [k, carrier] of (["ean8", "gs1-128", "databarexpanded"] as const).entries()) {
      const scene = sceneOf(random(carrier, variantOf(carrier, k + 1), source).symbol, {
        moduleSize: 3,
        rotation: 25 * k,
        noise: 5,
        blur: 0.8,
      });
      const simd = read(scene);
      expect(simd.map(({ format }) => format)).toEqual(["gs1_composite"]);
      expect(readFrame(cores.scalar as Probe, scene, { formats: ALL })).toEqual(simd);
    }
  });
});

describe("the components of GS1 Composite", () => {
  it("leaves the linear symbol where composites are not asked for, and nothing of the 2D component", () => {
    const source = seededRandom(7);
    for (const carrier of CARRIERS) {
      for (const variant of ["a", "b", "c"] as const) {
        if (variant === "c" && carrier !== "gs1-128") continue;
        const { symbol, linear } = random(carrier, variant, source);
        const found = read(sceneOf(symbol, { moduleSize: 3 }), true, [...LINEAR, 8, 9]);
        expect(
          found.map(({ format }) => format),
          `${carrier} ${variant}`,
        ).toEqual([linear]);
        const flags = /ean|upc/.test(carrier) ? undefined : true;
        expect(found[0]?.details.isLinked).toBe(flags);
      }
    }
  });

  it("reports a linear symbol whose 2D component cannot be read, with its flag", () => {
    const source = seededRandom(8);
    for (const carrier of CARRIERS) {
      const { symbol, linear } = random(carrier, "a", source);
      const torn = without(symbol, 0, 0, Math.ceil(0.7 * symbol.width), symbol.rows * symbol.rowHeight);
      const found = read(sceneOf(torn, { moduleSize: 3 }));
      expect(
        found.map(({ format }) => format),
        carrier,
      ).toEqual([linear]);
    }
  });

  it("never takes the 2D component of another symbol", () => {
    const source = seededRandom(9);
    const { symbol, whole } = random("ean13", "b", source);
    // Another label close below: its bars see the first one's 2D component when they look up far enough.
    for (const between of [70, 40, 30]) {
      const height = symbol.rows * symbol.rowHeight + 6 + between;
      const cut = { ...symbol, height, cells: symbol.cells.slice(0, height * symbol.width) };
      const other = drawn(ean13("9506000134352"), 60);
      const top = 20 + (cut.height * 3) / 2;
      const scene = renderScene({
        width: 500,
        height: 700,
        symbols: [
          { symbol: cut, moduleSize: 3, center: { x: 250, y: top } },
          { symbol: other, moduleSize: 3, center: { x: 250, y: 20 + cut.height * 3 + 12 + 90 } },
        ],
      });
      expect(valuesOf(read(scene)).toSorted()).toEqual(["ean_13 9506000134352", whole].toSorted());
    }
  });

  it("takes no other stacked symbol for a 2D component", () => {
    const other = drawn(ean13("9506000134352"), 60);
    const micro = microPdf417("0112345678901231", { columns: 4, rows: 6 });
    const scene = renderScene({
      width: 460,
      height: 400,
      symbols: [
        { symbol: micro, moduleSize: 3, center: { x: 230, y: 100 } },
        { symbol: other, moduleSize: 3, center: { x: 230, y: 100 + 18 + 6 + 90 } },
      ],
    });
    expect(valuesOf(read(scene))).toEqual(["ean_13 9506000134352"]);
  });
});
