/**
 * The whole test run: `node scripts/test.mjs [--only NAME,…] [--long]`. Installs what is missing, builds, checks, tests,
 * and ends with one plain line, `N passed, N failed`; a step without tests of its own counts as one check.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, ".cache");
/** Where tests write what they want to be read: new thresholds, things that were skipped (test/repo/note.ts). */
const notes = join(cache, "notes.txt");
const isCi = /^(1|true)$/i.test(process.env.CI ?? "");
const only = process.argv.find((arg) => arg.startsWith("--only="))?.slice("--only=".length);
const isWanted = (name) => only === undefined || only.split(",").includes(name);
const isLong = process.argv.includes("--long");
const bin = (name) => join(root, "node_modules/.bin", process.platform === "win32" ? `${name}.cmd` : name);
const node = process.execPath;

const totals = { passed: 0, failed: 0, skipped: 0 };
const began = Date.now();

function tell(name, { passed, failed, skipped, failures }, since) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  const seconds = ((Date.now() - since) / 1000).toFixed(1);
  const skips = skipped > 0 ? `, ${skipped} skipped` : "";
  console.log(`${failed === 0 ? "ok  " : "FAIL"} ${name}: ${passed} passed, ${failed} failed${skips} (${seconds} s)`);
  for (const failure of failures) console.log(failure.replace(/^/gm, "     "));
}

/** A step that either holds or does not. */
async function check(name, command, seconds = 300) {
  if (!isWanted(name)) return true;
  const { run } = await import("./process.mjs");
  const since = Date.now();
  const { code, output, timedOut } = await run(command, { cwd: root, seconds });
  const holds = code === 0;
  const why = timedOut ? [`no end after ${seconds} s`] : [output.trimEnd().split("\n").slice(-60).join("\n")];
  tell(name, { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0, failures: holds ? [] : why }, since);
  return holds;
}

/** A step that reports tests of its own to a JSON file. */
async function suite(name, command, parse, seconds, env = {}, mayBeEmpty = false) {
  if (!isWanted(name)) return;
  const { run } = await import("./process.mjs");
  const { noReport, orEmpty } = await import("./reports.mjs");
  const since = Date.now();
  const file = join(cache, `${name}.json`);
  rmSync(file, { force: true });
  rmSync(notes, { force: true });
  const { code, output, timedOut } = await run(command(file), {
    cwd: root,
    seconds,
    env: { ...env, ...reportEnv(file) },
  });
  if (timedOut || !existsSync(file)) {
    tell(name, noReport(name, timedOut ? `no end after ${seconds} s\n${output}` : output), since);
    return;
  }
  const parsed = parse(JSON.parse(readFileSync(file, "utf8")));
  const found = mayBeEmpty ? parsed : orEmpty(name, parsed);
  if (existsSync(notes)) console.log(readFileSync(notes, "utf8").trimEnd().replace(/^/gm, "     "));
  if (code !== 0 && found.failed === 0) Object.assign(found, { failed: 1, failures: [output.slice(-2000)] });
  tell(name, found, since);
}

const vitest = (file, ...more) => [bin("vitest"), "run", "--reporter=json", `--outputFile=${file}`, ...more];
const reportEnv = (file) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: file });

/** A port that nobody listens on: one left behind by a run that was killed must not fail this one. */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "localhost", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** What is missing of the browsers that the wanted suites run in, after installing what can be. */
async function missingBrowsers() {
  const wanted = [...(isWanted("browser") ? ["chromium"] : []), ...(isWanted("engines") ? ["firefox", "webkit"] : [])];
  if (wanted.length === 0) return {};
  const { browserAdvice, ensureBrowsers } = await import("./browsers.mjs");
  ensureBrowsers(wanted);
  const missing = wanted.map((name) => [name, browserAdvice(name)]).filter(([, advice]) => advice !== undefined);
  for (const [name, advice] of missing) {
    if (isCi) tell(name, { passed: 0, failed: 1, skipped: 0, failures: [advice] }, Date.now());
    else console.log(`SKIP ${name}: ${advice}`);
  }
  return Object.fromEntries(missing);
}

async function browserSuites() {
  const missing = await missingBrowsers();
  const { playwrightTotals, vitestTotals } = await import("./reports.mjs");
  if (!missing.chromium) {
    const env = { TALLYMARK_TEST_PORT: String(await freePort()) };
    await suite("browser", () => [bin("playwright"), "test", "--reporter=json"], playwrightTotals, 480, env);
  }
  const config = ["--config", "test/engines/vitest.config.ts"];
  // Where both are missing it says of each of its tests that it was skipped.
  const isSkipped = Boolean(missing.firefox && missing.webkit);
  await suite("engines", (file) => vitest(file, ...config), vitestTotals, 600, {}, isSkipped);
}

/** Builds what the suites load; for one suite alone only where nothing was built yet. @returns whether dist/ is of now */
async function build() {
  if (isWanted("build")) return check("build", ["npm", "run", "--silent", "build"]);
  const needed = isWanted("unit") || isWanted("browser") || isWanted("engines");
  if (!needed || existsSync(join(root, "dist/index.js"))) return false;
  const { run } = await import("./process.mjs");
  return (await run(["npm", "run", "--silent", "build"], { cwd: root, seconds: 300 })).code === 0;
}

async function main() {
  if (ensureInstalled()) console.log("ok   installed packages");
  mkdirSync(cache, { recursive: true });
  const { vitestTotals } = await import("./reports.mjs");
  const isBuilt = await build();
  await check("types", [bin("tsc"), "-p", "."]);
  await check("lint", [bin("biome"), "check", "."]);
  await check("floors", [node, "scripts/floors.mjs"]);
  await check("generated", [node, "scripts/generate.mjs", "--check"]);
  const env = { TALLYMARK_LONG: isLong ? "1" : "", TALLYMARK_BUILT: isBuilt ? "1" : "" };
  await suite("unit", (file) => vitest(file), vitestTotals, isLong ? 3600 : 780, env);
  await browserSuites();
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  totals.failed++;
}
console.log(`${((Date.now() - began) / 1000).toFixed(0)} s${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : process.exitCode;
