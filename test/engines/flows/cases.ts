/** The cases that Chromium's specs run inside a page, run in any engine: every kind of image, and the engine's contract. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { Engine, EngineOptions } from "../../../src/index.js";
import { FRAME_CASES } from "../../browser/engine/frame-cases.js";
import type { SiteOptions } from "../../browser/engine/package-server.js";
import { FIXTURE_TYPES, fixtures } from "../../browser/reader/fixtures.js";
import type { ContractCase } from "../../contract/contract-kit.js";
import { CONTRACT } from "../../contract/engine-contract.js";
import type { Stage } from "../stage.js";

interface Setting {
  readonly name: string;
  readonly kind: Engine["kind"];
  readonly entry?: string;
  readonly isForeign?: boolean;
  readonly options?: EngineOptions;
  readonly site?: SiteOptions;
}

const isHanging = ({ title }: ContractCase) => /hang/.test(title);

const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

const SETTINGS: readonly Setting[] = [
  { name: "on this thread", kind: "direct", options: { worker: false }, site: { policy: STRICT } },
  { name: "in a worker", kind: "worker", site: { policy: STRICT } },
  { name: "in a worker from another origin", kind: "worker", isForeign: true, site: { policy: "" } },
  { name: "in the inline worker", kind: "worker", entry: "inline.js", site: { policy: `${STRICT}; worker-src blob:` } },
  { name: "without WebAssembly", kind: "fallback", site: { policy: "default-src 'self'" } },
];

export function readerCases(stage: Stage): void {
  test("every source is read, every bad one refused with its code", async () => {
    const files = { bodies: await fixtures(), types: FIXTURE_TYPES, silent: ["/hang.png"] };
    // Answers without a word on who may read it.
    const closed = createServer((_, response) => response.end(files.bodies["/tally.png"]));
    await new Promise<void>((resolve) => closed.listen(0, "localhost", resolve));
    stage.atEnd(() => new Promise((resolve) => closed.close(resolve)));
    const closedOrigin = `http://localhost:${(closed.address() as AddressInfo).port}`;
    const foreign = await stage.site(files);
    const site = await stage.site({
      ...files,
      policy: `${STRICT}; connect-src 'self' blob: ${foreign.origin} ${closedOrigin}; img-src 'self' blob: ${foreign.origin}; frame-src 'self'`,
    });
    const page = await stage.page(site.origin);
    const origins = { foreign: foreign.origin, closed: closedOrigin };
    expect(await page.call("readerFaults", origins)).toEqual([]);
  });
}

/** What hangs comes last: WebKit lets an ended worker go on with a loop of WebAssembly until its page is closed. */
const CASES = [...CONTRACT, ...FRAME_CASES].toSorted((a, b) => Number(isHanging(a)) - Number(isHanging(b)));

export function contractCases(stage: Stage): void {
  for (const { name, kind, entry = "index.js", isForeign = false, options = {}, site: siteOptions } of SETTINGS) {
    test(`the engine's contract ${name}`, async () => {
      const site = await stage.site(siteOptions);
      const cdn = isForeign ? await stage.site() : site;
      const page = await stage.page(site.origin);
      const faults: string[] = [];
      for (const { title, kinds } of CASES) {
        if (kinds && !kinds.includes(kind)) continue;
        const fault = await page.call("contractFault", title, { entry: `${cdn.origin}/${entry}`, kind, options });
        if (fault !== undefined) faults.push(`${title}: ${fault}`);
      }
      expect(faults).toEqual([]);
    }, 120_000);
  }
}
