import { spawn } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate, migrationsOf } from "../../server/src/storage/migrations.js";
import { openStorage, type Storage } from "../../server/src/storage/open.js";
import { SqliteConnection } from "../../server/src/storage/sqlite/sqlite-connection.js";
import { SqliteStore } from "../../server/src/storage/sqlite/sqlite-store.js";
import { expectExact, expectNothingLost, type FleetDevice, fleetOf, sumOf } from "./fleet.js";
import { START } from "./lab.js";

const isLong = process.env.TALLYMARK_LONG === "1";
const folder = mkdtempSync(join(tmpdir(), "tallymark-durable-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => {
  const inside = join(folder, name);
  mkdirSync(inside, { recursive: true });
  return join(inside, "lts.db");
};
const open = (path: string, options = {}) => openStorage(path, { migrate: true, ...options });
const generationOf = async (store: Storage) => (await store.commit()).generation;
const work = async (store: Storage, fleet: readonly FleetDevice[], rounds: number) => {
  for (let round = 0; round < rounds; round++) for (const device of fleet) expect(await device.work(store)).toBe(true);
};

describe("generations of a SQLite database", () => {
  test("last from one start to the next, and the sequence goes on", async () => {
    const path = at("same");
    const first = await open(path);
    const before = await first.commit();
    await first.close();
    const second = await open(path);
    const after = await second.commit();
    await second.close();
    expect(after.generation).toBe(before.generation);
    expect(after.sequence).toBeGreaterThan(before.sequence);
  });

  test("an older copy put in its place begins another one, and the devices' cells heal the total", async () => {
    const path = at("older");
    const fleet = fleetOf("older", 5);
    const first = await open(path);
    await work(first, fleet, 2);
    const before = await generationOf(first);
    await first.close();
    copyFileSync(path, `${path}.yesterday`);
    const second = await open(path);
    expect(await generationOf(second)).toBe(before);
    await work(second, fleet, 3);
    await second.close();
    copyFileSync(`${path}.yesterday`, path);
    const restored = await open(path);
    expect(await generationOf(restored)).not.toBe(before);
    expect(await sumOf(restored, "older")).toBe(10);
    await expectExact(restored, fleet);
    await restored.close();
  });

  test("a copy from while it was served is noticed too, once the file beside it has followed", async () => {
    const path = at("live");
    const store = await open(path);
    await store.commit();
    const before = await generationOf(store);
    await store.backup(`${path}.copy`);
    const copy = new Database(`${path}.copy`);
    // As a plain copy of the file would have it.
    copy.prepare("UPDATE store_state SET generation = ?").run(before);
    copy.close();
    await store.commit();
    await store.close();
    rmSync(path);
    copyFileSync(`${path}.copy`, path);
    const restored = await open(path);
    expect(await generationOf(restored)).not.toBe(before);
    await restored.close();
  });

  test.each([
    ["is lost", (file: string) => rmSync(file)],
    ["is damaged", (file: string) => writeFileSync(file, "{")],
    ["is another's", (file: string) => writeFileSync(file, '{"generation":"other","sequence":0}')],
  ])("another begins where the file beside it %s", async (_, spoil) => {
    const path = at(`file ${spoil.toString().length}`);
    const store = await open(path);
    const before = await generationOf(store);
    await store.close();
    spoil(`${path}.generation`);
    const again = await open(path);
    expect(await generationOf(again)).not.toBe(before);
    await again.close();
    const third = await open(path);
    const kept = JSON.parse(readFileSync(`${path}.generation`, "utf8")) as { generation: string };
    expect(await generationOf(third)).toBe(kept.generation);
    await third.close();
  });

  test("another one that a second process begins is known to the first at its next commit", async () => {
    const path = at("second");
    const serving = await open(path);
    const before = await generationOf(serving);
    const command = await open(path);
    expect(await generationOf(command)).toBe(before);
    await command.renewGeneration();
    const renewed = await generationOf(command);
    await command.close();
    expect(renewed).not.toBe(before);
    expect(await generationOf(serving)).toBe(renewed);
    await serving.close();
    const again = await open(path);
    expect(await generationOf(again)).toBe(renewed);
    await again.close();
  });

  test("another begins when an operator says that it was restored", async () => {
    const path = at("told");
    const store = await open(path);
    const before = await generationOf(store);
    await store.renewGeneration();
    const renewed = await generationOf(store);
    await store.close();
    const restored = await open(path, { restored: true });
    expect(new Set([before, renewed, await generationOf(restored)]).size).toBe(3);
    await restored.close();
  });
});

describe("a backup of a SQLite database", () => {
  test("is made while the store is written to, is whole, and begins another generation", async () => {
    const path = at("backup");
    const store = await open(path);
    const fleet = fleetOf("backup", 20);
    await work(store, fleet, 2);
    const [, done] = await Promise.all([store.backup(`${path}.backup`), work(store, fleet, 5)]);
    expect(done).toBeUndefined();
    await expect(store.backup(`${path}.backup`)).rejects.toMatchObject({ code: "conflict" });
    const before = await generationOf(store);
    await store.close();
    expect(existsSync(`${path}.backup.part`)).toBe(false);
    const restored = await openStorage(`${path}.backup`);
    expect(await generationOf(restored)).not.toBe(before);
    expect(await restored.verify()).toEqual([]);
    expect(await sumOf(restored, "backup")).toBeGreaterThanOrEqual(40);
    await expectExact(restored, fleet);
    await restored.close();
  });

  test("is made by a second process while the first one writes, and ends", async () => {
    const path = at("busy");
    const serving = await open(path);
    const fleet = fleetOf("busy", 300);
    await work(serving, fleet, 1);
    const command = await open(path);
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        for (const device of fleet.slice(0, 3)) await device.work(serving);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await command.backup(`${path}.backup`).finally(() => {
      isOver = true;
    });
    await writing;
    await Promise.all([command.close(), serving.close()]);
    const restored = await openStorage(`${path}.backup`);
    expect(await restored.verify()).toEqual([]);
    await expectExact(restored, fleet);
    await restored.close();
  });

  test("to a place that is none is unavailable storage and leaves the store alone", async () => {
    const store = await open(at("nowhere"));
    await expect(store.backup(join(folder, "no/such/folder/copy.db"))).rejects.toThrow();
    expect((await store.commit()).sequence).toBeGreaterThan(0);
    await store.close();
  });
});

describe("a disk that does not take it", () => {
  const openSpoilt = async (name: string) => {
    const path = at(name);
    const connection = SqliteConnection.open(path);
    await migrate(connection, await migrationsOf("sqlite"));
    return { connection, store: await SqliteStore.open(connection, path) };
  };

  test("a full disk acknowledges nothing, keeps what it has, and recovers by itself", async () => {
    const { connection, store } = await openSpoilt("full");
    const fleet = fleetOf("full", 200);
    for (const device of fleet.slice(0, 50)) expect(await device.work(store)).toBe(true);
    const pages = connection.db.pragma("page_count", { simple: true }) as number;
    connection.db.pragma(`max_page_count = ${pages}`);
    let refused = 0;
    for (const device of fleet) if (!(await device.work(store))) refused++;
    expect(refused).toBeGreaterThan(0);
    await expectNothingLost(store, fleet);
    const batch = store.mergeUsage(fleet.map((device) => device.report()));
    await expect(batch).rejects.toMatchObject({ code: "busy", reason: "storage_unavailable", retryAfterSeconds: 5 });
    const record = { id: "x".repeat(8), name: "x".repeat(1e6), createdAt: START };
    const cold = store.transaction(({ organisations }) => organisations.insert(record));
    await expect(cold).rejects.toMatchObject({ reason: "storage_unavailable" });
    expect(await store.read(({ organisations }) => organisations.get(record.id))).toBeUndefined();
    connection.db.pragma("max_page_count = 1000000");
    await expectExact(store, fleet);
    await store.close();
  });

  test("a read-only database says so when it is asked whether it is ready, and recovers by itself", async () => {
    const { connection, store } = await openSpoilt("read-only");
    const [device] = fleetOf("read-only", 1) as [FleetDevice];
    connection.db.pragma("query_only = ON");
    await expect(store.commit()).rejects.toMatchObject({ reason: "storage_unavailable" });
    expect(await device.work(store)).toBe(false);
    expect(await sumOf(store, "read-only")).toBe(0);
    connection.db.pragma("query_only = OFF");
    await expectExact(store, [device]);
    await store.close();
  });

  test("another process that holds the database makes it busy, not broken", { timeout: 20_000 }, async () => {
    const { store } = await openSpoilt("held");
    const other = new Database(join(folder, "held/lts.db"));
    other.exec("BEGIN IMMEDIATE");
    await expect(store.commit()).rejects.toMatchObject({ reason: "storage_unavailable" });
    other.exec("ROLLBACK");
    other.close();
    expect((await store.commit()).sequence).toBeGreaterThan(0);
    await store.close();
  });
});

test("what is spoilt behind its back is found by verify", async () => {
  const path = at("spoilt");
  const store = await open(path);
  await work(store, fleetOf("spoilt", 2), 2);
  await store.claimSeats([
    { organisation: "spoilt", device: "d1", at: 1, candidates: [{ item: "i", period: 1, limit: 2, freedBefore: 0 }] },
  ]);
  expect(await store.verify()).toEqual([]);
  const db = new Database(path);
  db.exec(`UPDATE usage_total SET count = count + 1; UPDATE charge SET units = units + 2; UPDATE seat_pool SET taken = 7;
    UPDATE slot_count SET count = 9 WHERE slot = 1; DELETE FROM slot_count WHERE slot = 2`);
  db.close();
  const found = await store.verify();
  expect(found.map(({ aggregate, stored, recomputed }) => [aggregate, stored, recomputed])).toEqual([
    ["usage", 5, 4],
    ["charge", 6, 4],
    ["charge", 4, 6],
    ["seats", 7, 1],
    ["slots", 9, 2],
    ["slots", 0, 2],
  ]);
  expect(found.every(({ organisation }) => organisation === "spoilt")).toBe(true);
  await store.close();
});

describe("kill -9", () => {
  const script = join(folder, "writer.mjs");
  beforeAll(async () => {
    const source = `
      import { groupCommit } from "./server/src/storage/group-commit.js";
      import { openStorage } from "./server/src/storage/open.js";
      const store = groupCommit(await openStorage(process.argv[2]));
      const counts = JSON.parse(process.argv[3]);
      const write = (device, count) => ({ organisation: "killed", device, code: "killed-shop", receivedAt: 1, cells: [
        { epoch: "e-" + device, day: "2026-05-01", metric: "ean_13", bookedDay: "2026-05-01", count }],
        slots: [{ account: "killed-shop", day: "2026-05-01", slots: [count % 480] }],
        accounts: [{ item: "item1", period: ${START}, quota: 1e9, overage: 0 }] });
      await Promise.all(counts.map(async (from, n) => {
        for (let count = from + 1; ; count++) {
          process.stdout.write("try " + n + " " + count + "\\n");
          const { results } = await store.mergeUsage([write("d" + n, count)]);
          process.stdout.write("ack " + n + " " + results[0].cells[0].count + "\\n");
        }
      }));`;
    // Beside the sources' packages, so that the writer finds them.
    await build({
      stdin: { contents: source, resolveDir: process.cwd(), loader: "ts" },
      outfile: script,
      bundle: true,
      platform: "node",
      format: "esm",
      alias: { "better-sqlite3": join(process.cwd(), "node_modules/better-sqlite3/lib/index.js") },
      external: [join(process.cwd(), "node_modules/*")],
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
    // The bundle looks for migrations beside itself.
    cpSync(join(process.cwd(), "server/src/storage/migrations"), join(folder, "migrations"), { recursive: true });
  });

  test("under load loses nothing that was acknowledged and counts nothing twice", { timeout: 120_000 }, async () => {
    const path = at("killed");
    await (await open(path)).close();
    const fleet = fleetOf("killed", 8);
    for (let kill = 0; kill < (isLong ? 50 : 10); kill++) {
      const said = await runAndKill(script, path, fleet, 5 + ((kill * 37) % 90));
      expect(said.filter((line) => line.startsWith("ack")).length).toBeGreaterThan(0);
      for (const line of said) {
        const [, verb, n, count] = /^(try|ack) (\d+) (\d+)$/.exec(line) ?? [];
        const device = fleet[Number(n)];
        if (device === undefined || verb === undefined) continue;
        if (verb === "try") device.count = Math.max(device.count, Number(count));
        else device.acked = Math.max(device.acked, Number(count));
      }
      const check = new Database(path);
      expect(check.pragma("integrity_check", { simple: true })).toBe("ok");
      check.close();
      const store = await openStorage(path);
      await expectNothingLost(store, fleet);
      await store.close();
    }
    const store = await openStorage(path);
    await expectExact(store, fleet);
    await store.close();
  });
});

/** Runs the writer, and kills it some time after its first acknowledgement; returns its whole lines. */
function runAndKill(script: string, path: string, fleet: readonly FleetDevice[], afterMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const counts = JSON.stringify(fleet.map(({ count }) => count));
    const child = spawn(process.execPath, [script, path, counts], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let complaints = "";
    let isDying = false;
    child.stderr.on("data", (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (isDying || !out.includes("ack")) return;
      isDying = true;
      setTimeout(() => child.kill("SIGKILL"), afterMs);
    });
    child.once("error", reject);
    child.once("close", () => {
      if (isDying) resolve(out.split("\n").slice(0, -1));
      else reject(new Error(`the writer ended by itself: ${complaints}`));
    });
  });
}
