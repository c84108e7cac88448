/**
 * Frames without a barcode: our core against zxing-wasm, in turns on every frame, the same formats.
 * `npm run bench [-- --width 1280 --height 720 --rounds 5 --scenes drawn|photos|all --formats first|all]`. Builds the core
 * first. `first`: QR, EAN/UPC and Code 128; `all`: what each looks for where no formats are named.
 *
 * A ratio is the median over (our time / their time) of the same frame in the same turn: whatever else slows the
 * machine cancels out. Each core's time counts everything from RGBA in JavaScript's memory to results out, the wipe too.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { buildWasm } from "../scripts/build-wasm.mjs";
import { countSymbols, loadCore } from "./core.mjs";
import { drawnScenes, photographedScenes } from "./scenes.mjs";

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "720" },
    rounds: { type: "string", default: "5" },
    scenes: { type: "string", default: "all" },
    formats: { type: "string", default: "first" },
  },
});
const [width, height, rounds] = [Number(values.width), Number(values.height), Number(values.rounds)];

/** Names that zxing-wasm gives the formats; their places are the formats' ids (src/formats.ts), which never change. */
const FIRST = ["QRCode", "EAN13", "EAN8", "UPCA", "UPCE", "Code128"];
const isAll = values.formats === "all";
const FORMATS = isAll ? [] : FIRST;
const ids = isAll ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 22, 25, 26, 27] : [...FIRST.keys()];

await buildWasm("release");
const simd = await loadCore("wasm/core.simd.wasm");
const scalar = await loadCore("wasm/core.wasm");
const theirs = fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
await prepareZXingModule({ overrides: { wasmBinary: readFileSync(theirs).buffer }, fireImmediately: true });

const ours =
  (core, thorough, inverted = true) =>
  (frame) =>
    countSymbols(core, frame, { formats: ids, thorough, inverted });
const zxing =
  (options) =>
  async ({ data }) =>
    (await readBarcodes({ data, width, height, colorSpace: "srgb" }, { ...options, formats: FORMATS })).length;
const NO_TRIES = { tryHarder: false, tryRotate: false, tryInvert: false, tryDownscale: false };
const runners = {
  "zxing-wasm defaults": zxing({}),
  "thorough, SIMD": ours(simd, true),
  "thorough, scalar": ours(scalar, true),
  "zxing-wasm no tries": zxing(NO_TRIES),
  "fast, SIMD": ours(simd, false),
  // Without its tries zxing-wasm looks for dark symbols only.
  "fast, dark symbols only, SIMD": ours(simd, false, false),
  "fast, scalar": ours(scalar, false),
};
const REFERENCE = {
  "thorough, SIMD": "zxing-wasm defaults",
  "thorough, scalar": "zxing-wasm defaults",
  "fast, SIMD": "zxing-wasm no tries",
  "fast, dark symbols only, SIMD": "zxing-wasm no tries",
  "fast, scalar": "zxing-wasm no tries",
};

const scenes = [];
if (values.scenes !== "photos") scenes.push(...(await drawnScenes(width, height)));
if (values.scenes !== "drawn") scenes.push(...(await photographedScenes(width, height)));
for (let i = 0; i < 4; i++) for (const run of Object.values(runners)) await run(scenes[i % scenes.length]);

const times = Object.fromEntries(Object.keys(runners).map((name) => [name, []]));
const found = Object.fromEntries(Object.keys(runners).map((name) => [name, 0]));
const slowest = [];
for (let round = 0; round < rounds; round++) {
  for (const scene of scenes) {
    for (const [name, run] of Object.entries(runners)) {
      const start = performance.now();
      found[name] += await run(scene);
      times[name].push(performance.now() - start);
    }
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const worst = (list) => [...list].sort((a, b) => b - a)[Math.floor(list.length / 20)];
console.log(`${width} × ${height} without a barcode, ${scenes.length} scenes, ${rounds} rounds\n`);
console.log("| | median ms | 95 % ms | ratio to reference | found |\n| --- | --: | --: | --: | --: |");
for (const [name, list] of Object.entries(times)) {
  const reference = REFERENCE[name];
  const ratios = reference ? list.map((ms, i) => ms / times[reference][i]) : [];
  const ratio = reference ? `1/${(1 / median(ratios)).toFixed(1)} of ${reference}` : "";
  console.log(
    `| ${name} | ${median(list).toFixed(2)} | ${worst(list).toFixed(2)} | ${ratio} | ${found[name] / rounds} |`,
  );
}
for (let i = 0; i < scenes.length; i++) {
  const at = (name) => median(times[name].filter((_, k) => k % scenes.length === i));
  slowest.push([at("thorough, SIMD"), at("fast, SIMD"), scenes[i].name]);
}
slowest.sort((a, b) => b[0] - a[0]);
console.log("\nslowest scenes (thorough ms, fast ms):");
for (const [thorough, fast, name] of slowest.slice(0, 5))
  console.log(`  ${thorough.toFixed(2)}  ${fast.toFixed(2)}  ${name}`);
