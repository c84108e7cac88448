/** The engine contract in Node: this thread and a worker, from the package and from its inline entry. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { threeSymbols } from "./contract-images.js";
import type { ContractKit } from "./contract-kit.js";
import { CONTRACT } from "./engine-contract.js";
import { buildPuppetCore } from "./puppet-core.js";
import { BUILD_TIMEOUT_MS, buildTestPackage, type TestPackage } from "./test-package.js";

const image = threeSymbols();
let built: TestPackage | undefined;
let puppet: WebAssembly.Module;

beforeAll(async () => {
  [built, puppet] = [await buildTestPackage(), await WebAssembly.compile(await buildPuppetCore())];
}, BUILD_TIMEOUT_MS);
afterAll(() => built?.remove());

for (const entry of ["index.js", "inline.js"]) {
  for (const kind of ["direct", "worker"] as const) {
    describe(`${kind} engine of ${entry}`, () => {
      for (const { title, kinds, run } of CONTRACT) {
        if (kinds && !kinds.includes(kind)) continue;
        test(title, async () => {
          const { createEngine } = await (built as TestPackage).load(entry);
          const onWarning = (message: string) => {
            throw new Error(message);
          };
          const kit: ContractKit = {
            kind,
            image,
            puppet,
            open: (options) => createEngine({ worker: kind === "worker", onWarning, ...options }),
          };
          await run(kit);
        });
      }
    });
  }
}
