/** Shows that points and regions go from the screen to the picture and back under fit, zoom and mirroring. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckedRegion } from "../../../src/region.js";
import { type RegionPlan, regionsInView, regionsOfFrame } from "../../../src/scanner/scan-region.js";
import { toVideo, toView, type Viewport, visiblePart } from "../../../src/scanner/viewport.js";

const viewport = (more: Partial<Viewport> = {}): Viewport => ({
  boxWidth: 400,
  boxHeight: 400,
  videoWidth: 1600,
  videoHeight: 800,
  fit: "cover",
  zoom: 1,
  isMirrored: false,
  ...more,
});
const percent = (left: number, top: number, right: number, bottom: number): CheckedRegion => ({
  ...{ left, top, right, bottom },
  unit: "percent",
});
const pixel = (left: number, top: number, right: number, bottom: number): CheckedRegion => ({
  ...{ left, top, right, bottom },
  unit: "pixel",
});
const plan = (more: Partial<RegionPlan>): RegionPlan => ({ regions: undefined, mode: "turns", space: "view", ...more });
const sides = (regions: readonly CheckedRegion[] | undefined) =>
  regions?.map(({ left, top, right, bottom }) => [left, top, right, bottom]);

const anyViewport = fc.record({
  boxWidth: fc.integer({ min: 1, max: 4000 }),
  boxHeight: fc.integer({ min: 1, max: 4000 }),
  videoWidth: fc.integer({ min: 1, max: 4000 }),
  videoHeight: fc.integer({ min: 1, max: 4000 }),
  fit: fc.constantFrom("cover" as const, "contain" as const, "fill" as const),
  zoom: fc.double({ min: 1, max: 8, noNaN: true }),
  isMirrored: fc.boolean(),
});

describe("viewport", () => {
  test.each<[string, Partial<Viewport>, [number, number], [number, number]]>([
    ["cover cuts the sides", {}, [400, 0], [0, 0]],
    ["cover keeps the middle", {}, [800, 400], [200, 200]],
    ["contain leaves bars", { fit: "contain" }, [0, 0], [0, 100]],
    ["contain, other corner", { fit: "contain" }, [1600, 800], [400, 300]],
    ["fill stretches", { fit: "fill" }, [400, 200], [100, 100]],
    ["zoom spreads from the middle", { zoom: 2 }, [600, 200], [0, 0]],
    ["a mirror turns left and right", { isMirrored: true }, [400, 0], [400, 0]],
  ])("%s", (_name, more, [vx, vy], [x, y]) => {
    const at = viewport(more);
    expect(toView({ x: vx, y: vy }, at)).toEqual({ x, y });
    expect(toVideo({ x, y }, at)).toEqual({ x: vx, y: vy });
  });

  test("there and back is where it was", () => {
    fc.assert(
      fc.property(anyViewport, fc.double({ min: -9, max: 9, noNaN: true }), (at, part) => {
        const point = { x: at.videoWidth * part, y: at.videoHeight * part };
        const back = toVideo(toView(point, at), at);
        expect(back.x).toBeCloseTo(point.x, 4);
        expect(back.y).toBeCloseTo(point.y, 4);
      }),
      { seed: 1 },
    );
  });

  test("what is seen lies within the picture", () => {
    fc.assert(
      fc.property(anyViewport, (at) => {
        const { x, y, width, height } = visiblePart(at);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(at.videoWidth + 1e-6);
        expect(y + height).toBeLessThanOrEqual(at.videoHeight + 1e-6);
        expect(width * height).toBeGreaterThan(0);
      }),
      { seed: 2 },
    );
  });
});

describe("regions of a frame (R58)", () => {
  test.each<[string, RegionPlan, Viewport, number[][] | undefined]>([
    ["nothing given, all of it seen", plan({}), viewport({ fit: "contain" }), undefined],
    ["nothing given, sides cut off by cover", plan({}), viewport(), [[400, 0, 1200, 800]]],
    ["nothing given, digital zoom", plan({ space: "video" }), viewport({ zoom: 2 }), [[400, 200, 1200, 600]]],
    ["percent of what is seen", plan({ regions: [percent(0, 25, 100, 75)] }), viewport(), [[400, 200, 1200, 600]]],
    [
      "percent of the picture",
      plan({ regions: [percent(0, 25, 100, 75)], space: "video" }),
      viewport(),
      [[0, 200, 1600, 600]],
    ],
    [
      "percent of a zoomed picture",
      plan({ regions: [percent(50, 0, 100, 50)], space: "video" }),
      viewport({ zoom: 2 }),
      [[800, 200, 1200, 400]],
    ],
    ["CSS pixels", plan({ regions: [pixel(0, 0, 100, 100)] }), viewport(), [[400, 0, 600, 200]]],
    ["picture pixels", plan({ regions: [pixel(10, 20, 30, 40)], space: "video" }), viewport(), [[10, 20, 30, 40]]],
    [
      "a mirror: left of the screen is right of the picture",
      plan({ regions: [percent(0, 0, 50, 100)] }),
      viewport({ isMirrored: true }),
      [[800, 0, 1200, 800]],
    ],
    [
      "cut to the picture within the bars of contain",
      plan({ regions: [percent(0, 0, 50, 50)] }),
      viewport({ fit: "contain" }),
      [[0, 0, 800, 400]],
    ],
    [
      "outwards to whole pixels",
      plan({ regions: [percent(0.01, 0, 50, 50)], space: "video" }),
      viewport({ videoWidth: 101, videoHeight: 51 }),
      [[0, 0, 51, 26]],
    ],
    [
      "a view that has no size yet",
      plan({ regions: [percent(0, 0, 50, 100)] }),
      viewport({ boxWidth: 0 }),
      [[0, 0, 800, 800]],
    ],
    ["the whole, spelled out", plan({ regions: [percent(0, 0, 100, 100)], space: "video" }), viewport(), undefined],
  ])("%s", (_name, regions, at, expected) => {
    expect(sides(regionsOfFrame(regions, 0, at))).toEqual(expected);
  });

  const three = [percent(0, 0, 100, 20), percent(0, 40, 100, 60), percent(0, 80, 100, 100)];

  test("several take turns: frame i looks in region i mod n", () => {
    const turns = plan({ regions: three, space: "video" });
    const tops = [0, 1, 2, 3, 4].map((turn) => sides(regionsOfFrame(turns, turn, viewport()))?.map(([, top]) => top));
    expect(tops).toEqual([[0], [320], [640], [0], [320]]);
  });

  test("or all in every frame", () => {
    const all = plan({ regions: three, mode: "all", space: "video" });
    expect(regionsOfFrame(all, 7, viewport())).toHaveLength(3);
  });

  test("regions out of sight are left out; none left is an error", () => {
    const far = pixel(5000, 5000, 6000, 6000);
    const some = plan({ regions: [far, pixel(0, 0, 100, 100)], space: "video" });
    expect(sides(regionsOfFrame(some, 0, viewport()))).toEqual([[0, 0, 100, 100]]);
    const none = () => regionsOfFrame(plan({ regions: [far], space: "video" }), 0, viewport());
    expect(none).toThrow(expect.objectContaining({ code: "invalid_region" }));
  });

  test("whatever the view, a region stays within the picture and is never empty", () => {
    fc.assert(
      fc.property(anyViewport, fc.constantFrom("view" as const, "video" as const), fc.nat(5), (at, space, turn) => {
        let regions: readonly CheckedRegion[] | undefined;
        try {
          regions = regionsOfFrame(plan({ regions: three, space }), turn, at);
        } catch {
          return; // smaller than a pixel
        }
        for (const { left, top, right, bottom } of regions ?? []) {
          expect(left).toBeGreaterThanOrEqual(0);
          expect(top).toBeGreaterThanOrEqual(0);
          expect(right).toBeLessThanOrEqual(at.videoWidth);
          expect(bottom).toBeLessThanOrEqual(at.videoHeight);
          expect(right).toBeGreaterThan(left);
          expect(bottom).toBeGreaterThan(top);
        }
      }),
      { seed: 3 },
    );
  });

  test("the mask shows the region where it is scanned", () => {
    const [shown] = regionsInView(plan({ regions: [percent(10, 25, 90, 75)] }), viewport());
    expect(shown).toEqual({ x: 40, y: 100, width: 320, height: 200 });
    const [mirrored] = regionsInView(plan({ regions: [percent(0, 0, 25, 100)] }), viewport({ isMirrored: true }));
    expect(mirrored).toEqual({ x: 0, y: 0, width: 100, height: 400 });
    expect(regionsInView(plan({}), viewport())).toEqual([]);
  });
});
