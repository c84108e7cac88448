/** What the threshold is for: modules stay modules under bad light, and plain ground makes no runs. */
import { beforeAll, describe, expect, it } from "vitest";
import { bitsOf, edgesOf, type Grey, noise, openGrey, paint, random } from "./front-end-model.js";
import { BUILDS, Probe } from "./probe.js";

const WIDTH = 320;
const HEIGHT = 240;

describe.each(BUILDS)("threshold (%s)", (build) => {
  let core: Probe;
  beforeAll(async () => {
    core = await Probe.load(build);
  });

  function bits(image: Grey): Grey {
    openGrey(core, image);
    return bitsOf(core, core.call("binaryAt", 0));
  }

  const edgeCount = (image: Grey) => edgesOf(bits(image), "rows").reduce((n, line) => n + line.length, 0);

  /** A square of random cells on light ground. */
  function cells(seed: number, side: number, margin: number) {
    const next = random(seed);
    const dark = Array.from({ length: 160 * 160 }, () => next() < 0.5);
    return (x: number, y: number) => {
      if (x < margin || y < margin || x >= WIDTH - margin || y >= HEIGHT - margin) return false;
      return dark[Math.floor((y - margin) / side) * 160 + Math.floor((x - margin) / side)] === true;
    };
  }

  /** Part of the pixels that come out as they were drawn. */
  function right(isDark: (x: number, y: number) => boolean, image: Grey): number {
    const { data } = bits(image);
    let good = 0;
    for (let i = 0; i < data.length; i++) {
      if ((data[i] === 1) === isDark(i % WIDTH, Math.floor(i / WIDTH))) good++;
    }
    return good / data.length;
  }

  it.each([1, 2, 3, 5, 8, 13, 20, 40, 75])("reads sharp modules of %d pixels without a fault", (side) => {
    const isDark = cells(side, side, 40);
    expect(
      right(
        isDark,
        paint(WIDTH, HEIGHT, (x, y) => (isDark(x, y) ? 60 : 200)),
      ),
    ).toBe(1);
  });

  it.each([2, 3, 5, 8, 20])("reads modules of %d pixels through noise", (side) => {
    const isDark = cells(side, side, 40);
    const grain = noise(side, 8);
    const image = paint(WIDTH, HEIGHT, (x, y) => (isDark(x, y) ? 70 : 170) + grain());
    expect(right(isDark, image)).toBeGreaterThan(0.998);
  });

  it.each([2, 4, 8, 20])("follows a light that fades to a quarter across modules of %d pixels", (side) => {
    const isDark = cells(side, side, 24);
    const image = paint(WIDTH, HEIGHT, (x, y) => (isDark(x, y) ? 0.3 : 1) * (60 + (180 * x) / WIDTH));
    expect(right(isDark, image)).toBe(1);
  });

  it("reads modules on both sides of a shadow's edge", () => {
    const isDark = cells(4, 4, 24);
    const light = (x: number) => (x < WIDTH / 2 ? 90 : 230);
    const image = paint(WIDTH, HEIGHT, (x, y) => (isDark(x, y) ? 0.25 : 1) * light(x));
    const { data } = bits(image);
    let wrong = 0;
    for (let i = 0; i < data.length; i++) {
      const x = i % WIDTH;
      // Within three blocks of the edge both lights have a say.
      if (Math.abs(x - WIDTH / 2) > 24 && (data[i] === 1) !== isDark(x, Math.floor(i / WIDTH))) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it("reads modules beside glare that saturates", () => {
    const isDark = cells(6, 6, 24);
    const image = paint(WIDTH, HEIGHT, (x, y) => {
      const glare = 220 * Math.exp(-((x - 160) ** 2 + (y - 120) ** 2) / 900);
      return (isDark(x, y) ? 40 : 140) + glare;
    });
    const { data } = bits(image);
    let wrong = 0;
    for (let i = 0; i < data.length; i++) {
      const x = i % WIDTH;
      const y = Math.floor(i / WIDTH);
      if (Math.hypot(x - 160, y - 120) > 60 && (data[i] === 1) !== isDark(x, y)) wrong++;
    }
    expect(wrong / data.length).toBeLessThan(0.002);
  });

  it("keeps a low contrast where there is no noise", () => {
    const isDark = cells(5, 5, 24);
    expect(
      right(
        isDark,
        paint(WIDTH, HEIGHT, (x, y) => (isDark(x, y) ? 120 : 136)),
      ),
    ).toBe(1);
  });

  it("is the same for a negative, but for plain ground around it", () => {
    const isDark = cells(5, 5, 24);
    const image = paint(WIDTH, HEIGHT, (x, y) => (isDark(x, y) ? 200 : 60));
    expect(right((x, y) => !isDark(x, y), image)).toBe(1);
  });

  it.each([1, 2, 4, 6])("makes no run on plain ground with noise of %d levels, dim or bright", (sigma) => {
    for (const level of [0, 30, 120, 250]) {
      const grain = noise(level, sigma);
      // One run in a hundred rows is 1 % of what noise gives with a threshold that follows it.
      expect(edgeCount(paint(WIDTH, HEIGHT, () => level + grain()))).toBeLessThan(HEIGHT / 20);
    }
  });

  it("fills the inside of a dark area that is far wider than its threshold reaches", () => {
    const grain = noise(1, 3);
    const inside = (x: number, y: number) => x >= 60 && x < 260 && y >= 50 && y < 190;
    const image = paint(WIDTH, HEIGHT, (x, y) => (inside(x, y) ? 60 : 180) + grain());
    expect(right(inside, image)).toBe(1);
  });

  it("fills dark ground that lies before the first edge", () => {
    const label = (x: number, y: number) => x >= 120 && x < 280 && y >= 100 && y < 200;
    const image = paint(WIDTH, HEIGHT, (x, y) => (label(x, y) ? 200 : 40));
    expect(right((x, y) => !label(x, y), image)).toBe(1);
  });
});
