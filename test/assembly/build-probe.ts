/**
 * Vitest global set-up: builds the probe (SIMD and scalar, all checks on) into .cache/probe when the core's sources
 * changed since the last build. Also used by the few tests that look at the release build. It knows no test.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const BUILDER = "scripts/build-wasm.mjs";
/** asc is single-threaded JavaScript; four times what the slowest build took when this was written. */
const TIMEOUT_MS = 300_000;

/** Hash of everything that a build is made from. */
function fingerprint(): string {
  const hash = createHash("sha256").update(readFileSync(join(root, BUILDER)));
  const files = readdirSync(join(root, "assembly"), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts")).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, "assembly", file)));
  }
  return hash.digest("hex");
}

/** Makes sure that .cache/<kind> holds a build of the present sources. Safe beside another run of the tests. */
export function ensureBuild(kind: "probe" | "release"): void {
  const folder = join(root, ".cache", kind);
  const stamp = join(folder, "sources.sha256");
  const want = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === want) return;
  const own = join(".cache", `${kind}-${process.pid}`);
  try {
    execFileSync(process.execPath, [BUILDER, kind, "--out", own], {
      cwd: root,
      timeout: TIMEOUT_MS,
      stdio: ["ignore", "ignore", "inherit"],
    });
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(join(root, own))) renameSync(join(root, own, file), join(folder, file));
    writeFileSync(stamp, want);
  } finally {
    rmSync(join(root, own), { recursive: true, force: true });
  }
}

export default function setup(): void {
  ensureBuild("probe");
}
