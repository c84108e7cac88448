/**
 * Builds the package into dist/: `node scripts/build.mjs [--no-wasm]`.
 *
 *   index.js  library.js                           the public names; what stands behind them
 *   stage.js  still-reads.js  …                    parts that library.js loads when it needs them: the view, stills,
 *                                                  decoding on the page's thread, Node, no WebAssembly, languages
 *   worker.js  inline.js  rules.js  cli.js         one file each, nothing imported but what stands below
 *   fallback-reader.js                             loaded by index.js or inline.js where there is no WebAssembly
 *   core.simd.wasm  core.wasm                      found by `new URL(…, import.meta.url)` in library.js
 *   types/                                         declarations
 *
 * `new URL` texts stay as they are, so that the bundlers of those who use the package find them.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { parseSync, Visitor } from "rolldown/utils";
import { buildWasm } from "./build-wasm.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...path) => join(root, ...path);
/** Shares nothing with the rest, and is asked for by this name by index.js and inline.js alike. */
const FALLBACK = "./fallback-reader.js";
const BESIDE = { id: FALLBACK, external: true };
const WASM = ["core.simd.wasm", "core.wasm"];

/**
 * Texts without substitutions in quotes, where the minifier writes backticks: some bundlers look for files of the package in
 * quotes only, and it compresses better. @type {import("rolldown").Plugin}
 */
const quotedTexts = {
  name: "quoted-texts",
  generateBundle(_, files) {
    for (const file of Object.values(files)) if (file.type === "chunk") file.code = inQuotes(file.code);
  },
};

function inQuotes(code) {
  const plain = new Map();
  const tags = new Set();
  new Visitor({
    TaggedTemplateExpression: ({ quasi }) => tags.add(quasi.start),
    TemplateLiteral({ start, end, quasis: [text, ...more] }) {
      // What would need escapes stays as it is.
      if (more.length === 0 && !tags.has(start) && !/["\\\n]/.test(text.value.raw)) plain.set(start, end);
    },
  }).visit(parseSync("chunk.js", code).program);
  const quotes = new Set([...plain].flatMap(([start, end]) => [start, end - 1]));
  return Array.from({ length: code.length }, (_, at) => (quotes.has(at) ? '"' : code[at])).join("");
}

/**
 * @param {string} source entry
 * @param {string} outfile its file in the package
 * @param {{ plugins?: import("rolldown").Plugin[], platform?: "neutral" | "node", external?: RegExp[],
 *   output?: import("rolldown").OutputOptions }} [more]
 */
async function bundle(source, outfile, { plugins = [], external = [], platform = "neutral", output = {} } = {}) {
  const bundled = await rolldown({
    input: at(source),
    external: [/^node:/, ...external],
    platform,
    resolve: { mainFields: ["module", "main"] },
    transform: { target: "es2022" },
    plugins: [
      quotedTexts,
      { name: "fallback-beside", resolveId: (source) => (source === FALLBACK ? BESIDE : null) },
      ...plugins,
    ],
    makeAbsoluteExternalsRelative: false,
    optimization: { inlineConst: true },
    onLog(level, log) {
      if (level !== "debug" && level !== "info") throw new Error(`${source}: ${log.message}`);
    },
  });
  await bundled.write({
    dir: join(outfile, ".."),
    entryFileNames: basename(outfile),
    chunkFileNames: "[name].js",
    minify: { codegen: { legalComments: "inline" } },
    comments: { legal: true, annotation: true, jsdoc: false },
    codeSplitting: false,
    ...output,
  });
  await bundled.close();
}

/** Everything that the entry imports at once goes into one file; what it imports later stays in files of its own. */
function libraryInOneFile() {
  const entry = at("src/index.ts");
  const needed = new Set([entry]);
  let isKnown = false;
  const find = (graph) => {
    for (const id of needed) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) needed.add(imported);
    isKnown = true;
  };
  const name = (id, graph) => {
    if (!isKnown) find(graph);
    return id !== entry && needed.has(id) ? "library" : null;
  };
  return { groups: [{ name, debugName: "library" }] };
}

/** Pages have jose, which the rules must not know. @type {import("rolldown").Plugin} */
const base64urlOfJose = {
  name: "base64url-of-jose",
  load: (id) =>
    id === at("src/rules/protocol/base64url.ts")
      ? { code: 'export * from "../../licensing/base64url.js";', moduleType: "js" }
      : null,
};

/** The worker's errors are told on the page. @type {import("rolldown").Plugin} */
const withoutErrorTexts = {
  name: "without-error-texts",
  load: (id) => (id === at("src/error-codes.ts") ? "export const ERROR_CODES = {}, RETRYABLE = new Set();" : null),
};

/**
 * Puts the bytes of the core and the text of the worker where the other entries have URLs.
 * @param {string} worker path of the worker that was built before
 * @returns {import("rolldown").Plugin}
 */
const inlineFiles = (worker) => ({
  name: "inline-files",
  load(id) {
    if (id === at("wasm/files.ts")) {
      const text = (file) => JSON.stringify(readFileSync(at("wasm", file)).toString("base64"));
      return `
        const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
        export const simdFile = () => bytes(${text("core.simd.wasm")});
        export const scalarFile = () => bytes(${text("core.wasm")});`;
    }
    if (id === at("src/engine/worker-file.ts")) {
      return `
        import { blobWorker } from "./script-origin.js";
        import { browserLink, nodeLink } from "./worker-link.js";
        // Escaped at run time: a minifier that knows the text would add it a second time, escaped.
        const inNode = (script) => nodeLink(new URL("data:text/javascript," + encodeURIComponent(script)));
        const script = [${JSON.stringify(readFileSync(worker, "utf8"))}];
        export const startBundledWorker = () =>
          typeof Worker === "undefined" ? inNode(script.join("")) : browserLink(blobWorker(script.join("")));`;
    }
    return null;
  },
});

/**
 * What pages load: index.js with its parts, and worker.js. All but `out` is for measuring: scripts/size.mjs.
 * @param {string} out
 * @param {{ external?: RegExp[], plugins?: import("rolldown").Plugin[], output?: import("rolldown").OutputOptions }} [more]
 */
export async function buildLibrary(out, { external = [], plugins = [], output = {} } = {}) {
  const split = { codeSplitting: libraryInOneFile(), ...output };
  await bundle("src/engine/worker.ts", join(out, "worker.js"), { external, plugins: [withoutErrorTexts], output });
  await bundle("src/index.ts", join(out, "index.js"), {
    external,
    plugins: [base64urlOfJose, ...plugins],
    output: split,
  });
}

/**
 * @param {{ out?: string, types?: boolean }} [options] an absolute path; tests build copies of their own
 */
export async function buildPackage({ out = at("dist"), types = true } = {}) {
  rmSync(out, { recursive: true, force: true });
  await buildLibrary(out);
  await bundle("src/engine/fallback-reader.ts", join(out, "fallback-reader.js"));
  await bundle("src/inline.ts", join(out, "inline.js"), {
    plugins: [base64urlOfJose, inlineFiles(join(out, "worker.js"))],
  });
  await bundle("src/rules/index.ts", join(out, "rules.js"));
  await bundle("src/cli/main.ts", join(out, "cli.js"), { platform: "node" });
  for (const file of WASM) copyFileSync(at("wasm", file), join(out, file));
  if (!types) return;
  const tsc = [at("node_modules/typescript/bin/tsc"), "-p", at("tsconfig.types.json"), "--outDir", join(out, "types")];
  execFileSync(process.execPath, tsc, { stdio: "inherit" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes("--no-wasm")) await buildWasm("release", "wasm");
  await buildPackage();
}
