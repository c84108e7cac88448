/**
 * Seeded pictures that hold no symbol: textures, text, gratings, bars that are no code, and parts of symbols. Knows
 * nothing of decoding.
 */
import { type PlacedSymbol, renderScene, type Scene } from "../scenes/index.js";
import {
  type Bars,
  barsToModules,
  bwipBars,
  code128,
  ean8,
  ean13,
  gtinCheckDigit,
  type Random,
  seededRandom,
  upcA,
} from "../symbols/index.js";

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.int(0, 9)).join("");

const letters = (random: Random, count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(random.int(65, 90))).join("");

/** Bars and spaces of GS1 DataBar Omnidirectional behind its first space. */
const DATABAR_ELEMENTS = 45;

/** A symbol of any linear code; the last of nine kinds is GS1 DataBar. */
function anySymbol(random: Random, last = 8): Bars {
  switch (random.int(0, last)) {
    case 0:
      return code128(letters(random, random.int(4, 14)));
    case 1:
      return random.int(0, 3) === 0 ? ean8(digits(random, 7)) : ean13(digits(random, 12));
    case 2:
      return upcA(digits(random, 11));
    case 3:
      return bwipBars("interleaved2of5", digits(random, 2 * random.int(3, 10)), 10);
    case 4:
      return bwipBars("code39", letters(random, random.int(3, 10)), 10);
    case 5:
      return bwipBars("code93", letters(random, random.int(3, 12)), 10, Number.POSITIVE_INFINITY, {
        includecheck: true,
      });
    case 6:
      return bwipBars("rationalizedCodabar", `A${digits(random, random.int(4, 12))}B`, 10);
    case 7:
      return bwipBars("telepen", letters(random, random.int(3, 10)), 10);
    default: {
      const number = `0${digits(random, 12)}`;
      const bars = bwipBars("databaromni", `(01)${number}${gtinCheckDigit(number)}`, 10);
      // It begins with a space, which the writer puts behind a bar of no width.
      return { ...bars, widths: bars.widths.slice(2) };
    }
  }
}

/** Part of a symbol from one bar to another, never the whole. */
function partOf(bars: Bars, random: Random): Bars {
  const count = bars.widths.length;
  // Without a guard GS1 DataBar says all that it said.
  const least = count === DATABAR_ELEMENTS ? 4 : 2;
  const from = Math.max(least, 2 * random.int(1, Math.max(1, (count >> 1) - 8)));
  const to = Math.min(count, from + 2 * random.int(6, count >> 1) + 1);
  const widths = bars.widths.slice(from, to);
  return { widths: widths.length % 2 === 0 ? widths.slice(0, -1) : widths, mainElements: widths.length, quiet: 10 };
}

const placed = (bars: Bars, random: Random): PlacedSymbol => ({
  symbol: barsToModules(bars, random.int(15, 50)),
  moduleSize: random.between(1.5, 3),
  rotation: random.pick([0, 0, 90, 180, random.between(0, 360)]),
  spread: random.between(-0.15, 0.15),
});

const ground = (symbols: readonly PlacedSymbol[], random: Random, seed: number): Scene =>
  renderScene({ width: 480, height: 240, symbols, seed, noise: random.between(0, 12), blur: random.between(0, 1) });

/** A symbol of which a tenth to a half lies outside of the frame, on either side. */
function cutByFrame(random: Random, seed: number): Scene {
  // GS1 DataBar may bear the loss of an outer guard: what it then says is right, and no phantom.
  const symbol = barsToModules(anySymbol(random, 7), 40);
  const moduleSize = random.between(1.5, 3);
  const across = symbol.width * moduleSize;
  const outside = random.between(0.1, 0.5) * across * random.pick([-1, 1]);
  const width = Math.ceil(across + 24 * moduleSize);
  const center = {
    x: width / 2 + (outside < 0 ? -width / 2 + across / 2 + outside : width / 2 - across / 2 + outside),
    y: 60,
  };
  return renderScene({ width, height: 120, seed, noise: 3, symbols: [{ symbol, moduleSize, center }] });
}

/** Kinds of pictures by name. */
const KINDS = {
  "textures and text": (random, seed) =>
    renderScene({
      width: 480,
      height: 300,
      symbols: [],
      seed,
      background: random.pick(["texture", "clutter", "clutter"] as const),
      noise: random.between(0, 20),
      blur: random.between(0, 1.5),
    }),
  "bars of any widths": (random, seed) => {
    const widths = Array.from({ length: 2 * random.int(10, 45) + 1 }, () => random.int(1, 4));
    return ground([placed({ widths, mainElements: widths.length, quiet: 10 }, random)], random, seed);
  },
  "narrow and wide bars": (random, seed) => {
    const wide = random.pick([2, 3]);
    const rare = random.between(0.2, 0.5);
    const widths = Array.from({ length: 2 * random.int(10, 45) + 1 }, () => (random.next() < rare ? wide : 1));
    return ground([placed({ widths, mainElements: widths.length, quiet: 10 }, random)], random, seed);
  },
  gratings: (random, seed) => {
    const period = Array.from({ length: 2 * random.int(1, 4) }, () => random.int(1, 3));
    const widths = Array.from({ length: 61 }, (_, k) => period[k % period.length] as number);
    return ground([placed({ widths, mainElements: widths.length, quiet: 10 }, random)], random, seed);
  },
  "parts of symbols": (random, seed) => ground([placed(partOf(anySymbol(random), random), random)], random, seed),
  "symbols that the frame's edge cuts": cutByFrame,
} as const satisfies Record<string, (random: Random, seed: number) => Scene>;

export type PhantomKind = keyof typeof KINDS;

export const PHANTOM_KINDS = Object.keys(KINDS) as readonly PhantomKind[];

/** The picture of a kind and a seed. */
export const phantomPicture = (kind: PhantomKind, seed: number): Scene =>
  KINDS[kind](seededRandom(seed * 7919 + kind.length), seed);
