/**
 * Time from createEngine() to the first result in Chromium, with a warm cache: `node bench/worker-start.mjs [runs]`.
 * Needs a built package; prints the median and the extremes.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { findChromium } from "../scripts/browsers.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const runs = Number(process.argv[2] ?? 15);

const server = createServer(async ({ url }, response) => {
  const body = url === "/" ? "<!doctype html><title>start</title>" : await readFile(dist + url).catch(() => undefined);
  response.writeHead(body === undefined ? 404 : 200, {
    "content-type": TYPES[extname(url)] ?? "text/html",
    "cache-control": url === "/" ? "no-store" : "max-age=3600",
  });
  response.end(body);
});
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const origin = `http://localhost:${server.address().port}`;
const browser = await chromium.launch({ executablePath: findChromium() });
try {
  const page = await browser.newPage();
  for (const worker of [true, false]) {
    const times = [];
    for (let run = 0; run < runs + 2; run++) {
      await page.goto(`${origin}/`);
      const ms = await page.evaluate(
        async ([entry, worker]) => {
          const { createEngine } = await import(entry);
          const data = new Uint8Array(640 * 480).fill(255);
          const source = { kind: "pixels", data, width: 640, height: 480, stride: 640, layout: "grey" };
          const started = performance.now();
          const engine = await createEngine({ worker });
          await engine.decode({ source, options: { effort: "fast" }, sighting: { at: 0, forgetMs: 0 } });
          const ended = performance.now();
          await engine.close();
          return ended - started;
        },
        [`${origin}/index.js`, worker],
      );
      // The first loads fill the caches of files and of compiled code.
      if (run >= 2) times.push(ms);
    }
    times.sort((a, b) => a - b);
    const [least, median, most] = [times[0], times[Math.floor(times.length / 2)], times.at(-1)];
    const name = worker ? "worker" : "this thread";
    console.log(
      `${name}: median ${median.toFixed(1)} ms (${least.toFixed(1)}–${most.toFixed(1)}, ${times.length} runs)`,
    );
  }
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
