/** A metered engine keeps every promise that the engine in it makes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MeteredEngine } from "../../../src/metering/metered-engine.js";
import type { Scan } from "../../../src/rules/index.js";
import { threeSymbols } from "../../contract/contract-images.js";
import { CONTRACT } from "../../contract/engine-contract.js";
import { buildPuppetCore } from "../../contract/puppet-core.js";
import { buildTestPackage, type TestPackage } from "../../contract/test-package.js";

const image = threeSymbols();
const scans: Scan[] = [];
const sink = { record: (more: readonly Scan[]) => scans.push(...more), touch: () => {} };
let built: TestPackage | undefined;
let puppet: WebAssembly.Module;

beforeAll(async () => {
  [built, puppet] = [await buildTestPackage(), await WebAssembly.compile(await buildPuppetCore())];
}, 120_000);
afterAll(() => built?.remove());

describe("metered direct engine", () => {
  for (const { title, kinds, run } of CONTRACT) {
    if (kinds && !kinds.includes("direct")) continue;
    test(title, async () => {
      const { createEngine } = await (built as TestPackage).load("index.js");
      await run({
        kind: "direct",
        image,
        puppet,
        open: async (options) => new MeteredEngine(await createEngine({ worker: false, ...options }), sink),
      });
    });
  }

  test("and it has counted meanwhile", () => {
    expect(scans.length).toBeGreaterThan(0);
  });
});
