/**
 * What each kernel of the core's front end costs: `node bench/front-end.mjs [--width 1280 --height 720 --rounds 40]`.
 * Unit: one SIMD pass that sums all RGBA bytes of the frame, measured in between. Compare ratios, not milliseconds.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildWasm } from "../scripts/build-wasm.mjs";
import { drawnScenes, photographedScenes } from "./scenes.mjs";

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "720" },
    rounds: { type: "string", default: "40" },
  },
});
const width = Number(values.width);
const height = Number(values.height);
const rounds = Number(values.rounds);
const STRIP = 16;
const LAYOUT_RGBX = 4;

await buildWasm("bench");
const load = async (file) => {
  const path = fileURLToPath(new URL(`../.cache/bench/${file}`, import.meta.url));
  return (await WebAssembly.instantiate(readFileSync(path))).instance.exports;
};
const builds = { SIMD: await load("core.bench.simd.wasm"), scalar: await load("core.bench.wasm") };
const scenes = [...(await drawnScenes(width, height)), ...(await photographedScenes(width, height))];

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const times = {};
function measure(build, kernel, run) {
  const start = performance.now();
  const out = run();
  const elapsed = performance.now() - start;
  times[kernel] ??= { SIMD: [], scalar: [] };
  times[kernel][build].push(elapsed);
  return out;
}

/** Everything that the front end does to one frame, each kernel by itself. */
function frame(build, core, { data }) {
  const at = core.begin(width, height, LAYOUT_RGBX);
  let bytes = new Uint8Array(core.memory.buffer);
  measure(build, "copy + luma + blocks (push)", () => {
    for (let y = 0; y < height; y += STRIP) {
      const rows = Math.min(STRIP, height - y);
      bytes.set(data.subarray(y * width * 4, (y + rows) * width * 4), at);
      core.push(rows);
    }
  });
  const plane = core.planeAt(0);
  const mark = core.mark();
  measure(build, "blocks", () => core.measureBlocks(plane));
  measure(build, "thresholds", () => core.blockThresholds(plane));
  core.release(mark);
  measure(build, "thresholds + bits", () => core.binarize(plane));
  measure(build, "rows", () => core.rowRuns(plane, 1));
  measure(build, "turn + columns", () => core.columnRuns(plane));
  measure(build, "half-size luma", () => core.planeAt(1));
  measure(build, "half-size bits, rows, columns", () => {
    core.rowsAt(1);
    core.columnsAt(1);
  });
  measure(build, "wipe", () => core.begin(0, 0, 0));

  const room = core.begin(width, height * 4, 0);
  bytes = new Uint8Array(core.memory.buffer, room, width * height * 4);
  measure(build, "copy RGBA", () => bytes.set(data));
  measure(build, "unit", () => core.sumBytes(room, (width * height * 4) & ~63));
  core.begin(0, 0, 0);
}

for (const [build, core] of Object.entries(builds))
  for (let i = 0; i < 12; i++) frame(build, core, scenes[i % scenes.length]);
for (const kernel of Object.keys(times)) delete times[kernel];
for (let round = 0; round < rounds; round++) {
  for (const [build, core] of Object.entries(builds)) frame(build, core, scenes[round % scenes.length]);
}

const unit = median(times.unit.SIMD);
console.log(`${width} × ${height}, ${scenes.length} scenes, ${rounds} rounds; unit ${unit.toFixed(3)} ms\n`);
console.log("| kernel | SIMD ms | × unit | scalar ms |\n| --- | --: | --: | --: |");
for (const [kernel, { SIMD, scalar }] of Object.entries(times)) {
  const simd = median(SIMD);
  console.log(`| ${kernel} | ${simd.toFixed(3)} | ${(simd / unit).toFixed(2)} | ${median(scalar).toFixed(3)} |`);
}
