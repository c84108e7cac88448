/**
 * Reports merged per second, each alone in its commit (the floor) and through the group commit, on SQLite and PostgreSQL, in
 * one run: `node server/bench/storage.mjs [--seconds 4] [--clients 256]`. A report is two cells, one slot and an account.
 */
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "4" }, clients: { type: "string", default: "256" } },
});
const milliseconds = Number(options.seconds) * 1000;
const clients = Number(options.clients);

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = join(root, ".cache/bench-storage");

/** The storage and the tests' PostgreSQL as JavaScript. */
async function load(name, source) {
  const outfile = join(built, name);
  await build({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  return import(pathToFileURL(outfile).href);
}

mkdirSync(built, { recursive: true });
cpSync(join(root, "server/src/storage/migrations"), join(built, "migrations"), { recursive: true });
const { openStorage } = await load("open.mjs", "server/src/storage/open.ts");
const { groupCommit } = await load("group-commit.mjs", "server/src/storage/group-commit.ts");
const { startPostgres } = await load("postgres.mjs", "test/server/postgres.ts");

const DAY = "2026-05-01";
const DEVICES = 5000;
let sent = 0;

/** The next report: devices take turns, counts grow with every round. */
function nextReport() {
  const number = sent++;
  const count = 1 + Math.floor(number / DEVICES);
  const cell = (metric) => ({ epoch: "e1", day: DAY, metric, bookedDay: DAY, count });
  return {
    organisation: "bench",
    device: `${number % DEVICES}-1f2e-4c3d-9a8b-0123456789ab`,
    code: "bench-shop",
    receivedAt: 1777600000000 + number,
    cells: [cell("ean_13"), cell("qr_code")],
    slots: [{ account: "bench-shop", day: DAY, slots: [count % 480] }],
    accounts: [{ item: "item1", period: 1, quota: 1e9, overage: 0 }],
  };
}

/** @returns reports per second, and the waiting time in ms that 99 of 100 stay below */
async function measure(store, width) {
  const waits = [];
  const end = performance.now() + milliseconds;
  let done = 0;
  const client = async () => {
    while (performance.now() < end) {
      const since = performance.now();
      await store.mergeUsage([nextReport()]);
      waits.push(performance.now() - since);
      done++;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: width }, client));
  waits.sort((a, b) => a - b);
  return { rate: (done * 1000) / (performance.now() - began), p99: waits[Math.floor(waits.length * 0.99)] };
}

async function compare(name, location, rows) {
  const store = await openStorage(location, { migrate: true });
  await measure(store, 1);
  const floors = [];
  for (const [label, width] of rows) {
    const floor = await measure(store, width);
    floors.push(floor.rate);
    tell(`${name}, one report a commit, ${label}`, floor);
  }
  const grouped = groupCommit(store, { inFlight: name === "SQLite" ? 1 : 2 });
  const group = await measure(grouped, clients);
  const times = floors.map((floor) => (group.rate / floor).toFixed(1)).join(" and ");
  tell(`${name}, group commit, ${clients} clients`, group, `${times} times the floor`);
  const wrong = await store.verify();
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.length} aggregates are wrong`);
  await grouped.close();
}

function tell(what, { rate, p99 }, more = "") {
  console.log(`${what.padEnd(52)} ${rate.toFixed(0).padStart(7)}/s  p99 ${p99.toFixed(1).padStart(6)} ms  ${more}`);
}

const folder = mkdtempSync(join(tmpdir(), "tallymark-bench-"));
let postgres;
try {
  await compare("SQLite", join(folder, `${randomBytes(4).toString("hex")}.db`), [["one after the other", 1]]);
  postgres = await startPostgres();
  await compare("PostgreSQL", await postgres.create("bench"), [
    ["one connection", 1],
    ["ten connections", 10],
  ]);
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}
