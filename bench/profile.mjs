/**
 * Where a frame without a barcode spends its time: `node bench/profile.mjs [--fast] [--scalar] [--scene NAME]
 * [--formats 0,1] [--seconds 4] [--top 30]`. Samples our core, built with names, and adds up the time within each
 * function and in what it calls.
 */
import { mkdirSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import asc from "assemblyscript/asc";
import { FAST, SHARED } from "../scripts/build-wasm.mjs";
import { countSymbols, loadCore } from "./core.mjs";
import { drawnScenes, photographedScenes } from "./scenes.mjs";

const { values } = parseArgs({
  options: {
    fast: { type: "boolean", default: false },
    scalar: { type: "boolean", default: false },
    scene: { type: "string", default: "" },
    formats: { type: "string", default: "0,1,2,3,4,5" },
    seconds: { type: "string", default: "4" },
    top: { type: "string", default: "30" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const out = ".cache/bench/core.named.wasm";
mkdirSync(`${root}.cache/bench`, { recursive: true });
const simd = values.scalar ? [] : ["--enable", "simd"];
const { error, stderr } = await asc.main([
  "assembly/index.ts",
  ...FAST,
  ...SHARED,
  ...simd,
  "--debug",
  "--baseDir",
  root,
  "-o",
  out,
]);
if (error) throw new Error(stderr.toString());
// Optimised code from the first frame on: the profile is to show the algorithms, not the compiler's tiers.
setFlagsFromString("--no-liftoff");
const core = await loadCore(out);
const formats = values.formats.split(",").map(Number);
const scenes = [...(await drawnScenes(1280, 720)), ...(await photographedScenes(1280, 720))].filter(({ name }) =>
  new RegExp(values.scene).test(name),
);
const options = { formats, thorough: !values.fast };
let frames = 0;
function run(ms) {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    for (const scene of scenes) {
      countSymbols(core, scene, options);
      frames++;
    }
  }
}
run(200);
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: 200 });
await session.post("Profiler.start");
frames = 0;
const start = performance.now();
run(Number(values.seconds) * 1000);
const elapsed = performance.now() - start;
const { profile } = await session.post("Profiler.stop");

const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const own = new Map();
for (const [i, id] of profile.samples.entries()) own.set(id, (own.get(id) ?? 0) + profile.timeDeltas[i]);
const self = {};
const inclusive = {};
function walk(node, above) {
  const name = node.callFrame.functionName.replace(/^wasm-to-js.*/, "") || "(anonymous)";
  const time = own.get(node.id) ?? 0;
  self[name] = (self[name] ?? 0) + time;
  let total = time;
  for (const id of node.children ?? []) total += walk(nodes.get(id), new Set([...above, name]));
  if (!above.has(name)) inclusive[name] = (inclusive[name] ?? 0) + total;
  return total;
}
walk(profile.nodes[0], new Set());
console.log(
  `${scenes.length} scenes, ${frames} frames, ${(elapsed / frames).toFixed(2)} ms a frame (mean, with sampling)\n`,
);
console.log("inclusive ms   self ms  function");
const names = Object.keys(inclusive).sort((a, b) => inclusive[b] - inclusive[a]);
for (const name of names.slice(0, Number(values.top))) {
  const ms = (table) => ((table[name] ?? 0) / 1000 / frames).toFixed(3).padStart(10);
  console.log(`${ms(inclusive)} ${ms(self)}  ${name}`);
}
