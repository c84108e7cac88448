/**
 * The whole server under load, against its floors, in one run:
 *
 *     node server/bench/load.mjs [--seconds 5] [--devices 400] [--connections 96] [--only bare,sqlite,postgres,nodes] [--profile DIR]
 *
 * Devices over real http log their own truth; after each part the totals must be exactly that. Each part tells reports per
 * second of the clock and per second of the server's processor time: the latter also says something on a machine that
 * others use, whose first core is the generator's and whose second is the server's.
 */
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { buildServer } from "../../scripts/build-server.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    devices: { type: "string", default: "400" },
    connections: { type: "string", default: "96" },
    only: { type: "string", default: "bare,sqlite,postgres,nodes" },
    profile: { type: "string" },
  },
});
const milliseconds = Number(options.seconds) * 1000;
const connections = Number(options.connections);
const isWanted = (part) => options.only.split(",").includes(part);

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = join(root, ".cache/bench-load");
const folder = mkdtempSync(join(tmpdir(), "tallymark-load-"));

async function bundle(name, source) {
  const outfile = join(built, name);
  const options = { bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "warning" };
  await build({ entryPoints: [join(root, source)], outfile, ...options });
  return outfile;
}
const load = async (name, source) => import(pathToFileURL(await bundle(name, source)).href);

mkdirSync(built, { recursive: true });
const lts = await buildServer({ out: join(built, "lts") });
cpSync(join(root, "server/src/storage/migrations"), join(built, "migrations"), { recursive: true });
const bare = await bundle("bare.mjs", "server/bench/bare-server.ts");
const { LoadConnections } = await load("connections.mjs", "server/bench/load-connections.ts");
const { LoadDevice, ORGANISATION } = await load("device.mjs", "server/bench/load-device.ts");
const { openStorage } = await load("storage.mjs", "server/src/storage/open.ts");
const { envOf, LtsProcess, openShop } = await load("process.mjs", "test/server/process/lts-process.ts");
const { startPostgres } = await load("postgres.mjs", "test/server/postgres.ts");

/** Connections by the server that they lead to; each server has them all. */
const lines = new Map();
function lineTo(url) {
  const known = lines.get(url) ?? new LoadConnections(new URL(url), connections);
  lines.set(url, known);
  return known;
}

/** What servers say of themselves, added up. */
async function sumOf(nodes, metric) {
  const texts = await Promise.all(nodes.map(async ({ operations }) => (await fetch(`${operations}/metrics`)).text()));
  return texts.reduce((sum, text) => sum + Number(new RegExp(`^${metric} (\\S+)`, "m").exec(text)?.[1]), 0);
}

/** Processor seconds that servers have used. */
const processorSeconds = (nodes) => sumOf(nodes, "process_cpu_seconds_total");

const lastCommit = (devices) => Math.max(...devices.map(({ sequence }) => sequence));

let turn = 0;
async function reportOnce(devices, nodes) {
  const device = devices[turn++ % devices.length];
  const since = performance.now();
  const line = lineTo(nodes[turn % nodes.length].url);
  device.hear(await line.report("/c/v1/report", device.nextReport()));
  return performance.now() - since;
}

/** Reports after which a server's code is compiled. */
const WARM = 8000;

/** As fast as it goes: each connection sends when it has been answered. */
async function flood(devices, nodes, least = 0) {
  const end = performance.now() + milliseconds;
  const began = performance.now();
  const cpu = await processorSeconds(nodes);
  const commits = lastCommit(devices);
  let done = 0;
  const connection = async () => {
    for (; performance.now() < end || done < least; done++) await reportOnce(devices, nodes);
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - began) / 1000;
  const perCommit = done / (lastCommit(devices) - commits);
  return { rate: done / seconds, perCore: done / ((await processorSeconds(nodes)) - cpu), perCommit };
}

/** At a rate of its own, whatever the answers do; waiting is counted from when a report was due. */
async function stream(devices, nodes, rate) {
  const waits = [];
  const open = new Set();
  const began = performance.now();
  for (let sent = 0; ; ) {
    const now = performance.now() - began;
    if (now > milliseconds) break;
    for (; sent < (now * rate) / 1000; sent++) {
      const late = performance.now() - began - (sent * 1000) / rate;
      const wait = reportOnce(devices, nodes).then((took) => waits.push(took + late));
      open.add(wait);
      wait.finally(() => open.delete(wait));
    }
    await sleep(1);
  }
  await Promise.all(open);
  waits.sort((a, b) => a - b);
  const at = (share) => waits[Math.floor(waits.length * share)];
  return { p50: at(0.5), p99: at(0.99) };
}

/** Throws unless the store says exactly what the devices have counted. */
async function demandExact(devices, shop) {
  const truth = devices.reduce((sum, { counts }) => sum + counts.ean_13 + counts.qr_code, 0);
  const storage = await openStorage(shop.database);
  try {
    const range = { from: "2020-01-01", to: "2099-12-31" };
    const [row] = await storage.usage({ organisation: ORGANISATION, ...range, groupBy: [] });
    const item = await storage.read(({ items }) => items.get(ORGANISATION, shop.item));
    const [charged] = await storage.charged(ORGANISATION, [{ item: item.id, period: item.grants[0].period.start }]);
    const wrong = await storage.verify();
    if (row?.count !== truth || charged !== truth || wrong.length > 0) {
      throw new Error(`counted ${truth}, stored ${row?.count}, charged ${charged}, ${wrong.length} aggregates wrong`);
    }
    console.log(`    ${truth} scans counted, ${row.count} stored, ${charged} charged: exact`);
  } finally {
    await storage.close();
  }
}

function tell(what, { rate, perCore, perCommit, p50, p99 }, more = "") {
  const parts = [
    rate && `${rate.toFixed(0).padStart(6)}/s`,
    perCore && `${perCore.toFixed(0).padStart(6)} per core and second`,
    // PostgreSQL counts bytes of its log instead.
    perCommit > 1 && `${perCommit.toFixed(0)} a commit`,
    p50 && `p50 ${p50.toFixed(1)} ms`,
    p99 && `p99 ${p99.toFixed(1)} ms`,
  ];
  console.log([what.padEnd(44), ...parts.filter(Boolean), more].join("  "));
}

/** Starts so many servers over a database, lets devices in, and measures. */
async function measure(name, { program = lts, database, count = 1, isExact = true, floors = [], best }) {
  const flags = options.profile ? ["--cpu-prof", `--cpu-prof-dir=${options.profile}`] : [];
  const masterKey = randomBytes(32).toString("base64url");
  const env = { ...envOf(join(folder, name), database), LTS_MASTER_KEY: masterKey };
  const shop = await openShop(env);
  const nodes = [];
  try {
    for (let n = 0; n < count; n++) nodes.push(await LtsProcess.start(program, env, flags));
    const devices = Array.from({ length: Number(options.devices) }, () => new LoadDevice());
    for (const device of devices) await device.authorize(nodes[0].url);
    await flood(devices, nodes, WARM * count);
    const flooded = await flood(devices, nodes);
    const share = best && `${((100 * flooded.perCore) / best.perCore).toFixed(0)} % of no store per core`;
    const times = floors.map((floor) => `${(flooded.rate / floor).toFixed(1)} × a commit each`);
    tell(name, flooded, [share, ...times].filter(Boolean).join(", "));
    tell("    at 70 % of that", await stream(devices, nodes, flooded.rate * 0.7));
    const memory = (await sumOf(nodes, "process_resident_memory_bytes")) / count / 1e6;
    console.log(`    ${memory.toFixed(0)} MB a node`);
    if (isExact) await demandExact(devices, shop);
    return flooded;
  } finally {
    for (const { url } of nodes) {
      lines.get(url)?.close();
      lines.delete(url);
    }
    for (const node of nodes) await node.stop();
  }
}

/** The floor: the same reports, each alone in its commit, with no http around it. @returns reports a second */
async function floorOf(name, location, width) {
  const storage = await openStorage(location, { migrate: true });
  const end = performance.now() + milliseconds;
  const began = performance.now();
  let done = 0;
  const client = async () => {
    while (performance.now() < end) {
      const number = done++;
      const count = 1 + Math.floor(number / 400);
      const cell = (metric) => ({ epoch: "e", day: "2026-05-01", metric, bookedDay: "2026-05-01", count });
      const device = `${number % 400}-1f2e-4c3d-9a8b-0123456789ab`;
      const of = { organisation: ORGANISATION, device, code: "100-shop", receivedAt: Date.now() };
      const slots = [{ account: "100-shop", day: "2026-05-01", slots: [count % 480] }];
      const accounts = [{ item: "item1", period: 1, quota: 1e9, overage: 0 }];
      await storage.mergeUsage([{ ...of, cells: [cell("ean_13"), cell("qr_code")], slots, accounts }]);
    }
  };
  await Promise.all(Array.from({ length: width }, client));
  const rate = (done * 1000) / (performance.now() - began);
  await storage.close();
  tell(name, { rate });
  return rate;
}

let postgres;
try {
  console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, ${options.seconds} s each`);
  const best = isWanted("bare") ? await measure("no store", { program: bare, isExact: false }) : undefined;
  if (isWanted("sqlite")) {
    const floor = await floorOf("SQLite, a commit each", join(folder, "floor.db"), 1);
    await measure("SQLite", { floors: [floor], best });
  }
  if (isWanted("postgres") || isWanted("nodes")) {
    postgres = await startPostgres();
    const one = await floorOf("PostgreSQL, a commit each, one connection", await postgres.create("floor1"), 1);
    const ten = await floorOf("PostgreSQL, a commit each, ten connections", await postgres.create("floor10"), 10);
    const floors = [one, ten];
    if (isWanted("postgres")) await measure("PostgreSQL", { database: await postgres.create("one"), floors, best });
    if (isWanted("nodes")) {
      await measure("PostgreSQL, two nodes", { database: await postgres.create("two"), count: 2, floors, best });
    }
  }
  console.log(`load ${loadavg()[0].toFixed(1)} at the end`);
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}
