import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { sceneOf } from "../scenes/index.js";
import { COMPOSITE_CARRIERS, type CompositeCarrier, composite, type Modules } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const FORMATS = { formats: [1, 2, 3, 4, 5, 25, 26, 27, 36] };
const cores = {} as Record<string, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});
const read = (symbol: Modules, look: Parameters<typeof sceneOf>[1] = {}, thorough = true): readonly Barcode[] =>
  readFrame(cores.simd as Probe, sceneOf(symbol, { moduleSize: 3, ...look }), { ...FORMATS, thorough });

const LINEAR: Record<CompositeCarrier, string> = {
  ean13: "9520123456788",
  ean8: "95201238",
  upca: "012345000058",
  upce: "01234558",
  "gs1-128": "(01)09521234543213(3103)000123",
  databaromni: "(01)09521234543213",
  databartruncated: "(01)09521234543213",
  databarstacked: "(01)09521234543213",
  databarstackedomni: "(01)09521234543213",
  databarlimited: "(01)09521234543213",
  databarexpanded: "(01)09521234543213(10)A1",
  databarexpandedstacked: "(01)09521234543213(10)A1",
};
describe("x", () => {
  for (const carrier of COMPOSITE_CARRIERS)
    for (const v of ["a", "b", "c"] as const) {
      if (v === "c" && carrier !== "gs1-128") continue;
      it(`${carrier} ${v}`, () => {
        const found = read(composite(carrier, LINEAR[carrier], "(10)ABC123(21)12345", v));
        console.log(
          carrier,
          v,
          found.map((b) =>
            [b.format, b.rawValue, b.symbologyIdentifier, b.confidence, JSON.stringify(b.details)].join(" "),
          ),
        );
        expect(found.map((b) => b.format)).toEqual(["gs1_composite"]);
      });
    }
});
