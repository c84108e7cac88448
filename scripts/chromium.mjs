/**
 * Finds the Chromium that browser tests run in, and installs it where that is possible: `node scripts/chromium.mjs`.
 * Only the distribution's package is used; nothing is downloaded from elsewhere.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Path of a Chromium or Chrome: CHROMIUM_PATH, else the usual places; undefined where there is none. */
export function findChromium() {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return isExecutable(CHROMIUM_PATH) ? CHROMIUM_PATH : undefined;
  return PLACES.find(isExecutable);
}

/** Start-up flags that keep a test browser from talking to anybody. */
export const QUIET_FLAGS = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const APT = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=15", "-o", "DPkg::Lock::Timeout=120"];

function apt(...args) {
  const { status } = spawnSync("apt-get", [...APT, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: "ignore",
    timeout: 300_000,
  });
  return status === 0;
}

/** Path of a Chromium, installed with apt where it is missing and this may be done; undefined where it may not. */
export function ensureChromium() {
  const found = findChromium();
  if (found || process.env.CHROMIUM_PATH || process.platform !== "linux" || process.getuid?.() !== 0) return found;
  const install = () => apt("install", "-y", "--no-install-recommends", "chromium");
  if (!install() && apt("update")) install();
  return findChromium();
}

/** What to tell a person who has no browser for the tests. */
export const CHROMIUM_ADVICE = process.env.CHROMIUM_PATH
  ? `CHROMIUM_PATH names ${process.env.CHROMIUM_PATH}, which cannot be run.`
  : "Browser tests need Chromium or Chrome. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = ensureChromium();
  console.log(path ?? CHROMIUM_ADVICE);
  if (!path) process.exitCode = 1;
}
