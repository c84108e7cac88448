/**
 * Builds the core from assembly/: `node scripts/build-wasm.mjs [release|probe] [--out DIR]`.
 *
 * release  core.simd.wasm and core.wasm (scalar twin)
 * probe    core.probe.simd.wasm and core.probe.wasm: all checks on, names kept, everything that unit tests reach into
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Static data begins above the options block (OPTIONS_ADDRESS in assembly/abi/layout.ts). */
const MEMORY_BASE = "2048";
const common = ["--runtime", "stub", "--memoryBase", MEMORY_BASE, "--initialMemory", "16"];
const release = [
  "assembly/index.ts",
  "-O3",
  "--converge",
  "--noAssert",
  "--use",
  "abort=",
  "--uncheckedBehavior",
  "always",
  ...common,
];
const probe = ["assembly/probe.ts", "-O1", "--debug", "--sourceMap", ...common];

async function compile(args, out) {
  const { error, stderr } = await asc.main([...args, "--baseDir", root, "-o", out]);
  if (error) {
    process.stderr.write(stderr.toString());
    throw new Error(`asc failed for ${out}`);
  }
  return `${out} ${statSync(join(root, out)).size} bytes`;
}

/** @param {"release" | "probe"} kind @param {string} folder relative to the project's root */
export async function buildWasm(kind, folder) {
  mkdirSync(join(root, folder), { recursive: true });
  const name = kind === "probe" ? "core.probe" : "core";
  const args = kind === "probe" ? probe : release;
  return [
    await compile([...args, "--enable", "simd"], join(folder, `${name}.simd.wasm`)),
    await compile(args, join(folder, `${name}.wasm`)),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: "string" } } });
  const kind = positionals[0] === "probe" ? "probe" : "release";
  const folder = values.out ?? (kind === "probe" ? ".cache/probe" : "wasm");
  for (const line of await buildWasm(kind, folder)) console.log(line);
}
