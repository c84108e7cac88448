/**
 * Finds the browsers that tests run in, and installs them where that is possible: `node scripts/browsers.mjs [NAME…]`.
 * Only the distribution's packages are used; nothing is downloaded from elsewhere.
 *
 * @typedef {"chromium" | "firefox" | "webkit"} BrowserName
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The program that the variable names, else the first of the usual places that has one. */
function findProgram(variable, places) {
  const named = process.env[variable];
  if (named) return isExecutable(named) ? named : undefined;
  return places.find(isExecutable);
}

/** Path of a Chromium or Chrome: CHROMIUM_PATH, else the usual places; undefined where there is none. */
export const findChromium = () =>
  findProgram("CHROMIUM_PATH", [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ]);

/** Path of a Firefox: FIREFOX_PATH, else the usual places; undefined where there is none. */
export const findFirefox = () =>
  findProgram("FIREFOX_PATH", [
    "/usr/bin/firefox-esr",
    "/usr/bin/firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
  ]);

/** Folders of /usr/lib that may hold WebKitGTK's MiniBrowser: one for each kind of processor and each API. */
function webKitFolders() {
  const list = (folder) => {
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  };
  const isWebKit = (folder) => /\/webkit2?gtk-[\d.]+$/.test(folder);
  return list("/usr/lib").flatMap((folder) => (isWebKit(folder) ? [folder] : list(folder).filter(isWebKit)));
}

/**
 * WebKitGTK's small browser (MINIBROWSER_PATH, else the usual places), its driver and a display without a screen;
 * undefined where one of them is missing.
 */
export function findWebKit() {
  const browser = findProgram(
    "MINIBROWSER_PATH",
    webKitFolders().map((folder) => join(folder, "MiniBrowser")),
  );
  const driver = findProgram("WEBKIT_DRIVER_PATH", ["/usr/bin/WebKitWebDriver"]);
  const display = findProgram("XVFB_PATH", ["/usr/bin/Xvfb"]);
  return browser && driver && display ? { browser, driver, display } : undefined;
}

/** Start-up flags that keep a test browser from talking to anybody. */
export const QUIET_FLAGS = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const BROWSERS = {
  chromium: {
    find: findChromium,
    variables: ["CHROMIUM_PATH"],
    packages: ["chromium"],
    advice:
      "Browser tests need Chromium or Chrome. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.",
  },
  firefox: {
    find: findFirefox,
    variables: ["FIREFOX_PATH"],
    packages: ["firefox-esr"],
    advice: "Tests in Firefox need it. Install it (Debian: apt-get install firefox-esr) or set FIREFOX_PATH.",
  },
  webkit: {
    find: findWebKit,
    variables: ["MINIBROWSER_PATH", "WEBKIT_DRIVER_PATH", "XVFB_PATH"],
    packages: ["webkit2gtk-driver", "xvfb"],
    advice: "Tests in WebKit need WebKitGTK with its driver (Debian: apt-get install webkit2gtk-driver xvfb).",
  },
};

const APT = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=15", "-o", "DPkg::Lock::Timeout=120"];

function apt(...args) {
  const { status } = spawnSync("apt-get", [...APT, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: "ignore",
    timeout: 300_000,
  });
  return status === 0;
}

const isNamed = (name) => BROWSERS[name].variables.some((variable) => process.env[variable]);

/** Installs with apt what is missing, where that may be done; nothing where it may not. @param {BrowserName[]} names */
export function ensureBrowsers(names) {
  const missing = () => names.filter((name) => BROWSERS[name].find() === undefined && !isNamed(name));
  if (missing().length === 0 || process.platform !== "linux" || process.getuid?.() !== 0) return;
  const install = (wanted) =>
    apt("install", "-y", "--no-install-recommends", ...wanted.flatMap((name) => BROWSERS[name].packages));
  if (install(missing()) || !apt("update") || install(missing())) return;
  // A package that this distribution has not must not keep the others away.
  for (const name of missing()) install([name]);
}

/** What to tell a person who has no such browser; undefined where there is one. @param {BrowserName} name */
export function browserAdvice(name) {
  const { find, variables, advice } = BROWSERS[name];
  if (find() !== undefined) return undefined;
  const wrong = variables.find((variable) => process.env[variable] && !isExecutable(process.env[variable]));
  return wrong === undefined ? advice : `${wrong} names ${process.env[wrong]}, which cannot be run.`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BROWSERS);
  ensureBrowsers(names);
  for (const name of names) {
    const missing = browserAdvice(name);
    console.log(missing ?? `${name} is here`);
    if (missing !== undefined) process.exitCode = 1;
  }
}
