/** The package as those see it who install it: every entry resolves, and its declarations compile in strict projects. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPackage } from "../../scripts/build.mjs";
import { buildWasm } from "../../scripts/build-wasm.mjs";
import { BUILD_TIMEOUT_MS } from "../contract/test-package.js";

const CONSUMER = `
import { BarcodeReader, BarcodeScanner, type Barcode, ScanError } from "tallymark";
import { createEngine } from "tallymark/inline";
import { count } from "tallymark/rules";

export async function read(file: Blob): Promise<readonly string[]> {
  const reader = await BarcodeReader.create({ formats: ["qr_code", "ean_13"] });
  const barcodes: readonly Barcode[] = await reader.read(file);
  return barcodes.map(({ format, rawValue }) => format + rawValue);
}
// @ts-expect-error there is no such format
export const wrong = () => BarcodeReader.create({ formats: ["qr"] });
export { BarcodeScanner, count, createEngine, ScanError };
`;

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
let project: string;

beforeAll(async () => {
  if (!existsSync("wasm/core.simd.wasm")) await buildWasm("release", "wasm");
  project = mkdtempSync(join(tmpdir(), "tallymark-consumer-"));
  const installed = join(project, "node_modules/tallymark");
  mkdirSync(installed, { recursive: true });
  await buildPackage({ out: join(installed, "dist") });
  cpSync("package.json", join(installed, "package.json"));
  symlinkSync(resolve("node_modules/typescript"), join(project, "node_modules/typescript"));
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  writeFileSync(join(project, "consumer.ts"), CONSUMER);
}, BUILD_TIMEOUT_MS);
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("every file that the package names is there", () => {
  const files = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>),
  );
  const named = [...files, manifest.types, ...Object.values<string>(manifest.bin ?? {}), ...manifest.sideEffects];
  const missing = named.filter((file) => !existsSync(join(project, "node_modules/tallymark", file)));
  expect(missing).toEqual([]);
});

test("the declarations come first in every entry that has any", () => {
  for (const entry of Object.values(manifest.exports))
    if (typeof entry === "object") expect(Object.keys(entry as object)[0]).toBe("types");
});

test.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("declarations compile without skipLibCheck: module %s, resolution %s", (module, moduleResolution) => {
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "es2022",
    lib: ["es2022", "dom", "dom.iterable"],
    types: [],
    module,
    moduleResolution,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  const tsc = join(project, "node_modules/typescript/bin/tsc");
  let output = "";
  try {
    execFileSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  expect(output).toBe("");
});
