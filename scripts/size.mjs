/**
 * What a page downloads, brotli compressed at quality 11: `node scripts/size.mjs`. Ends with 1 where a limit is passed.
 *
 *   core       a page loads one of the two
 *   own code   what every page loads that uses the library as it is meant: index.js, library.js and worker.js, built here
 *              without the packages comlink, idb and jose, so that only our own code counts. Not in it are the parts that are
 *              loaded when they are needed and the fallback; they stand below it, without a limit.
 *   with all   the same files and the parts that a scanner, or a reader, loads in a browser, as dist/ holds them
 *
 * The files of the core and of dist/ are looked at as they are; rows whose files are not built are left out.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { buildLibrary } from "./build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const KILOBYTE = 1000;

const CORE_LIMIT = 130 * KILOBYTE;
const OWN_LIMIT = 25 * KILOBYTE;
const DEPENDENCIES = [/^comlink/, /^idb/, /^jose/];
const FIRST = ["index.js", "library.js", "worker.js"];

/** @param {string} path @returns {number} bytes as a server would send them */
export function brotliSize(path) {
  const bytes = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

const sum = (folder, files) => files.reduce((total, file) => total + brotliSize(join(folder, file)), 0);

/** @typedef {{ name: string, bytes: number, limit?: number }} Size */

/** @returns {Size[]} */
function coreSizes() {
  return ["core.simd.wasm", "core.wasm"]
    .filter((file) => existsSync(join(root, "wasm", file)))
    .map((file) => ({ name: file, bytes: brotliSize(join(root, "wasm", file)), limit: CORE_LIMIT }));
}

/** @returns {Promise<Size[]>} */
async function ownSizes() {
  const folder = mkdtempSync(join(tmpdir(), "tallymark-size-"));
  try {
    await buildLibrary(folder, { external: DEPENDENCIES });
    const parts = readdirSync(folder).filter((file) => !FIRST.includes(file));
    return [
      { name: `own code: ${FIRST.join(" + ")}`, bytes: sum(folder, FIRST), limit: OWN_LIMIT },
      ...FIRST.map((file) => ({ name: `  ${file}`, bytes: brotliSize(join(folder, file)) })),
      { name: "own code, loaded when needed", bytes: sum(folder, parts) },
      ...parts.map((file) => ({ name: `  ${file}`, bytes: brotliSize(join(folder, file)) })),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {Size[]} */
function pageSizes() {
  const dist = join(root, "dist");
  if (!existsSync(join(dist, "library.js"))) return [];
  const scans = [...FIRST, "indexeddb-store.js"];
  return [
    { name: "with all: a page that scans video", bytes: sum(dist, scans) },
    { name: "with all: a page that reads images", bytes: sum(dist, [...scans, "read-image.js"]) },
    { name: "fallback-reader.js", bytes: brotliSize(join(dist, "fallback-reader.js")) },
  ];
}

/** @returns {Promise<Size[]>} every row that can be measured */
export async function sizes() {
  return [...coreSizes(), ...(await ownSizes()), ...pageSizes()];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, bytes, limit } of await sizes()) {
    const isGood = limit === undefined || bytes <= limit;
    const verdict = limit === undefined ? "    " : isGood ? "good" : "OVER";
    console.log(`${verdict}  ${name.padEnd(50)} ${bytes}${limit === undefined ? "" : ` of ${limit}`}`);
    if (!isGood) process.exitCode = 1;
  }
}
