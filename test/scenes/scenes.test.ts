/** Shows that scenes are what they claim: repeatable, exact in area and position, and changed as the optics say. */
import { describe, expect, it } from "vitest";
import { modulesFrom, qrCode, seededRandom } from "../symbols/index.js";
import { asJpeg, asRgba, type Background, bent, renderScene, type Scene, sceneOf, unbent } from "./index.js";

const mean = (data: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] as number;
  return sum / data.length;
};

const deviation = (data: ArrayLike<number>): number => {
  const m = mean(data);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += ((data[i] as number) - m) ** 2;
  return Math.sqrt(sum / data.length);
};

const grey = (scene: Scene, x: number, y: number): number =>
  scene.data[Math.round(y) * scene.width + Math.round(x)] as number;

const qr = qrCode("SCENE");
/** One dark module: its picture is a dot whose place and area can be computed. */
const dot = modulesFrom(1, 1, 2, () => true);
const solid = { dark: 0, light: 1 };

describe("renderScene", () => {
  it("gives the same bytes for the same seed, other bytes for another", () => {
    const render = (seed: number) =>
      renderScene({ symbols: [{ symbol: qr, rotation: 20 }], background: "clutter", noise: 5, seed }).data;
    expect(Buffer.from(render(1)).equals(Buffer.from(render(1)))).toBe(true);
    expect(Buffer.from(render(1)).equals(Buffer.from(render(2)))).toBe(false);
  });

  it("covers the exact area of modules of any size and turn", () => {
    for (const moduleSize of [1, 1.37, 2.2, 5.5]) {
      for (const rotation of [0, 17, 45, 123]) {
        const scene = sceneOf(dot, { moduleSize, rotation, dark: 0, light: 0.92 });
        const paper = Math.round(0.92 * 255);
        const ink = scene.data.reduce((sum, value) => sum + (paper - value) / paper, 0);
        expect(Math.abs(ink / moduleSize ** 2 - 1), `${moduleSize} px, ${rotation}°`).toBeLessThan(0.04);
      }
    }
  });

  it("draws modules as round dots of the area that their diameter has, dark or light", () => {
    for (const dots of [0.6, 0.75, 0.9]) {
      for (const inverted of [false, true]) {
        const scene = sceneOf(dot, { moduleSize: 8, rotation: 30, dots, inverted, dark: 0, light: 0.92 });
        const paper = Math.round(0.92 * 255);
        const full = sceneOf(dot, { moduleSize: 8, rotation: 30, inverted, dark: 0, light: 0.92 });
        const ground = sceneOf(
          modulesFrom(1, 1, 2, () => false),
          {
            moduleSize: 8,
            rotation: 30,
            inverted,
            dark: 0,
            light: 0.92,
          },
        );
        const inkOf = ({ data }: Scene) =>
          Math.abs(data.reduce((sum, value, at) => sum + value - (ground.data[at] as number), 0)) / paper / 64;
        expect(inkOf(full)).toBeCloseTo(1, 1);
        expect(Math.abs(inkOf(scene) - (Math.PI / 4) * dots ** 2), `${dots}`).toBeLessThan(0.03);
      }
    }
  });

  it("tells the corners: the centroid of a dot is the middle of its corners, at any placement", () => {
    const random = seededRandom(5);
    for (let i = 0; i < 30; i++) {
      const scene = sceneOf(dot, {
        width: 80,
        height: 80,
        moduleSize: random.between(4, 9),
        rotation: random.between(0, 360),
        tiltX: random.between(-40, 40),
        tiltY: random.between(-40, 40),
        mirrored: random.next() < 0.5,
        center: { x: random.between(30, 50), y: random.between(30, 50) },
        dark: 0,
        light: 0.92,
      });
      let [sx, sy, weight] = [0, 0, 0];
      const paper = Math.round(0.92 * 255);
      scene.data.forEach((value, at) => {
        const ink = Math.max(0, paper - value);
        weight += ink;
        sx += ink * ((at % scene.width) + 0.5);
        sy += ink * (Math.floor(at / scene.width) + 0.5);
      });
      const [corners] = scene.corners;
      const average = (axis: "x" | "y") => (corners ?? []).reduce((sum, p) => sum + p[axis], 0) / 4;
      // A quad's centroid differs from the mean of its corners by the perspective, here less than a tenth of its side.
      expect(sx / weight).toBeCloseTo(average("x"), 0);
      expect(sy / weight).toBeCloseTo(average("y"), 0);
    }
  });

  it("orders corners from the symbol's own top left; a mirrored symbol runs the other way round", () => {
    const turn = ([a, b, c]: readonly { x: number; y: number }[]) =>
      Math.sign(
        ((b?.x ?? 0) - (a?.x ?? 0)) * ((c?.y ?? 0) - (b?.y ?? 0)) -
          ((b?.y ?? 0) - (a?.y ?? 0)) * ((c?.x ?? 0) - (b?.x ?? 0)),
      );
    expect(turn(sceneOf(qr, { rotation: 200 }).corners[0] ?? [])).toBe(1);
    expect(turn(sceneOf(qr, { rotation: 200, mirrored: true }).corners[0] ?? [])).toBe(-1);
  });

  it("puts the dark corner module of a finder pattern at each corner, bent or not", () => {
    for (const bend of [0, 40, 60]) {
      const scene = sceneOf(qr, { moduleSize: 6, bend, ...solid });
      const [tl, tr, , bl] = scene.corners[0] ?? [];
      expect(grey(scene, (tl?.x ?? 0) + 1, (tl?.y ?? 0) + 2)).toBeLessThan(80);
      expect(grey(scene, (tr?.x ?? 0) - 2, (tr?.y ?? 0) + 2)).toBeLessThan(80);
      expect(grey(scene, (bl?.x ?? 0) + 1, (bl?.y ?? 0) - 3)).toBeLessThan(80);
      expect(grey(scene, (tl?.x ?? 0) - 4, (tl?.y ?? 0) + 2)).toBeGreaterThan(200);
    }
  });

  it("bends and unbends to the same place", () => {
    for (const arc of [0, 0.3, 1.2])
      for (const u of [0, 0.1, 0.5, 0.93, 1]) expect(unbent(bent(u, arc), arc)).toBeCloseTo(u, 9);
  });

  it("inverts, covers and spreads", () => {
    const plain = sceneOf(qr, { ...solid });
    const inverted = sceneOf(qr, { ...solid, inverted: true });
    const [tl] = plain.corners[0] ?? [];
    expect(grey(plain, (tl?.x ?? 0) + 1, (tl?.y ?? 0) + 1)).toBe(0);
    expect(grey(inverted, (tl?.x ?? 0) + 1, (tl?.y ?? 0) + 1)).toBe(255);
    expect(grey(inverted, (tl?.x ?? 0) - 4, (tl?.y ?? 0) - 4)).toBe(0);
    expect(mean(sceneOf(qr, { spread: 0.2 }).data)).toBeLessThan(mean(sceneOf(qr).data) - 5);
    expect(mean(sceneOf(qr, { spread: -0.2 }).data)).toBeGreaterThan(mean(sceneOf(qr).data) + 5);
    const covered = renderScene({
      width: 140,
      height: 140,
      symbols: [{ symbol: qr, covers: [{ left: 0, top: 0, right: 0.4, bottom: 0.4, tone: 0.5 }] }],
    });
    const [corner] = covered.corners[0] ?? [];
    expect(grey(covered, (corner?.x ?? 0) + 10, (corner?.y ?? 0) + 10)).toBe(128);
  });
});

describe("light, lens and sensor", () => {
  const flat = (spec: object) => renderScene({ width: 96, height: 96, symbols: [], background: "grey", ...spec });

  it("adds noise of the asked deviation around the same mean", () => {
    const { data } = flat({ noise: 8 });
    expect(deviation(data)).toBeCloseTo(8, 0);
    expect(mean(data)).toBeCloseTo(127.5, 0);
  });

  it("blurs without changing the mean and lowers the contrast of a grid by the Gaussian's own factor", () => {
    const stripes = modulesFrom(40, 40, 0, (x) => x % 2 === 0);
    const sharp = sceneOf(stripes, { moduleSize: 2, ...solid });
    const soft = sceneOf(stripes, { moduleSize: 2, blur: 1, ...solid });
    expect(mean(soft.data)).toBeCloseTo(mean(sharp.data), 0);
    // Fundamental of a 4 px period: exp(-2π²σ²/16); a square wave sampled twice per half period is that sine alone.
    const middle = Array.from(soft.data.subarray(44 * soft.width + 20, 44 * soft.width + 60));
    const swing = (Math.max(...middle) - Math.min(...middle)) / 255;
    expect(swing).toBeCloseTo(Math.exp((-2 * Math.PI ** 2) / 16), 1);
  });

  it("smears along the motion only", () => {
    const edge = modulesFrom(2, 1, 0, (x) => x === 0);
    const across = sceneOf(edge, { moduleSize: 20, motion: { length: 6, angle: 0 }, ...solid });
    const along = sceneOf(edge, { moduleSize: 20, motion: { length: 6, angle: 90 }, ...solid });
    const ramp = (scene: Scene) =>
      Array.from(scene.data.subarray((scene.height >> 1) * scene.width).subarray(0, scene.width)).filter(
        (v, x) => x > 8 && x < scene.width - 8 && v > 20 && v < 230,
      ).length;
    expect(ramp(along)).toBe(0);
    expect(ramp(across)).toBeGreaterThanOrEqual(4);
  });

  it("shades, adds glare and flattens contrast about mid-grey", () => {
    const shaded = flat({ shading: { depth: 0.5, angle: 0 } });
    expect(grey(shaded, 2, 48)).toBeGreaterThan(grey(shaded, 93, 48) + 50);
    const glaring = flat({ glare: { x: 48, y: 48, radius: 10, strength: 1 } });
    expect([grey(glaring, 48, 48), grey(glaring, 2, 2)]).toEqual([255, 128]);
    const low = sceneOf(qr, { contrast: 0.1 });
    expect(Math.max(...low.data) - Math.min(...low.data)).toBeLessThan(26);
    expect(Math.min(...low.data)).toBeGreaterThan(100);
  });

  it("goes through a real JPEG file", async () => {
    const scene = sceneOf(qr);
    const jpeg = await asJpeg(scene, 30);
    expect(jpeg.data.length).toBe(scene.data.length);
    expect(deviation(jpeg.data.map((v, i) => Math.abs(v - (scene.data[i] as number))))).toBeGreaterThan(0.5);
    expect(mean(jpeg.data)).toBeCloseTo(mean(scene.data), -1);
  });

  it("colours a scene", () => {
    const rgba = asRgba(
      { width: 2, height: 1, data: Uint8Array.of(0, 255), corners: [] },
      [10, 20, 30],
      [200, 210, 220],
    );
    expect(Array.from(rgba)).toEqual([10, 20, 30, 255, 200, 210, 220, 255]);
  });

  it.each(["white", "grey", "gradient", "texture", "clutter"] as Background[])(
    "paints a %s background",
    (background) => {
      const { data } = renderScene({ symbols: [], background });
      const busy = deviation(data);
      expect(busy)[background === "white" || background === "grey" ? "toBe" : "toBeGreaterThan"](
        background === "white" || background === "grey" ? 0 : 8,
      );
    },
  );
});
