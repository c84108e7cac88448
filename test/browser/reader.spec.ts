/**
 * The reader in Chromium on a build of the package: every kind of source, every kind of bad one, in a worker, offline.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { build } from "esbuild";
import type * as library from "../../src/index.js";
import { buildTestPackage, type TestPackage } from "../contract/test-package.js";
import { type Site, serve } from "./engine/package-server.js";
import { FIXTURE_TYPES, fixtures } from "./reader/fixtures.js";
import { TEXT } from "./reader/page-kit.js";
import type * as runner from "./reader/page-runner.js";

let built: TestPackage;
let bodies: Record<string, string | Uint8Array>;
let site: Site;
let foreign: Site;
/** Answers without a word on who may read it. */
let closed: Server;
let closedOrigin: string;

// Some seventy reads, and a build of the package before them, on a machine that may be busy.
test.describe.configure({ timeout: 120_000 });

test.beforeAll(async () => {
  built = await buildTestPackage();
  const { outputFiles } = await build({
    entryPoints: ["test/browser/reader/page-runner.ts"],
    bundle: true,
    format: "esm",
    write: false,
    target: "es2022",
    external: ["/index.js"],
  });
  bodies = { ...(await fixtures()), "/runner.js": outputFiles[0]?.text ?? "" };
  const types = FIXTURE_TYPES;
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
  closed = createServer((_, response) => response.end(bodies["/tally.png"]));
  await new Promise<void>((resolve) => closed.listen(0, "localhost", resolve));
  closedOrigin = `http://localhost:${(closed.address() as AddressInfo).port}`;
  foreign = await serve(built.folder, { bodies, types });
  site = await serve(built.folder, {
    bodies,
    types,
    // What the library needs, and the other origins and images that the cases are about.
    policy: `${policy}; connect-src 'self' blob: ${foreign.origin} ${closedOrigin}; img-src 'self' blob: ${foreign.origin}; frame-src 'self'`,
  });
});
test.afterAll(async () => {
  closed.close();
  await Promise.all([site.close(), foreign.close()]);
  built.remove();
});

async function open(page: Page): Promise<void> {
  await page.route("**/hang.png", () => {});
  await page.goto(site.origin);
}

test("every source is read, every bad one refused with its code", async ({ page }) => {
  await open(page);
  const faults = await page.evaluate(
    async ({ path, origins }) => ((await import(path)) as typeof runner).runAll(origins),
    { path: "/runner.js", origins: { foreign: foreign.origin, closed: closedOrigin } },
  );
  expect(faults).toEqual([]);
});

test("the reader works in a worker; SVG is refused there with the remedy", async ({ page }) => {
  bodies["/in-worker.js"] = `
    import { BarcodeReader } from "/index.js";
    onmessage = async () => {
      const reader = await BarcodeReader.create();
      const blob = async (path) => (await fetch(path)).blob();
      const bitmap = await createImageBitmap(await blob("/tally.png"));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const values = [];
      for (const input of [await blob("/exif-6.jpg"), "/tally.png", bitmap, canvas,
        context.getImageData(0, 0, canvas.width, canvas.height), new VideoFrame(canvas, { timestamp: 0 })])
        values.push((await reader.read(input)).map(({ rawValue }) => rawValue).join());
      values.push(await reader.read(await blob("/tally.svg")).catch(({ code, message }) => code + ": " + message));
      await reader.close();
      postMessage(values);
    };`;
  await open(page);
  const values = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/in-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(null);
      }),
  );
  expect(values).toEqual([...Array(6).fill(TEXT), expect.stringMatching(/^unsupported_source: .*page/)]);
});

test("R2 R3 R7 with the network cut reading goes on, and asks for nothing", async ({ page, context }) => {
  await open(page);
  const read = (path: string) =>
    page.evaluate(async (path) => {
      const { BarcodeReader } = (await import("/index.js" as string)) as typeof library;
      const state = globalThis as { reader?: library.BarcodeReader; blob?: Blob };
      state.blob ??= await (await fetch(path)).blob();
      state.reader ??= await BarcodeReader.create();
      return (await state.reader.read(state.blob)).map(({ rawValue }) => rawValue);
    }, path);
  expect(await read("/tally.png")).toEqual([TEXT]);
  await context.setOffline(true);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  expect(await read("/tally.png")).toEqual([TEXT]);
  expect(requests).toEqual([]);
  await context.setOffline(false);
});
