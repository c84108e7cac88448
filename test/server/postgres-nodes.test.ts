import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SERVER } from "../../server/src/domain/organisation.js";
import type { Store } from "../../server/src/ports.js";
import { groupCommit } from "../../server/src/storage/group-commit.js";
import { migrateStorage, openStorage, type Storage } from "../../server/src/storage/open.js";
import { hasGoneBack } from "../../server/src/storage/postgres/postgres-life.js";
import { AttemptLimit } from "../../server/src/usecases/attempt-limit.js";
import { expectExact, expectNothingLost, FLEET_DAY, fleetOf, sumOf } from "./fleet.js";
import { openLab, START } from "./lab.js";
import { startPostgres, type TestPostgres } from "./postgres.js";

const isLong = process.env.TALLYMARK_LONG === "1";

let postgres: TestPostgres;
let location: string;
let nodes: readonly Storage[];
beforeAll(async () => {
  postgres = await startPostgres();
  location = await postgres.create("nodes");
  nodes = [await openStorage(location, { migrate: true }), await openStorage(location)];
}, 60_000);
afterAll(async () => {
  await Promise.all((nodes ?? []).map((node) => node.close()));
  await postgres?.stop();
}, 60_000);

const node = (n: number): Storage => nodes[n % 2] as Storage;
let made = 0;
const tenant = (): string => `n${++made}`;
const numRuns = isLong ? 500 : 25;

describe("two nodes on one PostgreSQL", () => {
  test("hold who tries passwords together, however many come at once", async () => {
    const limits = nodes.map((store) => new AttemptLimit({ ...openLab(store).ports, store }));
    const take = (n: number) =>
      (limits[n % 2] as AttemptLimit).take([
        { name: "pair ada@shop 192.0.2.1", limit: 10 },
        { name: "address 192.0.2.1", limit: 100 },
      ]);
    const waits = await Promise.all(Array.from({ length: 40 }, (_, n) => take(n)));
    expect(waits.filter((wait) => wait === undefined)).toHaveLength(10);
    expect(new Set(waits)).toEqual(new Set([undefined, 900]));
    await limits[1]?.forget("pair ada@shop 192.0.2.1");
    const kept = await node(0).read(({ attempts }) => attempts.all(SERVER));
    // Those that were not made count nowhere.
    expect(kept.map(({ count }) => count)).toEqual([10]);
  });

  test("agree on generation, and the sequence grows from one to the other", async () => {
    const first = await node(0).commit();
    const second = await node(1).commit();
    const third = await node(0).commit();
    expect([second.generation, third.generation]).toEqual([first.generation, first.generation]);
    expect(second.sequence).toBeGreaterThan(first.sequence);
    expect(third.sequence).toBeGreaterThan(second.sequence);
  });

  test("merge reports of the same devices at the same time, each scan once, charged to the last unit", async () => {
    const report = fc.record({
      device: fc.constantFrom("d1", "d2", "d3"),
      metric: fc.constantFrom("ean_13", "qr_code"),
      count: fc.nat(40),
      slot: fc.nat(4),
    });
    const accounts = [
      { item: "a", period: 1, quota: 30, overage: 5 },
      { item: "b", period: 1, quota: 20, overage: 0 },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(report, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        async (batches) => {
          const organisation = tenant();
          const work = batches.map((batch, n) =>
            node(n).mergeUsage(
              batch.map(({ device, metric, count, slot }) => ({
                organisation,
                device,
                code: `${organisation}-shop`,
                receivedAt: START,
                cells: [{ epoch: "e1", day: FLEET_DAY, metric, bookedDay: FLEET_DAY, count }],
                slots: [{ account: "shop", day: FLEET_DAY, slots: [slot] }],
                accounts,
              })),
            ),
          );
          await Promise.all(work);
          const highest = new Map<string, number>();
          const slots = new Set<string>();
          for (const { device, metric, count, slot } of batches.flat()) {
            highest.set(device + metric, Math.max(highest.get(device + metric) ?? 0, count));
            slots.add(`${device}/${slot}`);
          }
          const truth = [...highest.values()].reduce((sum, count) => sum + count, 0);
          expect(await sumOf(node(0), organisation)).toBe(truth);
          const [a = 0, b = 0] = await node(1).charged(organisation, accounts);
          expect(a + b).toBe(truth);
          // First the quotas, then the overage of the first, then the excess of the last; whoever came first.
          expect(a).toBe(truth <= 50 ? Math.min(truth, 30) : Math.min(truth - 20, 35));
          const counts = await node(0).slotCounts(organisation, "shop", FLEET_DAY);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(slots.size);
        },
      ),
      { numRuns, seed: 5 },
    );
    expect(await node(0).verify()).toEqual([]);
  });

  test("R40 never give more seats than there are, nor fewer", async () => {
    const race = fc.record({
      limits: fc.tuple(fc.nat(3), fc.nat(3)),
      devices: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 18 }),
    });
    await fc.assert(
      fc.asyncProperty(race, async ({ limits, devices }) => {
        const organisation = tenant();
        const candidates = limits.map((limit, n) => ({ item: `i${n}`, period: 1, limit, freedBefore: 0 }));
        const claims = devices.map((n, index) =>
          node(index).claimSeats([{ organisation, device: `d${n}`, at: START, candidates }]),
        );
        const results = (await Promise.all(claims)).map(([result]) => result?.item);
        const seats = await node(0).read(({ seats: records }) =>
          Promise.all(candidates.map(({ item }) => records.count(organisation, item, 1, 0))),
        );
        expect(seats.every((count, n) => count <= (limits[n] ?? 0))).toBe(true);
        const held = seats.reduce((sum, count) => sum + count, 0);
        expect(held).toBe(Math.min(limits[0] + limits[1], new Set(devices).size));
        // A device that asked twice was given the same seat twice.
        for (const n of new Set(devices)) {
          const given = new Set(results.filter((_, index) => devices[index] === n));
          expect(given.size).toBe(1);
        }
      }),
      { numRuns, seed: 6 },
    );
    expect(await node(0).verify()).toEqual([]);
  });

  test("R63 never admit more devices to a slot than it takes, with reports of the same devices in between", async () => {
    const race = fc.record({
      limit: fc.nat(4),
      devices: fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.boolean()), { maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(race, async ({ limit, devices }) => {
        const organisation = tenant();
        const claim = (device: string, most: number) => ({
          organisation,
          device,
          at: START,
          day: FLEET_DAY,
          slot: 7,
          candidates: [{ item: "item1", period: 1, limit: most, freedBefore: 0 }],
        });
        const work = devices.map(async ([n, isReport], index) => {
          const device = `d${n}`;
          if (!isReport) return node(index).claimSlots([claim(device, limit)]);
          const slots = [{ account: "item1", day: FLEET_DAY, slots: [7], limit }];
          const write = { organisation, device, code: "shop", receivedAt: START, cells: [], slots, accounts: [] };
          return node(index).mergeUsage([write]);
        });
        await Promise.all(work);
        const asked = Array.from({ length: 8 }, (_, n) => claim(`d${n + 1}`, 0));
        const admitted = (await node(0).claimSlots(asked)).filter((result) => result !== undefined);
        expect(admitted).toHaveLength(Math.min(limit, new Set(devices.map(([n]) => n)).size));
      }),
      { numRuns, seed: 7 },
    );
    expect(await node(1).verify()).toEqual([]);
  });

  test("cold transactions of both that count and write lose no step", async () => {
    const id = tenant();
    await node(0).transaction(({ organisations }) => organisations.insert({ id, name: "0", createdAt: START }));
    const step = (_: unknown, n: number) =>
      node(n).transaction(async ({ organisations }) => {
        const found = await organisations.get(id);
        await organisations.update({ id, name: String(Number(found?.name) + 1), createdAt: START });
      });
    await Promise.all(Array.from({ length: 30 }, step));
    expect((await node(0).read(({ organisations }) => organisations.get(id)))?.name).toBe("30");
  });

  test("the same login is given once, whoever asks first", async () => {
    const login = `${tenant()}@shop.example`;
    const insert = (n: number) =>
      node(n).transaction(({ users }) =>
        users.insert({
          organisation: tenant(),
          id: "u",
          login,
          name: "Ada",
          role: "owner",
          passwordHash: "",
          createdAt: 1,
        }),
      );
    const done = await Promise.allSettled([0, 1, 0, 1].map(insert));
    const failed = done.flatMap((it) => (it.status === "rejected" ? [it.reason as { code: string }] : []));
    expect(failed.map(({ code }) => code)).toEqual(["conflict", "conflict", "conflict"]);
  });

  test("devices that are deleted while they claim leave the seats' count right", async () => {
    const organisation = tenant();
    const candidates = [{ item: "i", period: 1, limit: 3, freedBefore: 0 }];
    const work = Array.from({ length: 40 }, (_, n) =>
      n % 3 === 0
        ? node(n).transaction(({ devices }) => devices.remove(organisation, `d${n % 5}`))
        : node(n).claimSeats([{ organisation, device: `d${n % 5}`, at: START, candidates }]),
    );
    await Promise.all(work);
    expect(await node(0).verify()).toEqual([]);
    expect(await node(0).read(({ seats }) => seats.count(organisation, "i", 1, 0))).toBeLessThanOrEqual(3);
  });

  test("a branch of work that goes on after its sibling failed does not reach the next transaction", async () => {
    let late: Promise<unknown> | undefined;
    const id = tenant();
    const failed = node(0).transaction(async ({ organisations }) => {
      late = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
        organisations.insert({ id, name: "late", createdAt: 1 }),
      );
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await expect(late).rejects.toThrow(/over/);
    expect(await node(0).read(({ organisations }) => organisations.get(id))).toBeUndefined();
  });
});

test("backends that are terminated under load lose nothing acknowledged and count nothing twice", {
  timeout: 120_000,
}, async () => {
  const grouped: Store[] = await Promise.all(
    [0, 1].map(async () => groupCommit(await openStorage(location), { inFlight: 2, batchRows: 8 })),
  );
  const fleet = fleetOf("terminated", 12);
  let isOver = false;
  const work = fleet.map(async (device, n) => {
    for (let turn = n; !isOver; turn++) await device.work(grouped[turn % 2] as Store);
  });
  let killed = 0;
  for (let kill = 0; kill < (isLong ? 50 : 12); kill++) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const rows = await postgres.admin(
      `SELECT pg_terminate_backend(pid) AS done FROM pg_stat_activity
        WHERE datname = 'nodes' AND application_name = 'lts' AND ${kill % 2 === 0 ? "true" : "state <> 'idle'"}`,
    );
    killed += rows.length;
  }
  isOver = true;
  await Promise.all(work);
  expect(killed).toBeGreaterThan(10);
  expect(fleet.every(({ acked }) => acked > 0)).toBe(true);
  await expectNothingLost(grouped[0] as Store, fleet);
  await expectExact(grouped[1] as Store, fleet);
  await Promise.all(grouped.map((it) => it.close()));
});

test("a database that only reads is unavailable storage, and recovers by itself", async () => {
  const store = await openStorage(await postgres.create("reading"), { migrate: true });
  const [device] = fleetOf("reading", 1);
  // New connections only: the old ones are ended, as in a fail-over.
  const set = async (value: string) => {
    await postgres.admin(`ALTER DATABASE reading SET default_transaction_read_only = ${value}`);
    await postgres.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'reading'");
  };
  await set("on");
  await expect(store.commit()).rejects.toMatchObject({ code: "busy", reason: "storage_unavailable" });
  expect(await device?.work(store)).toBe(false);
  await set("off");
  await expectExact(store, device === undefined ? [] : [device]);
  await store.close();
});

describe("generations of a PostgreSQL database", () => {
  const generationOf = async (store: Store) => (await store.commit()).generation;

  test("are the same for a user with no more rights than its tables need", async () => {
    await postgres.admin("CREATE ROLE plain LOGIN PASSWORD 'plain'");
    await postgres.admin("CREATE DATABASE plain OWNER plain");
    const own = postgres.url("plain", "plain");
    const store = await openStorage(own, { migrate: true });
    const other = await openStorage(postgres.url("plain"));
    expect(await generationOf(store)).toBe(await generationOf(other));
    await Promise.all([store.close(), other.close()]);
  });

  test("begin anew when an operator says so, for all nodes at once", async () => {
    const url = await postgres.create("renewed");
    const [one, two] = [await openStorage(url, { migrate: true }), await openStorage(url)];
    const before = await generationOf(two);
    await one.renewGeneration();
    expect(await generationOf(two)).not.toBe(before);
    expect(await generationOf(two)).toBe(await generationOf(one));
    const told = await openStorage(url, { restored: true });
    expect(await generationOf(told)).not.toBe(await generationOf(one).then(() => before));
    await Promise.all([one.close(), two.close(), told.close()]);
  });

  test("a dump loaded into another database is another one, and the devices' cells heal the total", async () => {
    const target = join(tmpdir(), `tallymark-dump-${process.pid}.sql`);
    const url = await postgres.create("source");
    const store = await openStorage(url, { migrate: true });
    const fleet = fleetOf("dumped", 4);
    for (const device of fleet) await device.work(store);
    const odd = { id: "odd", name: 'it\'s \\ "odd"\n; --', createdAt: START };
    await store.transaction(({ organisations }) => organisations.insert(odd));
    try {
      await store.backup(target);
      await expect(store.backup(target)).rejects.toMatchObject({ code: "conflict" });
      for (const device of fleet) await device.work(store);
      const before = await generationOf(store);
      await store.close();
      const copy = await postgres.create("copy");
      await migrateStorage(copy);
      await postgres.admin(readFileSync(target, "utf8"), "copy");
      const restored = await openStorage(copy);
      expect(await restored.read(({ organisations }) => organisations.get("odd"))).toEqual(odd);
      expect(await generationOf(restored)).not.toBe(before);
      expect(await sumOf(restored, "dumped")).toBe(4);
      await expectExact(restored, fleet);
      await restored.close();
    } finally {
      rmSync(target, { force: true });
    }
  });

  test("tables that are dropped and filled again are another one", async () => {
    const url = await postgres.create("refilled");
    const first = await openStorage(url, { migrate: true });
    const before = await generationOf(first);
    await first.close();
    // What pg_restore --clean does.
    await postgres.admin(
      `CREATE TABLE copy (LIKE usage_cell INCLUDING ALL); DROP TABLE usage_cell; ALTER TABLE copy RENAME TO usage_cell`,
      "refilled",
    );
    const second = await openStorage(url);
    expect(await generationOf(second)).not.toBe(before);
    await second.close();
  });

  test("a sequence that goes back within one is noticed, and only that", () => {
    const commit = (generation: string, sequence: number) => ({ generation, sequence });
    expect(hasGoneBack(commit("a", 5), commit("a", 4))).toBe(true);
    expect(hasGoneBack(commit("a", 5), commit("a", 5))).toBe(false);
    expect(hasGoneBack(commit("a", 5), commit("b", 1))).toBe(false);
    expect(hasGoneBack(undefined, commit("a", 1))).toBe(false);
  });
});

test("a database in another encoding is refused", async () => {
  await postgres.admin("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
  await expect(openStorage(postgres.url("latin"), { migrate: true })).rejects.toMatchObject({ code: "invalid" });
});

test("synchronous_commit = off of the server is not believed", async () => {
  const url = await postgres.create("asynchronous");
  await postgres.admin("ALTER DATABASE asynchronous SET synchronous_commit = off");
  await migrateStorage(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  expect((await client.query("SHOW synchronous_commit")).rows).toEqual([{ synchronous_commit: "off" }]);
  await client.query(`CREATE TABLE seen (setting text);
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
    CREATE TRIGGER see AFTER INSERT ON usage_cell FOR EACH STATEMENT EXECUTE FUNCTION see()`);
  const store = await openStorage(url);
  await fleetOf("asynchronous", 1)[0]?.work(store);
  expect((await client.query("SELECT DISTINCT setting FROM seen")).rows).toEqual([{ setting: "on" }]);
  await client.end();
  await store.close();
});
