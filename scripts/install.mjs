/**
 * Brings node_modules in line with package-lock.json, or does nothing where it is. Runs on a bare checkout, so it may
 * use nothing but Node itself.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));

/** The oldest Node that the toolchain runs on. */
const NODE = [20, 19];

export function assertNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return;
  throw new Error(`Node ${NODE.join(".")} or newer is needed; this is ${version}. See https://nodejs.org`);
}

/** True where every package of the lock file is installed in its version (optional ones may be missing). */
export function isInstalled() {
  // npm keeps a copy of the part of the lock file that it installed.
  if (!existsSync(new URL("../node_modules/.package-lock.json", import.meta.url))) return false;
  const installed = read("node_modules/.package-lock.json").packages;
  return Object.entries(read("package-lock.json").packages).every(([path, wanted]) => {
    if (!path.startsWith("node_modules/")) return true;
    const found = installed[path];
    if (!found) return wanted.optional === true || wanted.peer === true;
    return found.version === wanted.version;
  });
}

/** Installs what is missing, from npm's configured registry. @returns whether anything was done */
export function ensureInstalled() {
  assertNodeVersion();
  if (isInstalled()) return false;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (run.status !== 0) throw new Error("npm ci failed; its message stands above");
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(ensureInstalled() ? "installed" : "nothing to install");
}
