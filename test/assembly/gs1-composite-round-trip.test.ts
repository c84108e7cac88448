/** GS1 Composite: random element strings through every carrier, variant and number of columns; each encodation method. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { sceneOf } from "../scenes/index.js";
import {
  bracketed,
  COMPOSITE_CARRIERS,
  type CompositeCarrier,
  type CompositeVariant,
  composite,
  type Element,
  elementString,
  type LinearPart,
  type Modules,
  randomElements,
  randomLinear,
  seededRandom,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const RETAIL = [1, 2, 3, 4];
const FORMATS = { formats: [...RETAIL, 5, 25, 26, 27, 36] };
const ROUNDS = process.env.TALLYMARK_LONG ? 60 : 4;

const cores = {} as Record<string, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const read = (symbol: Modules, look: Parameters<typeof sceneOf>[1] = {}, formats = FORMATS): readonly Barcode[] =>
  readFrame(cores.simd as Probe, sceneOf(symbol, { moduleSize: 2, ...look }), formats);

const VARIANTS = { a: "CC-A", b: "CC-B", c: "CC-C" } as const;

/** The symbol, or undefined where the content does not fit the variant. */
function written(
  carrier: CompositeCarrier,
  linear: LinearPart,
  elements: readonly Element[],
  variant: CompositeVariant,
): Modules | undefined {
  try {
    return composite(carrier, linear.text, bracketed(elements), variant);
  } catch (error) {
    if (/maximum|capacity|length|fit/i.test(String(error))) return undefined;
    throw error;
  }
}

const PAIRS = COMPOSITE_CARRIERS.flatMap((carrier) =>
  (["a", "b", "c"] as const)
    .filter((variant) => variant !== "c" || carrier === "gs1-128")
    .map((variant) => [carrier, variant] as const),
);

describe("GS1 Composite", () => {
  it.each(PAIRS)("R54: reads %s with a random 2D component, variant %s, as one message", (carrier, variant) => {
    const random = seededRandom(carrier.length * 100 + variant.charCodeAt(0));
    for (let round = 0; round < ROUNDS; ) {
      const linear = randomLinear(carrier, random);
      const elements = randomElements(random);
      const symbol = written(carrier, linear, elements, variant);
      if (!symbol) continue;
      round++;
      // Rows of five modules are the lowest that DataBar has.
      const moduleSize = random.pick(carrier === "databarstacked" ? [3, 3.5] : [2, 2.5, 3]);
      const found = read(symbol, { moduleSize });
      expect(found.map(({ format, rawValue }) => [format, rawValue])).toEqual([
        ["gs1_composite", linear.message + elementString(elements)],
      ]);
      const [barcode] = found as [Barcode];
      expect(barcode.symbologyIdentifier).toBe("]e0");
      expect(barcode.details).toMatchObject({
        component: VARIANTS[variant],
        linearFormat: linear.format,
        isGs1: true,
        errorCorrectionUsed: 0,
      });
    }
  });
});
