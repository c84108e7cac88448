/**
 * What every store must do, once: run on memory, SQLite and PostgreSQL. It knows stores by their port only, and keeps to its
 * own organisations, so that a store may be shared by several runs.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nextRecord } from "../../server/src/domain/audit.js";
import type { Account } from "../../server/src/domain/consumption.js";
import type { Device } from "../../server/src/domain/device.js";
import { DomainError } from "../../server/src/domain/domain-error.js";
import type { HandshakeCode } from "../../server/src/domain/handshake-code.js";
import { type Organisation, SERVER } from "../../server/src/domain/organisation.js";
import type { PortalSession } from "../../server/src/domain/portal-session.js";
import type { ServerKey } from "../../server/src/domain/server-key.js";
import type { User } from "../../server/src/domain/user.js";
import type { CellWrite, SeatClaim, SlotClaim, Store, UsageWrite } from "../../server/src/ports.js";
import { SLOTS_PER_DAY } from "../../src/rules/slots.js";
import { START } from "./lab.js";

export interface ContractOptions {
  /** Runs of each property: 10,000 where an operation takes microseconds, fewer where it takes a commit to disk. */
  readonly numRuns: number;
}

const DAY = "2026-05-01";
const ACCOUNT: Account = { item: "item1", period: START, quota: 100, overage: 0 };

const cellOf = (count: number, change: Partial<CellWrite> = {}): CellWrite => ({
  epoch: "e1",
  day: DAY,
  metric: "ean_13",
  bookedDay: DAY,
  count,
  ...change,
});

/** Runs the suite on the stores that `open` makes; each call opens the same or another empty one. */
export function storageContract(name: string, open: () => Promise<Store>, { numRuns }: ContractOptions): void {
  describe(`${name} keeps the contract of stores`, () => {
    let store: Store;
    let made = 0;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    /** An organisation of its own for each test and each run of a property. */
    const tenant = (): string => `t${(++made).toString(36)}`;
    const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T, organisation: string) => Promise<void>) =>
      fc.assert(
        fc.asyncProperty(arbitrary, (value) => holds(value, tenant())),
        { numRuns, seed: 77 },
      );
    const write = (organisation: string, change: Partial<UsageWrite> = {}): UsageWrite => ({
      organisation,
      device: "d1",
      code: `${organisation}-shop`,
      receivedAt: START,
      cells: [],
      slots: [],
      accounts: [],
      ...change,
    });
    const sum = async (organisation: string): Promise<number> => {
      const [row] = await store.usage({ organisation, from: DAY, to: "2026-05-31", groupBy: [] });
      return row?.count ?? 0;
    };
    const organisationOf = (id: string): Organisation => ({ id, name: "Shop", createdAt: START });
    const codeOf = (organisation: string, codeName: string): HandshakeCode => ({
      organisation,
      name: codeName,
      isDefault: false,
      items: [],
      order: "automatic",
      domains: [],
      passwordHashes: [],
      createdAt: START,
    });
    const deviceOf = (organisation: string, id: string, lastSeen = START): Device => ({
      organisation,
      id,
      code: `${organisation}-shop`,
      library: "0.1.0",
      key: { kty: "EC", crv: "P-256", x: id, y: id },
      firstSeen: lastSeen,
      lastSeen,
    });
    const codeOfError = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "none",
        (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
      );

    describe("cold records", () => {
      test("come back as they were written, and are nobody else's", async () => {
        const [a, b] = [tenant(), tenant()];
        const code = { ...codeOf(a, "shop"), items: ["i1", "i2"], domains: ["*.shop.example"] };
        await store.transaction(async ({ codes }) => {
          await codes.insert(code);
          await codes.insert(codeOf(b, "shop"));
        });
        expect(await store.read(({ codes }) => codes.get(a, "shop"))).toEqual(code);
        expect(await store.read(({ codes }) => codes.all(b))).toEqual([codeOf(b, "shop")]);
        await store.transaction(({ codes }) => codes.update({ ...code, order: "owner" }));
        expect((await store.read(({ codes }) => codes.get(a, "shop")))?.order).toBe("owner");
        expect(await store.transaction(({ codes }) => codes.remove(a, "shop"))).toBe(true);
        expect(await store.transaction(({ codes }) => codes.remove(a, "shop"))).toBe(false);
        expect(await store.read(({ codes }) => codes.get(b, "shop"))).toBeDefined();
      });

      test("are written as a whole or not at all", async () => {
        const id = tenant();
        const failed = store.transaction(async ({ organisations, codes }) => {
          await organisations.insert(organisationOf(id));
          await codes.insert(codeOf(id, "shop"));
          throw new Error("no");
        });
        await expect(failed).rejects.toThrow("no");
        expect(await store.read(({ organisations }) => organisations.get(id))).toBeUndefined();
        expect(await store.read(({ codes }) => codes.all(id))).toEqual([]);
      });

      test("refuse a second of the same name, and an update of what is not there", async () => {
        const id = tenant();
        await store.transaction(({ organisations }) => organisations.insert(organisationOf(id)));
        const twice = store.transaction(({ organisations }) => organisations.insert(organisationOf(id)));
        expect(await codeOfError(twice)).toBe("conflict");
        expect(await codeOfError(store.transaction(({ codes }) => codes.update(codeOf(id, "none"))))).toBe("not_found");
      });

      test("are not changed by a reading transaction", async () => {
        const id = tenant();
        expect(await codeOfError(store.read(({ codes }) => codes.insert(codeOf(id, "shop"))))).toBe("invalid");
        expect(await store.read(({ codes }) => codes.all(id))).toEqual([]);
      });

      test("come in pages, each record once", async () => {
        const id = tenant();
        const names = Array.from({ length: 7 }, (_, n) => `code${n}`);
        await store.transaction(async ({ codes }) => {
          for (const codeName of [...names].reverse()) await codes.insert(codeOf(id, codeName));
        });
        const found: string[] = [];
        let after: string | undefined;
        do {
          const page = { limit: 3, ...(after === undefined ? {} : { after }) };
          const { rows, next } = await store.read(({ codes }) => codes.list(id, page));
          expect(rows.length).toBeLessThanOrEqual(3);
          found.push(...rows.map((row) => row.name));
          after = next;
        } while (after !== undefined);
        expect(found).toEqual(names);
      });

      test("know a login once on the whole server", async () => {
        const [a, b] = [tenant(), tenant()];
        const user = (organisation: string): User => ({
          organisation,
          id: `u-${organisation}`,
          login: `ada@${a}.example`,
          name: "Ada",
          role: "owner",
          passwordHash: "hash",
          createdAt: START,
        });
        await store.transaction(({ users }) => users.insert(user(a)));
        expect(await codeOfError(store.transaction(({ users }) => users.insert(user(b))))).toBe("conflict");
        expect(await store.read(({ users }) => users.byLogin(`ada@${a}.example`))).toEqual(user(a));
      });

      test("keys of the server belong to nobody's organisation, and are retired in place", async () => {
        const key: ServerKey = {
          organisation: SERVER,
          id: `k${tenant()}`,
          purpose: "signing",
          sealed: "c2VhbGVk",
          createdAt: START,
        };
        const retired = { ...key, retiredAt: START + 1, expiresAt: START + 2 };
        await store.transaction(({ keyring }) => keyring.insert(key));
        expect(await codeOfError(store.transaction(({ keyring }) => keyring.insert(retired)))).toBe("conflict");
        expect(await store.read(({ keyring }) => keyring.get(SERVER, key.id))).toEqual(key);
        await store.transaction(({ keyring }) => keyring.update(retired));
        expect(await store.read(({ keyring }) => keyring.all(SERVER))).toContainEqual(retired);
        expect(await store.read(({ keyring }) => keyring.get("100", key.id))).toBeUndefined();
        expect(await store.transaction(({ keyring }) => keyring.remove(SERVER, key.id))).toBe(true);
        expect(await store.read(({ keyring }) => keyring.get(SERVER, key.id))).toBeUndefined();
      });

      test("attempts are kept by the server, and go when their span began before a time", async () => {
        const organisation = SERVER;
        // Long before every other, so that runs that share a store leave each other's alone.
        const [first, second] = [
          { organisation, id: tenant().padEnd(64, "0"), since: 5, count: 1 },
          { organisation, id: tenant().padEnd(64, "0"), since: 6, count: 1 },
        ] as const;
        await store.transaction(async ({ attempts }) => {
          await attempts.insert(first);
          await attempts.insert(second);
          await attempts.update({ ...second, count: 2 });
        });
        expect(await store.read(({ attempts }) => attempts.get(SERVER, second.id))).toEqual({ ...second, count: 2 });
        await expect(store.read(({ attempts }) => attempts.removeExpired(6))).rejects.toThrow();
        expect(await store.transaction(({ attempts }) => attempts.removeExpired(6))).toBe(1);
        expect(await store.read(({ attempts }) => attempts.get(SERVER, first.id))).toBeUndefined();
        expect(await store.transaction(({ attempts }) => attempts.remove(SERVER, second.id))).toBe(true);
      });

      test("sessions end by hand, with their user, and in all organisations when their time is over", async () => {
        const [a, b] = [tenant(), tenant()];
        // Long before every other session, so that runs that share a store leave each other's alone.
        const session = (organisation: string, id: string, user: string, expiresAt: number): PortalSession => ({
          organisation,
          id,
          user,
          hash: id.padEnd(64, "0"),
          createdAt: 1,
          expiresAt,
        });
        const all = [
          session(a, "s1", "ada", START),
          session(a, "s2", "ada", START),
          session(a, "s3", "bob", START),
          session(a, "s4", "bob", 10),
          session(b, "s1", "ada", START),
          session(b, "s5", "eve", 9),
        ];
        await store.transaction(async ({ sessions }) => {
          for (const one of all) await sessions.insert(one);
        });
        expect(await store.read(({ sessions }) => sessions.get(a, "s1"))).toEqual(all[0]);
        await store.transaction(({ sessions }) => sessions.update({ ...(all[2] as PortalSession), expiresAt: 9 }));
        expect(await store.transaction(({ sessions }) => sessions.removeExpired(10))).toBe(2);
        expect(await store.transaction(({ sessions }) => sessions.removeOfUser(a, "ada"))).toBe(2);
        expect((await store.read(({ sessions }) => sessions.all(a))).map(({ id }) => id)).toEqual(["s4"]);
        expect((await store.read(({ sessions }) => sessions.all(b))).map(({ id }) => id)).toEqual(["s1"]);
        expect(await store.transaction(({ sessions }) => sessions.remove(a, "s4"))).toBe(true);
        for (const verb of ["removeOfUser", "removeExpired"] as const) {
          const write = store.read(({ sessions }) =>
            verb === "removeOfUser" ? sessions.removeOfUser(b, "ada") : sessions.removeExpired(START * 2),
          );
          expect(await codeOfError(write)).toBe("invalid");
        }
        expect(await store.read(({ sessions }) => sessions.all(b))).toHaveLength(1);
      });

      test("two transactions that count and write do not lose a step", async () => {
        const id = tenant();
        await store.transaction(({ organisations }) => organisations.insert({ ...organisationOf(id), name: "0" }));
        const step = () =>
          store.transaction(async ({ organisations }) => {
            const found = await organisations.get(id);
            await organisations.update({ ...organisationOf(id), name: String(Number(found?.name) + 1) });
          });
        await Promise.all(Array.from({ length: 20 }, step));
        expect((await store.read(({ organisations }) => organisations.get(id)))?.name).toBe("20");
      });

      test("R39 R41 list devices by last contact, delete those unseen, and free the seats of one deleted", async () => {
        const id = tenant();
        await store.touchDevices([
          deviceOf(id, "a", START),
          deviceOf(id, "b", START + 10),
          deviceOf(id, "c", START + 20),
        ]);
        await store.touchDevices([{ ...deviceOf(id, "a", START - 5), library: "0.2.0", key: deviceOf(id, "x").key }]);
        const a = await store.read(({ devices }) => devices.get(id, "a"));
        expect(a).toEqual({ ...deviceOf(id, "a", START), library: "0.2.0" });
        const listed = await store.read(({ devices }) => devices.list(id, { limit: 10 }, START + 10));
        expect(listed.rows.map((device) => device.id)).toEqual(["b", "c"]);
        expect(await store.read(({ devices }) => devices.count(id, START + 10))).toBe(2);
        await store.claimSeats([seatClaim(id, "b", 1)]);
        expect(await store.transaction(({ devices }) => devices.remove(id, "b"))).toBe(true);
        expect(await store.read(({ seats }) => seats.count(id, "item1", START, 0))).toBe(0);
        expect(await store.transaction(({ devices }) => devices.removeUnseen(id, START + 20))).toBe(1);
        expect(await store.read(({ devices }) => devices.count(id, 0))).toBe(1);
      });

      test("an audit record only follows the last one", async () => {
        const id = tenant();
        const draft = { organisation: id, at: START, actor: "a", action: "b", target: "c", detail: { n: 1 } };
        const hash = (text: string) => text.length.toString(16).padStart(64, "0");
        const first = nextRecord(undefined, draft, hash);
        const second = nextRecord(first, draft, hash);
        await store.transaction(({ audit }) => audit.append(first));
        expect(await codeOfError(store.transaction(({ audit }) => audit.append(first)))).toBe("conflict");
        await store.transaction(({ audit }) => audit.append(second));
        expect(await store.read(({ audit }) => audit.list(id, 0, 10))).toEqual([first, second]);
        expect(await store.read(({ audit }) => audit.list(id, 1, 10))).toEqual([second]);
        expect(await store.read(({ audit }) => audit.head(id))).toEqual({ sequence: 2, hash: second.hash });
      });
    });

    const seatClaim = (
      organisation: string,
      device: string,
      limit: number,
      change: Partial<SeatClaim> = {},
    ): SeatClaim => ({
      organisation,
      device,
      at: START,
      candidates: [{ item: "item1", period: START, limit, freedBefore: 0 }],
      ...change,
    });
    const slotClaim = (organisation: string, device: string, limit: number, slot = 7): SlotClaim => ({
      ...seatClaim(organisation, device, limit),
      day: DAY,
      slot,
    });

    describe("reports", () => {
      test("a cell keeps the code and the booked day of its first write", async () => {
        const id = tenant();
        await store.mergeUsage([write(id, { cells: [cellOf(3)] })]);
        await store.mergeUsage([write(id, { code: `${id}-other`, cells: [cellOf(5, { bookedDay: "2026-05-02" })] })]);
        const rows = await store.usage({ organisation: id, from: DAY, to: "2026-05-31", groupBy: ["code", "day"] });
        expect(rows).toEqual([{ code: `${id}-shop`, day: DAY, count: 5 }]);
        expect(await store.verify()).toEqual([]);
      });

      test("sums are asked for by day, metric, code and device", async () => {
        const id = tenant();
        await store.mergeUsage([
          write(id, { cells: [cellOf(1), cellOf(2, { metric: "qr_code" })] }),
          write(id, { device: "d2", cells: [cellOf(4), cellOf(8, { day: "2026-05-02", bookedDay: "2026-05-02" })] }),
        ]);
        const ask = (groupBy: ("day" | "metric" | "code" | "device")[], more = {}) =>
          store.usage({ organisation: id, from: DAY, to: "2026-05-31", groupBy, ...more });
        expect(await ask([])).toEqual([{ count: 15 }]);
        expect(await ask(["metric"])).toEqual([
          { metric: "ean_13", count: 13 },
          { metric: "qr_code", count: 2 },
        ]);
        expect(await ask(["device", "day"])).toEqual([
          { device: "d1", day: DAY, count: 3 },
          { device: "d2", day: DAY, count: 4 },
          { device: "d2", day: "2026-05-02", count: 8 },
        ]);
        expect(await ask([], { device: "d1" })).toEqual([{ count: 3 }]);
        expect(await ask([], { code: "nobody" })).toEqual([]);
        expect(await ask([], { from: "2026-05-02" })).toEqual([{ count: 8 }]);
      });

      test("results are in the order of the writes, and one batch may write one cell twice", async () => {
        const id = tenant();
        const { results } = await store.mergeUsage([
          write(id, { cells: [cellOf(3)], accounts: [ACCOUNT] }),
          write(id, { cells: [cellOf(2)], accounts: [ACCOUNT] }),
          write(id, { cells: [cellOf(6)], accounts: [ACCOUNT] }),
        ]);
        expect(results.at(-1)?.cells).toEqual([{ epoch: "e1", day: DAY, metric: "ean_13", count: 6 }]);
        expect(results.every(({ cells }) => (cells[0]?.count ?? 0) >= 3)).toBe(true);
        expect(await store.charged(id, [ACCOUNT])).toEqual([6]);
      });

      test("a sequence grows with every batch, a generation stays", async () => {
        const id = tenant();
        const first = await store.mergeUsage([write(id, { cells: [cellOf(1)] })]);
        const second = await store.mergeUsage([write(id, { cells: [cellOf(1)] })]);
        expect(second.sequence).toBeGreaterThan(first.sequence);
        expect(second.generation).toBe(first.generation);
        expect((await store.commit()).sequence).toBeGreaterThanOrEqual(second.sequence);
      });

      test("refresh the last contact and the seat, and tell where there is no seat", async () => {
        const id = tenant();
        const seat = { item: "item1", period: START };
        await store.touchDevices([deviceOf(id, "d1")]);
        const before = await store.mergeUsage([write(id, { seat })]);
        await store.claimSeats([seatClaim(id, "d1", 1)]);
        const after = await store.mergeUsage([write(id, { seat, receivedAt: START + 50 })]);
        await store.mergeUsage([write(id, { seat, receivedAt: START + 20 })]);
        expect([before.results[0]?.hasSeat, after.results[0]?.hasSeat]).toEqual([false, true]);
        expect((await store.read(({ devices }) => devices.get(id, "d1")))?.lastSeen).toBe(START + 50);
        expect(await store.read(({ seats }) => seats.count(id, "item1", START, START + 50))).toBe(1);
        expect(await store.read(({ seats }) => seats.count(id, "item1", START, START + 51))).toBe(0);
      });

      test("are charged in the order of the accounts, to the last unit, and to nobody where there are none", async () => {
        const id = tenant();
        const accounts = [
          { item: "a", period: 1, quota: 3, overage: 1 },
          { item: "b", period: 1, quota: 2, overage: 0 },
        ];
        const used: (readonly number[] | undefined)[] = [];
        for (const count of [2, 4, 5, 6, 9]) {
          const { results } = await store.mergeUsage([write(id, { cells: [cellOf(count)], accounts })]);
          used.push(results[0]?.used);
        }
        expect(used).toEqual([
          [2, 0],
          [3, 1],
          [3, 2],
          [4, 2],
          [4, 5],
        ]);
        await store.mergeUsage([write(id, { cells: [cellOf(20)] })]);
        expect(await store.charged(id, accounts)).toEqual([4, 5]);
        expect(await store.verify()).toEqual([]);
      });

      test("slots that come beyond a limit are counted and marked", async () => {
        const id = tenant();
        const use = (device: string, slots: number[]) =>
          write(id, { device, slots: [{ account: "item1", day: DAY, slots, limit: 1 }] });
        await store.mergeUsage([use("d1", [1, 2])]);
        const { results } = await store.mergeUsage([use("d2", [2, 3])]);
        expect(results[0]?.slots).toEqual([{ account: "item1", day: DAY, slots: [2, 3], excess: [2] }]);
        const again = await store.mergeUsage([use("d2", [2])]);
        expect(again.results[0]?.slots).toEqual([{ account: "item1", day: DAY, slots: [2, 3], excess: [2] }]);
        const counts = await store.slotCounts(id, "item1", DAY);
        expect([counts.length, ...counts.slice(0, 4)]).toEqual([SLOTS_PER_DAY, 0, 1, 2, 1]);
        expect(await store.claimSlots([slotClaim(id, "d1", 1, 2), slotClaim(id, "d2", 1, 2)])).toEqual([
          { item: "item1", used: 2 },
          undefined,
        ]);
      });

      test("refusals add up", async () => {
        const id = tenant();
        const row = { organisation: id, code: `${id}-shop`, day: DAY, refusal: "seats_taken", count: 2 } as const;
        await store.countRefusals([row, { ...row, count: 3 }]);
        await store.countRefusals([row, { ...row, day: "2026-05-02" }]);
        expect(await store.refusals(id, { from: DAY, to: DAY })).toEqual([{ ...row, count: 7 }]);
      });

      const report = fc.record({
        device: fc.constantFrom("d1", "d2", "d3"),
        epoch: fc.constantFrom("e1", "e2"),
        day: fc.constantFrom(DAY, "2026-05-02"),
        metric: fc.constantFrom("ean_13", "qr_code"),
        count: fc.nat(40),
        slot: fc.nat(5),
      });
      type Report = typeof report extends fc.Arbitrary<infer T> ? T : never;
      const writeOf = (organisation: string, { device, epoch, day, metric, count, slot }: Report): UsageWrite =>
        write(organisation, {
          device,
          cells: [cellOf(count, { epoch, day, metric, bookedDay: day })],
          slots: [{ account: `${organisation}-shop`, day, slots: [slot] }],
          accounts: [
            { ...ACCOUNT, quota: 60 },
            { ...ACCOUNT, item: "item2" },
          ],
        });

      test("cut, repeated, shuffled and in any batches, they add up to the devices' own truth", async () => {
        const delivered = fc
          .array(report, { maxLength: 12 })
          .chain((reports) =>
            fc.tuple(
              fc.constant(reports),
              fc.shuffledSubarray([...reports, ...reports], { minLength: reports.length * 2 }),
              fc.integer({ min: 1, max: 5 }),
            ),
          );
        await property(delivered, async ([reports, sent, batch], id) => {
          for (let at = 0; at < sent.length; at += batch) {
            await store.mergeUsage(sent.slice(at, at + batch).map((it) => writeOf(id, it)));
          }
          const highest = new Map<string, number>();
          const slots = new Set<string>();
          for (const { device, epoch, day, metric, count, slot } of reports) {
            const key = [device, epoch, day, metric].join();
            highest.set(key, Math.max(highest.get(key) ?? 0, count));
            slots.add([device, day, slot].join());
          }
          const truth = [...highest.values()].reduce((total, count) => total + count, 0);
          expect(await sum(id)).toBe(truth);
          const charged = await store.charged(id, [ACCOUNT, { ...ACCOUNT, item: "item2" }]);
          expect(charged).toEqual([Math.min(truth, 60), Math.max(truth - 60, 0)]);
          const days = [DAY, "2026-05-02"].map((day) => store.slotCounts(id, `${id}-shop`, day));
          const counted = (await Promise.all(days)).flat().reduce((total, count) => total + count, 0);
          expect(counted).toBe(slots.size);
        });
        expect(await store.verify()).toEqual([]);
      });
    });

    describe("claims", () => {
      test("a device keeps its seat, takes the first that is free, and a disused one is free", async () => {
        const id = tenant();
        const candidates = (freedBefore = 0) => [
          { item: "a", period: 1, limit: 1, freedBefore },
          { item: "b", period: 1, limit: 1, freedBefore },
        ];
        const claim = async (device: string, at: number, freedBefore = 0) =>
          (await store.claimSeats([{ organisation: id, device, at, candidates: candidates(freedBefore) }]))[0]?.item;
        expect(await claim("d1", 10)).toBe("a");
        expect(await claim("d2", 10)).toBe("b");
        expect(await claim("d3", 10)).toBeUndefined();
        expect(await claim("d2", 20)).toBe("b");
        expect(await claim("d3", 30, 10)).toBeUndefined();
        expect(await claim("d3", 30, 11)).toBe("a");
        expect(await claim("d1", 31, 11)).toBeUndefined();
        expect(await claim("d2", 31, 11)).toBe("b");
        const counts = await store.read(({ seats }) =>
          Promise.all(["a", "b"].map((item) => seats.count(id, item, 1, 11))),
        );
        expect(counts).toEqual([1, 1]);
        expect(await store.transaction(({ seats }) => seats.removeUnused(id, "a", 31))).toBe(1);
      });

      test("a seat that was freed and taken is not got back by a late report", async () => {
        const id = tenant();
        const only = (freedBefore: number) => ({ candidates: [{ item: "a", period: 1, limit: 1, freedBefore }] });
        await store.claimSeats([seatClaim(id, "d1", 1, { at: 10, ...only(0) })]);
        await store.claimSeats([seatClaim(id, "d2", 1, { at: 30, ...only(11) })]);
        const seat = { item: "a", period: 1 };
        const { results } = await store.mergeUsage([write(id, { seat, receivedAt: 40 })]);
        expect(results[0]?.hasSeat).toBe(false);
        expect(await store.read(({ seats }) => seats.count(id, "a", 1, 0))).toBe(1);
      });

      test("seats of one period and one organisation are not those of another", async () => {
        const [a, b] = [tenant(), tenant()];
        const next = { item: "item1", period: START + 1, limit: 1, freedBefore: 0 };
        const results = await store.claimSeats([
          seatClaim(a, "d1", 1),
          seatClaim(b, "d2", 1),
          seatClaim(a, "d3", 1, { candidates: [next] }),
          seatClaim(a, "d4", 1),
        ]);
        expect(results.map((result) => result?.used)).toEqual([1, 1, 1, undefined]);
      });

      const race = fc.record({
        limit: fc.integer({ min: 0, max: 4 }),
        devices: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 16 }),
      });

      test("R40 in a race exactly as many devices have seats as there are, each one once", async () => {
        await property(race, async ({ limit, devices }, id) => {
          const results = await Promise.all(devices.map((n) => store.claimSeats([seatClaim(id, `d${n}`, limit)])));
          const seated = new Set(devices.filter((_, index) => results[index]?.[0] !== undefined));
          expect(seated.size).toBe(Math.min(limit, new Set(devices).size));
          expect(await store.read(({ seats }) => seats.count(id, "item1", START, 0))).toBe(seated.size);
        });
      });

      test("R63 in a race no more devices are admitted to a slot than it takes, with reports in between", async () => {
        const mixed = fc.tuple(race, fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 4 }));
        await property(mixed, async ([{ limit, devices }, users], id) => {
          const work = devices.map((n, index) => {
            const user = users[index];
            const slots = [{ account: "item1", day: DAY, slots: [7], limit }];
            const use = user === undefined ? [] : [write(id, { device: `d${user}`, slots })];
            return Promise.all([store.claimSlots([slotClaim(id, `d${n}`, limit)]), store.mergeUsage(use)]);
          });
          await Promise.all(work);
          // Who is in now: everybody who asks again, without room for anybody new.
          const asked = Array.from({ length: 8 }, (_, n) => `d${n + 1}`);
          const results = await store.claimSlots(asked.map((device) => slotClaim(id, device, 0)));
          const admitted = asked.filter((_, index) => results[index] !== undefined);
          const present = new Set([...devices, ...users.slice(0, devices.length)]);
          expect(admitted.length).toBeLessThanOrEqual(limit);
          expect(admitted.length).toBe(Math.min(limit, present.size));
          const count = (await store.slotCounts(id, "item1", DAY))[7] ?? 0;
          expect(count).toBeGreaterThanOrEqual(admitted.length);
          expect(count).toBeLessThanOrEqual(present.size);
        });
        expect(await store.verify()).toEqual([]);
      });
    });
  });
}
