/**
 * Builds the package into dist/: `node scripts/build.mjs [--no-wasm]`.
 *
 *   index.js worker.js inline.js rules.js cli.js   one file each, nothing imported but what stands below
 *   fallback-reader.js                             loaded by index.js where there is no WebAssembly
 *   core.simd.wasm core.wasm                       beside them; found by `new URL(…, import.meta.url)`
 *   types/                                         declarations
 *
 * esbuild leaves both `new URL` texts as they are, so that the bundlers of those who use the package find them.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildWasm } from "./build-wasm.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...path) => join(root, ...path);
const WASM = ["core.simd.wasm", "core.wasm"];

/** Stays a file of its own, asked for by this name. */
const LAZY = ["./fallback-reader.js"];

/** @param {string} source @param {string} outfile @param {import("esbuild").BuildOptions} [more] */
async function bundle(source, outfile, more = {}) {
  await build({
    entryPoints: [at(source)],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "eof",
    external: [...LAZY, "node:*"],
    logLevel: "warning",
    ...more,
  });
}

/**
 * Puts the bytes of the core and the text of the worker where the other entries have URLs.
 * @param {string} worker path of the worker that was built before
 */
const inlineFiles = (worker) => ({
  name: "inline-files",
  setup(build) {
    build.onLoad({ filter: /wasm[\\/]files\.ts$/ }, () => {
      const text = (file) => JSON.stringify(readFileSync(at("wasm", file)).toString("base64"));
      return {
        contents: `
          const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
          export const simdFile = () => bytes(${text("core.simd.wasm")});
          export const scalarFile = () => bytes(${text("core.wasm")});`,
        loader: "ts",
      };
    });
    build.onLoad({ filter: /engine[\\/]worker-file\.ts$/ }, () => ({
      contents: `
        import { blobWorker } from "./script-origin.js";
        import { browserLink, nodeLink } from "./worker-link.js";
        const script = ${JSON.stringify(readFileSync(worker, "utf8"))};
        export const startBundledWorker = () =>
          typeof Worker === "undefined"
            ? nodeLink(new URL("data:text/javascript," + encodeURIComponent(script)))
            : browserLink(blobWorker(script));`,
      resolveDir: at("src/engine"),
      loader: "ts",
    }));
  },
});

/**
 * @param {{ out?: string, types?: boolean }} [options] an absolute path; tests build copies of their own
 */
export async function buildPackage({ out = at("dist"), types = true } = {}) {
  rmSync(out, { recursive: true, force: true });
  await bundle("src/engine/worker.ts", join(out, "worker.js"));
  await bundle("src/engine/fallback-reader.ts", join(out, "fallback-reader.js"));
  await bundle("src/index.ts", join(out, "index.js"));
  await bundle("src/inline.ts", join(out, "inline.js"), { plugins: [inlineFiles(join(out, "worker.js"))] });
  if (existsSync(at("src/rules/index.ts"))) await bundle("src/rules/index.ts", join(out, "rules.js"));
  if (existsSync(at("src/cli/main.ts"))) await bundle("src/cli/main.ts", join(out, "cli.js"), { platform: "node" });
  for (const file of WASM) copyFileSync(at("wasm", file), join(out, file));
  if (!types) return;
  const tsc = [at("node_modules/typescript/bin/tsc"), "-p", at("tsconfig.types.json"), "--outDir", join(out, "types")];
  execFileSync(process.execPath, tsc, { stdio: "inherit" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes("--no-wasm")) await buildWasm("release", "wasm");
  await buildPackage();
}
