/**
 * The engine contract in Chromium, on a build of the package: this thread, a worker, a worker from another origin, the
 * inline entry, and a page whose policy forbids WebAssembly.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { build } from "esbuild";
import type { Engine, EngineOptions } from "../../src/index.js";
import { threeSymbols } from "../contract/contract-images.js";
import { CONTRACT } from "../contract/engine-contract.js";
import { buildPuppetCore } from "../contract/puppet-core.js";
import { BUILD_TIMEOUT_MS, buildTestPackage, type TestPackage } from "../contract/test-package.js";
import { FRAME_CASES } from "./engine/frame-cases.js";
import { type Site, type SiteOptions, serve } from "./engine/package-server.js";
import type { PageSetup, runCase } from "./engine/page-runner.js";

let built: TestPackage;
let bodies: Record<string, string | Uint8Array>;

test.beforeAll(async () => {
  test.setTimeout(BUILD_TIMEOUT_MS);
  built = await buildTestPackage();
  const runner = await build({
    entryPoints: ["test/browser/engine/page-runner.ts"],
    bundle: true,
    format: "esm",
    write: false,
    target: "es2022",
  });
  const { grey, ...rest } = threeSymbols();
  bodies = {
    "/runner.js": runner.outputFiles[0]?.text ?? "",
    "/image.json": JSON.stringify({ ...rest, grey: Buffer.from(grey).toString("base64") }),
    "/puppet.wasm": await buildPuppetCore(),
  };
});
test.afterAll(() => built?.remove());

/** What a page may do that follows the library's documentation. */
const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const STRICT_INLINE = `${STRICT}; worker-src blob:`;
const NO_WASM = "default-src 'self'";

interface Setting {
  readonly name: string;
  readonly kind: Engine["kind"];
  readonly entry?: string;
  readonly isForeign?: boolean;
  readonly options?: EngineOptions;
  readonly site?: SiteOptions;
}

const SETTINGS: readonly Setting[] = [
  { name: "on this thread", kind: "direct", options: { worker: false }, site: { policy: STRICT } },
  { name: "in a worker", kind: "worker", site: { policy: STRICT } },
  { name: "in a worker from another origin", kind: "worker", isForeign: true },
  { name: "in the inline worker", kind: "worker", entry: "inline.js", site: { policy: STRICT_INLINE } },
  { name: "without WebAssembly", kind: "fallback", site: { policy: NO_WASM } },
];

/** Opens a page of a site and gives its warnings. */
async function openPage(browser: Browser, site: Site): Promise<{ page: Page; warnings: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const warnings: string[] = [];
  page.on("console", (message) => {
    if (message.text().startsWith("tallymark")) warnings.push(message.text());
  });
  await page.goto(site.origin);
  return { page, warnings };
}

for (const { name, kind, entry = "index.js", isForeign = false, options = {}, site: siteOptions } of SETTINGS) {
  test.describe(`engine ${name}`, () => {
    // One page for all cases; a failing one does not keep the others from running.
    test.describe.configure({ mode: "default" });
    let site: Site;
    let cdn: Site;
    let page: Page;
    let warnings: string[];

    test.beforeAll(async ({ browser }) => {
      site = await serve(built.folder, { ...siteOptions, bodies });
      cdn = await serve(built.folder);
      ({ page, warnings } = await openPage(browser, site));
    });
    test.afterAll(async () => {
      await page.context().close();
      await Promise.all([site.close(), cdn.close()]);
    });

    for (const { title, kinds } of [...CONTRACT, ...FRAME_CASES]) {
      if (kinds && !kinds.includes(kind)) continue;
      test(title, async () => {
        const setup: PageSetup = { entry: `${isForeign ? cdn.origin : site.origin}/${entry}`, kind, options };
        const fault = await page.evaluate(
          async ([title, setup]) => {
            const runner = (await import(`${location.origin}/runner.js`)) as { runCase: typeof runCase };
            return runner.runCase(title, setup);
          },
          [title, setup] as const,
        );
        expect(fault).toBeUndefined();
      });
    }

    test("it warns once for each engine that is less than could be, and else never", () => {
      const expected = kind === "fallback" ? /WebAssembly cannot be used here/ : undefined;
      expect(warnings.every((text) => expected?.test(text))).toBe(true);
      expect(warnings.length > 0).toBe(kind === "fallback");
    });
  });
}

/** Creates an engine in a fresh page and says what came of it. */
async function create(page: Page, origin: string, options: EngineOptions = {}) {
  return page.evaluate(
    async ([origin, options]) => {
      const { createEngine } = (await import(`${origin}/index.js`)) as typeof import("../../src/index.js");
      const warnings: string[] = [];
      try {
        const engine = await createEngine({ ...options, onWarning: (text) => warnings.push(text) });
        await engine.close();
        return { kind: engine.kind, warnings };
      } catch (error) {
        return { code: (error as { code: string }).code, message: (error as Error).message, warnings };
      }
    },
    [origin, options] as const,
  );
}

/** A site whose page was opened; both are gone after the test. */
async function withSite(
  browser: Browser,
  options: SiteOptions,
  use: (page: Page, site: Site) => Promise<void>,
): Promise<void> {
  const site = await serve(built.folder, options);
  const { page } = await openPage(browser, site);
  try {
    await use(page, site);
  } finally {
    await page.context().close();
    await site.close();
  }
}

test("a wrong content type of the .wasm file does no harm", ({ browser }) =>
  withSite(browser, { types: { "core.simd.wasm": "text/plain" } }, async (page, site) => {
    expect(await create(page, site.origin)).toEqual({ kind: "worker", warnings: [] });
  }));

test("a .wasm file that is missing, a web page, or of another build is refused with the remedy", async ({
  browser,
}) => {
  await withSite(browser, { bodies: { "/page.wasm": "<!doctype html>" } }, async (page, site) => {
    const missing = await create(page, site.origin, { wasmUrl: "/nowhere.wasm" });
    expect(missing).toMatchObject({ code: "wasm_load_failed" });
    expect(missing.message).toContain("status 404");
    expect(missing.message).toContain("wasmUrl");
    expect(await create(page, site.origin, { wasmUrl: "/page.wasm" })).toMatchObject({ code: "wasm_load_failed" });
  });
  const other = new Uint8Array([...(await readFile(join(built.folder, "core.simd.wasm"))), 0, 2, 1, 97]);
  await withSite(browser, { bodies: { "/core.simd.wasm": other } }, async (page, site) => {
    expect(await create(page, site.origin)).toMatchObject({ code: "wasm_mismatch" });
    expect(await create(page, site.origin, { verifyWasm: false })).toMatchObject({ kind: "worker" });
  });
});

test("a worker that is missing, dead or mute gives way to the next one, with one warning", async ({ browser }) => {
  const bodies = { "/mute.js": "onmessage = () => {};", "/dead.js": "throw new Error('dead on arrival');" };
  await withSite(browser, { bodies }, async (page, site) => {
    for (const workerUrl of ["/nowhere.js", "/dead.js", "/mute.js"]) {
      const { kind, warnings } = await create(page, site.origin, { workerUrl, startTimeoutMs: 3000 });
      expect(kind).toBe("worker");
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(workerUrl);
    }
  });
  await withSite(browser, { bodies: { "/worker.js": "throw new Error('dead on arrival');" } }, async (page, site) => {
    const { kind, warnings } = await create(page, site.origin);
    expect(kind).toBe("direct");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("dead on arrival");
  });
});

test("a workerUrl of another origin is started by way of a blob, in the first try", async ({ browser }) => {
  const cdn = await serve(built.folder);
  try {
    await withSite(browser, {}, async (page, site) => {
      const workerUrl = `${cdn.origin}/worker.js`;
      expect(await create(page, site.origin, { workerUrl })).toEqual({ kind: "worker", warnings: [] });
      expect(cdn.requests).toEqual(["/worker.js"]);
      expect(site.requests).not.toContain("/worker.js");
    });
  } finally {
    await cdn.close();
  }
});

test("without WebAssembly and without the fallback there is an error that names the policy", ({ browser }) =>
  withSite(browser, { policy: NO_WASM }, async (page, site) => {
    const { code, message } = await create(page, site.origin, { fallback: false });
    expect(code).toBe("wasm_unavailable");
    expect(message).toContain("'wasm-unsafe-eval'");
    expect(site.requests.some((path) => path.endsWith(".wasm"))).toBe(false);
  }));

test("R1: the page fetches one build of the core and one worker, and the fallback never", ({ browser }) =>
  withSite(browser, {}, async (page, site) => {
    await create(page, site.origin);
    await create(page, site.origin);
    const loaded = site.requests.filter((path) => path !== "/" && path !== "/favicon.ico");
    expect(new Set(loaded)).toEqual(new Set(["/index.js", "/library.js", "/core.simd.wasm", "/worker.js"]));
    expect(loaded.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  }));
