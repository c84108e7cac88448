import { it } from "vitest";
import { sceneOf } from "../scenes/index.js";
import { composite } from "../symbols/index.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";
it("dbg", async () => {
  const core = await Probe.load("simd");
  const symbol = composite("ean13", "9520123456788", "(10)ABC123(21)12345", "a");
  const s = sceneOf(symbol, { moduleSize: 3 });
  console.log(s.corners[0], s.width, s.height);
  const found = readFrame(core, s, { formats: [1, 5] });
  console.log(found[0]?.cornerPoints, symbol.rows);
  for (const what of [0, 1]) {
    const n = core.call("compositeSides", 0, what);
    for (let i = 0; i < n; i++) console.log(what, n, ["guardOffset", "guardSlope", "guardLines", "guardFrom", "guardTo", "guardModule"].map((f) => core.call(f, i)));
    if (n <= 0) console.log(what, n);
  }
});
