/**
 * A build of the package for one test run, from the sources as they are, in a folder of its own.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPackage } from "../../scripts/build.mjs";
import { buildWasm } from "../../scripts/build-wasm.mjs";
import type * as library from "../../src/index.js";

/** For hooks that build: compilers are slow on a busy machine. */
export const BUILD_TIMEOUT_MS = 120_000;

export interface TestPackage {
  readonly folder: string;
  load(file: string): Promise<typeof library>;
  remove(): void;
}

export async function buildTestPackage(): Promise<TestPackage> {
  if (!existsSync("wasm/core.simd.wasm")) await buildWasm("release", "wasm");
  const folder = mkdtempSync(join(tmpdir(), "tallymark-"));
  await buildPackage({ out: folder, types: false });
  return {
    folder,
    load: (file) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
