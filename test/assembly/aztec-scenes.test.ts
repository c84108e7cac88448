/** Aztec symbols in pictures: any turn, perspective, lens, light, size, print, surface; and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import { renderScene, type Scene, type SceneSpec, sceneOf } from "../scenes/index.js";
import { aztec, aztecRune, type Modules, qrCode, type Random, seededRandom } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const AZTEC = 7;

type Look = Parameters<typeof sceneOf>[1];
const turned = (random: Random) => random.between(0, 360);

/** What a scene is like, by name; each is drawn with symbols of every kind. */
const LOOKS: Record<string, (random: Random) => Look> = {
  "flat, at any turn": (r) => ({ moduleSize: r.between(2.2, 5), rotation: turned(r), noise: 3 }),
  "tilted by up to 55 degrees": (r) => ({
    moduleSize: r.between(4, 7),
    rotation: turned(r),
    tiltX: r.between(40, 55),
    tiltY: r.between(-15, 15),
    noise: 3,
  }),
  "out of focus by a third of a module": (r) => ({ moduleSize: 4, rotation: turned(r), blur: 1.3, noise: 2 }),
  shaken: (r) => ({ moduleSize: 4, rotation: turned(r), motion: { length: 4, angle: turned(r) } }),
  noisy: (r) => ({ moduleSize: 4, rotation: turned(r), noise: r.between(20, 35), blur: 0.7 }),
  "of low contrast": (r) => ({ moduleSize: 4, rotation: turned(r), contrast: 0.1, noise: 1.5 }),
  "half in shadow": (r) => ({ moduleSize: 4, rotation: turned(r), shading: { depth: 0.7, angle: turned(r) } }),
  "around a bottle": (r) => ({ moduleSize: 4, rotation: turned(r), bend: r.between(20, 50), noise: 3 }),
  "printed too thick or too thin": (r) => ({
    moduleSize: 4,
    rotation: turned(r),
    spread: r.between(-0.25, 0.25),
    noise: 3,
  }),
  "light on dark": (r) => ({ moduleSize: 4, rotation: turned(r), inverted: true, noise: 3 }),
  "seen from behind": (r) => ({ moduleSize: 4, rotation: turned(r), mirrored: true, noise: 3 }),
  "large and noisy": (r) => ({ moduleSize: r.between(9, 13), rotation: turned(r), noise: 10 }),
};

/** One symbol of each kind with its text. */
const KINDS: Record<string, (random: Random) => { symbol: Modules; text: string }> = {
  compact: (r) => {
    const text = `AZ ${r.int(0, 999)}`;
    return { symbol: aztec(text, { compact: true, layers: r.int(1, 4) }), text };
  },
  "full-range": (r) => {
    const text = `AZTEC ${r.int(0, 9999)}`;
    return { symbol: aztec(text, { compact: false, layers: r.int(1, 9) }), text };
  },
  rune: (r) => {
    const value = r.int(0, 255);
    return { symbol: aztecRune(value), text: String(value).padStart(3, "0") };
  },
};

describe("Aztec in scenes", () => {
  let core: Probe;
  beforeAll(async () => {
    core = await Probe.load("simd");
  });

  it.each(Object.keys(LOOKS))("reads symbols %s", (name) => {
    for (const [kind, make] of Object.entries(KINDS)) {
      for (let seed = 1; seed <= 3; seed++) {
        const random = seededRandom(seed * 31);
        const look = (LOOKS[name] as (random: Random) => Look)(random);
        const { symbol, text } = make(random);
        const scene = sceneOf(symbol, { ...look, seed });
        const [read, ...more] = readFrame(core, scene, { formats: [AZTEC] });
        expect(read?.rawValue, `${kind}, seed ${seed}`).toBe(text);
        expect(more).toEqual([]);
        expect([read?.isMirrored, read?.isInverted]).toEqual([look?.mirrored ?? false, look?.inverted ?? false]);
        // Corners from the symbol's own top left, to half a module (a bend moves the middle of the sides, not these).
        const corners = scene.corners[0] ?? [];
        corners.forEach(({ x, y }, k) => {
          const seen = read?.cornerPoints[k] ?? { x: 0, y: 0 };
          expect(Math.hypot(seen.x - x, seen.y - y)).toBeLessThan((look?.moduleSize ?? 4) * 1.2);
        });
      }
    }
  });

  it("reads symbols whose modules are single pixels, without a quiet zone", () => {
    for (const symbol of [aztec("PIXEL", { compact: true }), aztec("PIXELS", { compact: false }), aztecRune(85)]) {
      const data = Uint8Array.from(symbol.cells, (cell) => (cell ? 0 : 255));
      const frame = { width: symbol.width, height: symbol.height, data };
      for (const thorough of [true, false]) {
        expect(readFrame(core, frame, { formats: [AZTEC], thorough })).toHaveLength(1);
      }
    }
  });

  it("reads the largest symbol", () => {
    const text = "0123456789".repeat(150);
    const scene = sceneOf(aztec(text, { layers: 32 }), { moduleSize: 3, rotation: 12, noise: 2 });
    expect(readFrame(core, scene, { formats: [AZTEC] })[0]?.rawValue).toBe(text);
  });

  it("reads several symbols of one frame, each once", () => {
    const place = (x: number, y: number, rotation: number, symbol: Modules) => ({
      symbol,
      center: { x, y },
      rotation,
      moduleSize: 4,
    });
    const symbols = [
      place(160, 120, 20, aztec("ONE")),
      place(480, 120, 75, aztec("TWO", { compact: false, layers: 3 })),
      place(160, 350, 140, aztec("THREE")),
      place(480, 350, 200, aztecRune(77)),
    ];
    const found = readFrame(core, renderScene({ symbols, noise: 2 }), { formats: [AZTEC] });
    expect(found.map(({ rawValue }) => rawValue).sort()).toEqual(["077", "ONE", "THREE", "TWO"]);
  });

  it("takes no core of a spoilt symbol for a rune", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = seededRandom(seed);
      const symbol = aztec("NO RUNE", { compact: true, layers: 2 });
      // All data modules at random: the mode message stands, its symbol does not.
      const cells = symbol.cells.map((cell, at) => {
        const [x, y] = [at % symbol.width, Math.floor(at / symbol.width)];
        const ring = Math.max(Math.abs(x - (symbol.width >> 1)), Math.abs(y - (symbol.height >> 1)));
        return ring > 5 ? random.int(0, 1) : cell;
      });
      expect(readFrame(core, sceneOf({ ...symbol, cells }, { rotation: seed * 30 }), { formats: [AZTEC] })).toEqual([]);
    }
  });

  it("finds nothing in texture, in rings without a message and in other symbols", () => {
    const frames: Scene[] = [];
    for (let seed = 1; seed <= 4; seed++) {
      const random = seededRandom(seed);
      const side = 61;
      const noise: Modules = {
        width: side,
        height: side,
        cells: Uint8Array.from({ length: side * side }, () => random.int(0, 1)),
        quiet: { x: 0, y: 0 },
      };
      // A bull's-eye in the midst of it, and rings all the way out.
      const eye = noise.cells.map((cell, at) => {
        const ring = Math.max(Math.abs((at % side) - 30), Math.abs(Math.floor(at / side) - 30));
        return ring <= 4 + 2 * (seed & 1) ? 1 - (ring & 1) : cell;
      });
      const rings = noise.cells.map(
        (_, at) => 1 - (Math.max(Math.abs((at % side) - 30), Math.abs(Math.floor(at / side) - 30)) & 1),
      );
      for (const cells of [noise.cells, eye, rings]) {
        frames.push(sceneOf({ ...noise, cells }, { moduleSize: 5, rotation: seed * 20, noise: 3, seed }));
      }
    }
    frames.push(sceneOf(qrCode("NOT AN AZTEC SYMBOL", { version: 5 }), { moduleSize: 4 }));
    for (const frame of frames) expect(readFrame(core, frame, { formats: [AZTEC] })).toEqual([]);
  });
});

describe("SIMD and scalar", () => {
  it("give the same results for Aztec, fast and thorough", async () => {
    const [simd, scalar] = (await Promise.all(BUILDS.map((build) => Probe.load(build)))) as [Probe, Probe];
    for (let seed = 1; seed <= 6; seed++) {
      const random = seededRandom(seed);
      const spec: Omit<SceneSpec, "symbols"> & { rotation: number; moduleSize: number } = {
        moduleSize: random.between(1.5, 4),
        rotation: turned(random),
        noise: random.between(2, 25),
        seed,
      };
      const scene = sceneOf(aztec(`TWINS ${seed}`), spec);
      for (const thorough of [true, false]) {
        const options = { formats: [AZTEC], thorough };
        expect(readFrame(scalar, scene, options)).toEqual(readFrame(simd, scene, options));
      }
    }
  });

  it("find the same equal runs in any line", async () => {
    const probes = (await Promise.all(BUILDS.map((build) => Probe.load(build)))) as [Probe, Probe];
    const random = seededRandom(3);
    for (let i = 0; i < 200; i++) {
      const step = random.int(1, 20);
      const edges: number[] = [random.int(0, 9)];
      while (edges.length < 60) edges.push((edges.at(-1) as number) + Math.max(1, step + random.int(-2, 2)));
      const line = [...edges, ...new Array<number>(32).fill(0xffff)];
      const found = probes.map((probe) => {
        probe.call("reset");
        const at = probe.call("alloc", line.length * 2);
        probe.u16(at, line.length).set(line);
        const out = probe.call("alloc", 512);
        const count = probe.call("findEqualRuns", at, edges.length, i & 1, 9, 120, out, 200);
        return [...probe.u16(out, count)];
      });
      expect(found[0]).toEqual(found[1]);
    }
  });
});
