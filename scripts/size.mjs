/**
 * What a page downloads, brotli compressed at quality 11: `node scripts/size.mjs`. Ends with 1 where a limit is passed.
 *
 *   core        a page loads one of the two
 *   every page  what every page loads that uses the library: index.js, all that it imports at once, and the worker that it
 *               starts. Built here without the packages comlink, idb and jose, so that only our own code counts.
 *   scanner     the same and what `BarcodeScanner.create()` and `start()` load besides, without options (camera, counting in
 *               IndexedDB) and with a container
 *   metering and licensing
 *               what the two add: the library and the parts that they load, less a library that is built without them
 *   with all    the files as dist/ holds them, packages included
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
const COUNTING_LIMIT = 12 * KILOBYTE;

const COMLINK = /^comlink/;
const IDB = /^idb/;
const JOSE = /^jose/;

const WORKER = "worker.js";
const FIRST = ["index.js", "library.js"];
const STORE = "indexeddb-store.js";
const SCANNER = ["live-rig.js", "scan-region.js", STORE];
const VIEW = ["stage.js"];
const LICENSE = ["licensed-account.js", "reporting.js"];

/** @param {string} path @returns {number} bytes as a server would send them */
export function brotliSize(path) {
  const bytes = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

/** Files that a build does not have weigh nothing. */
const sum = (folder, files) =>
  files
    .filter((file) => existsSync(join(folder, file)))
    .reduce((total, file) => total + brotliSize(join(folder, file)), 0);

/** Looks at a build of the library that is gone afterwards. */
async function withLibrary(options, look) {
  const folder = mkdtempSync(join(tmpdir(), "tallymark-size-"));
  try {
    await buildLibrary(folder, options);
    return look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @typedef {{ name: string, bytes: number, limit?: number }} Size */

/** @returns {Size[]} */
function coreSizes() {
  return ["core.simd.wasm", "core.wasm"]
    .filter((file) => existsSync(join(root, "wasm", file)))
    .map((file) => ({ name: file, bytes: brotliSize(join(root, "wasm", file)), limit: CORE_LIMIT }));
}

/** @returns {Promise<Size[]>} */
async function ownSizes() {
  return withLibrary({ external: [COMLINK, IDB, JOSE] }, (folder) => {
    const parts = readdirSync(folder).filter((file) => ![...FIRST, WORKER].includes(file));
    const first = [...FIRST, WORKER];
    const scans = [...first, ...SCANNER];
    return [
      { name: `own code of every page: ${first.join(" + ")}`, bytes: sum(folder, first), limit: OWN_LIMIT },
      ...first.map((file) => ({ name: `  ${file}`, bytes: brotliSize(join(folder, file)) })),
      { name: "own code of a scanner", bytes: sum(folder, scans) },
      { name: "own code of a scanner with a view", bytes: sum(folder, [...scans, ...VIEW]) },
      { name: "own code, loaded when needed", bytes: sum(folder, parts) },
      ...parts.map((file) => ({ name: `  ${file}`, bytes: brotliSize(join(folder, file)) })),
    ];
  });
}

/** The library as it would be if nobody counted. @type {import("rolldown").Plugin} */
const withoutCounting = {
  name: "without-counting",
  load(id) {
    const code = {
      [join(root, "src/account.ts")]: `
        export const ACCOUNT_OPTION_NAMES = [];
        export function checkAccountOptions() {}
        export const openAccount = async () => ({ on: (engine) => engine });
        export async function closeAccount() {}`,
      [join(root, "src/metering/meter.ts")]: "export let Meter, openMeter;",
    }[id];
    return code === undefined ? null : { code, moduleType: "js" };
  },
};

/** @returns {Promise<Size[]>} */
async function countingSizes() {
  const added = async (external) => {
    const whole = await withLibrary({ external }, (folder) => sum(folder, [...FIRST, STORE, ...LICENSE]));
    const bare = await withLibrary({ external, plugins: [withoutCounting] }, (folder) => sum(folder, FIRST));
    return whole - bare;
  };
  return [
    {
      name: "metering and licensing, beside jose and idb",
      bytes: await added([COMLINK, IDB, JOSE]),
      limit: COUNTING_LIMIT,
    },
    { name: "metering and licensing, with idb, beside jose", bytes: await added([COMLINK, JOSE]) },
    { name: "metering and licensing, with idb and jose", bytes: await added([COMLINK]) },
  ];
}

/** @returns {Size[]} */
function pageSizes() {
  const dist = join(root, "dist");
  if (!existsSync(join(dist, "library.js"))) return [];
  const scans = [...FIRST, WORKER, ...SCANNER];
  return [
    { name: "with all: a page that scans video", bytes: sum(dist, scans) },
    { name: "with all: a page that shows what it scans", bytes: sum(dist, [...scans, ...VIEW]) },
    {
      name: "with all: a page that reads images",
      bytes: sum(dist, [...FIRST, WORKER, STORE, "still-reads.js", "image-parts.js"]),
    },
    { name: "fallback-reader.js", bytes: brotliSize(join(dist, "fallback-reader.js")) },
  ];
}

/** @returns {Promise<Size[]>} every row that can be measured */
export async function sizes() {
  return [...coreSizes(), ...(await ownSizes()), ...(await countingSizes()), ...pageSizes()];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, bytes, limit } of await sizes()) {
    const isGood = limit === undefined || bytes <= limit;
    const verdict = limit === undefined ? "    " : isGood ? "good" : "OVER";
    console.log(`${verdict}  ${name.padEnd(50)} ${bytes}${limit === undefined ? "" : ` of ${limit}`}`);
    if (!isGood) process.exitCode = 1;
  }
}
