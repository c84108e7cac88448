/**
 * Builds the core from assembly/: `node scripts/build-wasm.mjs [release|probe|bench] [--out DIR]`.
 *
 * release  core.simd.wasm and core.wasm (scalar twin), and with them wasm/manifest.ts
 * probe    core.probe.simd.wasm and core.probe.wasm: all checks on, names kept, everything that unit tests reach into
 * bench    core.bench.simd.wasm and core.bench.wasm: what the probe exports, compiled as the release is
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import asc from "assemblyscript/asc";
import { writeManifest } from "./manifest.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Static data begins above the options block (OPTIONS_ADDRESS in assembly/abi/layout.ts). */
const MEMORY_BASE = "2048";
/** What every build is given. */
export const SHARED = ["--runtime", "stub", "--memoryBase", MEMORY_BASE, "--initialMemory", "16"];
/** What builds that are measured or shipped are given. */
export const FAST = ["-O3", "--converge", "--noAssert", "--use", "abort=", "--uncheckedBehavior", "always"];
const KINDS = {
  release: { name: "core", folder: "wasm", args: ["assembly/index.ts", ...FAST] },
  probe: {
    name: "core.probe",
    folder: ".cache/probe",
    args: ["assembly/probe.ts", "-O1", "--debug", "--sourceMap"],
  },
  bench: { name: "core.bench", folder: ".cache/bench", args: ["assembly/probe.ts", ...FAST] },
};

async function compile(args, out) {
  const { error, stderr } = await asc.main([...args, "--baseDir", root, "-o", out]);
  if (error) {
    process.stderr.write(stderr.toString());
    throw new Error(`asc failed for ${out}`);
  }
  return `${out} ${statSync(join(root, out)).size} bytes`;
}

/** @param {"release" | "probe" | "bench"} kind @param {string} [into] folder relative to the project's root */
export async function buildWasm(kind, into) {
  const { name, folder, args } = KINDS[kind];
  const out = into ?? folder;
  mkdirSync(join(root, out), { recursive: true });
  const lines = [
    await compile([...args, ...SHARED, "--enable", "simd"], join(out, `${name}.simd.wasm`)),
    await compile([...args, ...SHARED], join(out, `${name}.wasm`)),
  ];
  if (kind === "release" && out === folder) writeManifest();
  return lines;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: "string" } } });
  const kind = positionals[0] ?? "release";
  if (!(kind in KINDS)) throw new Error(`no such build: ${kind}; there is ${Object.keys(KINDS).join(", ")}`);
  for (const line of await buildWasm(kind, values.out)) console.log(line);
}
