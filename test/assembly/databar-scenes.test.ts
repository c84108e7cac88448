/** GS1 DataBar in pictures: any turn, perspective, lens and light; random numbers into the reader; nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import { formatByName } from "../../src/formats.js";
import type { Barcode } from "../../src/types.js";
import { renderScene, type Scene, type SceneSpec } from "../scenes/index.js";
import {
  databar,
  databarExpanded,
  databarExpandedStacked,
  databarLimited,
  databarStacked,
  databarStackedOmni,
  drawn,
  ean13,
  gtinCheckDigit,
  type Modules,
  type Random,
  seededRandom,
} from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const FORMATS = {
  formats: ["databar", "databar_limited", "databar_expanded"].map((name) => formatByName(name)?.id as number),
};

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.int(0, 9)).join("");

const checked = (number: string): string => number + gtinCheckDigit(number);

/** Every form with a random number. */
const FORMS: Record<string, (random: Random) => { symbol: Modules; value: string }> = {
  omnidirectional: (r) => {
    const number = checked(digits(r, 13));
    return { symbol: drawn(databar(number), 33), value: `databar 01${number}` };
  },
  truncated: (r) => {
    const number = checked(digits(r, 13));
    return { symbol: drawn(databar(number), 13), value: `databar 01${number}` };
  },
  stacked: (r) => {
    const number = checked(digits(r, 13));
    return { symbol: databarStacked(number), value: `databar 01${number}` };
  },
  "stacked omnidirectional": (r) => {
    const number = checked(digits(r, 13));
    return { symbol: databarStackedOmni(number), value: `databar 01${number}` };
  },
  limited: (r) => {
    const number = checked(`${r.int(0, 1)}${digits(r, 12)}`);
    return { symbol: drawn(databarLimited(number), 12), value: `databar_limited 01${number}` };
  },
  expanded: (r) => {
    const batch = digits(r, 7);
    return { symbol: drawn(databarExpanded(`(10)AB${batch}`), 34), value: `databar_expanded 10AB${batch}` };
  },
  "expanded stacked": (r) => {
    const number = checked(digits(r, 13));
    const batch = digits(r, 4);
    return {
      symbol: databarExpandedStacked(`(01)${number}(10)${batch}`, 4),
      value: `databar_expanded 01${number}10${batch}`,
    };
  },
};

type Look = Omit<SceneSpec, "symbols"> & {
  readonly moduleSize: number;
  readonly rotation?: number;
  readonly tiltX?: number;
  readonly tiltY?: number;
  readonly inverted?: boolean;
  readonly spread?: number;
};

const turned = (random: Random) => random.between(0, 360);

const LOOKS: Record<string, (random: Random) => Look> = {
  "flat, at any turn": (r) => ({ moduleSize: r.between(2.5, 4), rotation: turned(r), noise: 3 }),
  "of 6 pixels per module": (r) => ({ moduleSize: 6, rotation: turned(r), noise: 3 }),
  "tilted by up to 30 degrees": (r) => ({
    moduleSize: 4,
    rotation: turned(r),
    tiltX: r.between(-30, 30),
    tiltY: r.between(-20, 20),
    noise: 3,
  }),
  "out of focus by 0.4 modules": (r) => ({ moduleSize: 4, rotation: turned(r), blur: 1.6, noise: 2 }),
  noisy: (r) => ({ moduleSize: 3.5, rotation: turned(r), noise: 20 }),
  "of low contrast": (r) => ({ moduleSize: 3.5, rotation: turned(r), contrast: 0.15, noise: 1.5 }),
  "half in shadow": (r) => ({
    moduleSize: 3.5,
    rotation: turned(r),
    shading: { depth: 0.8, angle: turned(r) },
    noise: 3,
  }),
  inverted: (r) => ({ moduleSize: 3.5, rotation: turned(r), inverted: true, noise: 3 }),
  "printed too thick or thin": (r) => ({ moduleSize: 3.5, spread: r.pick([-0.2, 0.2]), noise: 3 }),
};

function draw(form: string, look: string, seed: number): { scene: Scene; value: string } {
  const random = seededRandom(seed);
  const { symbol, value } = (FORMS[form] as (typeof FORMS)[string])(random);
  const spec = (LOOKS[look] as (typeof LOOKS)[string])(random);
  const side = Math.ceil(Math.hypot(symbol.width + 10, symbol.height + 10) * spec.moduleSize) + 24;
  return { scene: renderScene({ width: side, height: side, seed, ...spec, symbols: [{ ...spec, symbol }] }), value };
}

const valueOf = (barcode: Barcode): string => `${barcode.format} ${barcode.rawValue}`;

describe("GS1 DataBar scenes", () => {
  describe.each(Object.keys(FORMS))("%s", (form) => {
    it.each(Object.keys(LOOKS))("reads symbols that are %s", (look) => {
      const { scene, value } = draw(form, look, form.length * 31 + look.length);
      const read = readFrame(cores.simd, scene, FORMATS);
      expect(read.map(valueOf)).toEqual([value]);
      expect(read[0]?.isInverted).toBe(look === "inverted");
    });
  });

  it("gives the same from the scalar twin", () => {
    Object.keys(FORMS).forEach((form, i) => {
      const look = Object.keys(LOOKS)[i % 9] as string;
      const { scene } = draw(form, look, 7 * i + 1);
      expect(readFrame(cores.scalar, scene, FORMATS), form).toEqual(readFrame(cores.simd, scene, FORMATS));
    });
  });

  it("says where a symbol lies and which way it reads", () => {
    for (const rotation of [0, 37, 90, 145, 180, 270]) {
      const symbol = databarStackedOmni("04412345678909");
      const scene = renderScene({ width: 420, height: 420, symbols: [{ symbol, moduleSize: 4, rotation }] });
      const [read] = readFrame(cores.simd, scene, FORMATS);
      expect(read?.rawValue).toBe("0104412345678909");
      expect(read?.details.rows).toBe(2);
      const error = Math.abs((((read?.orientation ?? 0) - rotation + 540) % 360) - 180);
      expect(error).toBeLessThan(2);
      for (const corner of scene.corners[0] ?? []) {
        const nearest = Math.min(...(read?.cornerPoints ?? []).map((p) => Math.hypot(p.x - corner.x, p.y - corner.y)));
        // Rows are seen to the lines that crossed them, not to their very ends.
        expect(nearest).toBeLessThan(12 * 4);
      }
    }
  });

  it("tells two symbols beside each other and below each other apart", () => {
    const [a, b] = ["04412345678909", "20012345678909"] as const;
    for (const [dx, dy] of [
      [62, 0],
      [0, 90],
    ] as const) {
      const place = (gtin: string, k: number) => ({
        symbol: databarStackedOmni(gtin),
        moduleSize: 2,
        center: { x: 320 + (2 * k - 1) * dx, y: 240 + (2 * k - 1) * dy },
      });
      const scene = renderScene({ width: 640, height: 480, noise: 3, symbols: [place(a, 0), place(b, 1)] });
      const read = readFrame(cores.simd, scene, FORMATS).map((barcode) => barcode.rawValue);
      expect(read.sort()).toEqual([`01${a}`, `01${b}`]);
    }
  });

  it("reads nothing from half a symbol, from other symbols and from texture", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seededRandom(seed);
      const whole = drawn(databar(checked(digits(random, 13))), 33);
      const half = {
        ...whole,
        width: 50,
        cells: whole.cells.filter((_, i) => i % whole.width < 50),
      };
      const look = { moduleSize: random.between(1.5, 3.5), rotation: turned(random) };
      const symbols = [
        { ...look, symbol: half, center: { x: 150, y: 160 } },
        { ...look, symbol: drawn(ean13(checked(digits(random, 12))), 50), center: { x: 470, y: 300 } },
      ];
      const scene = renderScene({ width: 640, height: 480, seed, noise: 6, background: "clutter", symbols });
      expect(readFrame(cores.simd, scene, FORMATS), `seed ${seed}`).toEqual([]);
    }
  });
});
