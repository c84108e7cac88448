/** The part of the storage contract that is about cold records: organisations, users, keys, codes, items, orders, devices, audit. */
import { describe, expect, test } from "vitest";
import { nextRecord } from "../../server/src/domain/audit.js";
import { SERVER } from "../../server/src/domain/organisation.js";
import type { PortalSession } from "../../server/src/domain/portal-session.js";
import type { ServerKey } from "../../server/src/domain/server-key.js";
import type { User } from "../../server/src/domain/user.js";
import { START } from "./lab.js";
import type { StorageBench } from "./storage-bench.js";

export function coldRecords(bench: StorageBench): void {
  const { tenant, organisationOf, codeOf, deviceOf, codeOfError, seatClaim } = bench;

  describe("cold records", () => {
    test("come back as they were written, and are nobody else's", async () => {
      const [a, b] = [tenant(), tenant()];
      const code = { ...codeOf(a, "shop"), items: ["i1", "i2"], domains: ["*.shop.example"] };
      await bench.store.transaction(async ({ codes }) => {
        await codes.insert(code);
        await codes.insert(codeOf(b, "shop"));
      });
      expect(await bench.store.read(({ codes }) => codes.get(a, "shop"))).toEqual(code);
      expect(await bench.store.read(({ codes }) => codes.all(b))).toEqual([codeOf(b, "shop")]);
      await bench.store.transaction(({ codes }) => codes.update({ ...code, order: "owner" }));
      expect((await bench.store.read(({ codes }) => codes.get(a, "shop")))?.order).toBe("owner");
      expect(await bench.store.transaction(({ codes }) => codes.remove(a, "shop"))).toBe(true);
      expect(await bench.store.transaction(({ codes }) => codes.remove(a, "shop"))).toBe(false);
      expect(await bench.store.read(({ codes }) => codes.get(b, "shop"))).toBeDefined();
    });

    test("are written as a whole or not at all", async () => {
      const id = tenant();
      const failed = bench.store.transaction(async ({ organisations, codes }) => {
        await organisations.insert(organisationOf(id));
        await codes.insert(codeOf(id, "shop"));
        throw new Error("no");
      });
      await expect(failed).rejects.toThrow("no");
      expect(await bench.store.read(({ organisations }) => organisations.get(id))).toBeUndefined();
      expect(await bench.store.read(({ codes }) => codes.all(id))).toEqual([]);
    });

    test("refuse a second of the same name, and an update of what is not there", async () => {
      const id = tenant();
      await bench.store.transaction(({ organisations }) => organisations.insert(organisationOf(id)));
      const twice = bench.store.transaction(({ organisations }) => organisations.insert(organisationOf(id)));
      expect(await codeOfError(twice)).toBe("conflict");
      expect(await codeOfError(bench.store.transaction(({ codes }) => codes.update(codeOf(id, "none"))))).toBe(
        "not_found",
      );
    });

    test("are not changed by a reading transaction", async () => {
      const id = tenant();
      expect(await codeOfError(bench.store.read(({ codes }) => codes.insert(codeOf(id, "shop"))))).toBe("invalid");
      expect(await bench.store.read(({ codes }) => codes.all(id))).toEqual([]);
    });

    test("come in pages, each record once", async () => {
      const id = tenant();
      const names = Array.from({ length: 7 }, (_, n) => `code${n}`);
      await bench.store.transaction(async ({ codes }) => {
        for (const codeName of [...names].reverse()) await codes.insert(codeOf(id, codeName));
      });
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = { limit: 3, ...(after === undefined ? {} : { after }) };
        const { rows, next } = await bench.store.read(({ codes }) => codes.list(id, page));
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
      await bench.store.transaction(({ users }) => users.insert(user(a)));
      expect(await codeOfError(bench.store.transaction(({ users }) => users.insert(user(b))))).toBe("conflict");
      expect(await bench.store.read(({ users }) => users.byLogin(`ada@${a}.example`))).toEqual(user(a));
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
      await bench.store.transaction(({ keyring }) => keyring.insert(key));
      expect(await codeOfError(bench.store.transaction(({ keyring }) => keyring.insert(retired)))).toBe("conflict");
      expect(await bench.store.read(({ keyring }) => keyring.get(SERVER, key.id))).toEqual(key);
      await bench.store.transaction(({ keyring }) => keyring.update(retired));
      expect(await bench.store.read(({ keyring }) => keyring.all(SERVER))).toContainEqual(retired);
      expect(await bench.store.read(({ keyring }) => keyring.get("100", key.id))).toBeUndefined();
      expect(await bench.store.transaction(({ keyring }) => keyring.remove(SERVER, key.id))).toBe(true);
      expect(await bench.store.read(({ keyring }) => keyring.get(SERVER, key.id))).toBeUndefined();
    });

    test("attempts are kept by the server, and go when their span began before a time", async () => {
      const organisation = SERVER;
      // Long before every other, so that runs that share a store leave each other's alone.
      const [first, second] = [
        { organisation, id: tenant().padEnd(64, "0"), since: 5, count: 1 },
        { organisation, id: tenant().padEnd(64, "0"), since: 6, count: 1 },
      ] as const;
      await bench.store.transaction(async ({ attempts }) => {
        await attempts.insert(first);
        await attempts.insert(second);
        await attempts.update({ ...second, count: 2 });
      });
      expect(await bench.store.read(({ attempts }) => attempts.get(SERVER, second.id))).toEqual({
        ...second,
        count: 2,
      });
      await expect(bench.store.read(({ attempts }) => attempts.removeExpired(6))).rejects.toThrow();
      expect(await bench.store.transaction(({ attempts }) => attempts.removeExpired(6))).toBe(1);
      expect(await bench.store.read(({ attempts }) => attempts.get(SERVER, first.id))).toBeUndefined();
      expect(await bench.store.transaction(({ attempts }) => attempts.remove(SERVER, second.id))).toBe(true);
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
      await bench.store.transaction(async ({ sessions }) => {
        for (const one of all) await sessions.insert(one);
      });
      expect(await bench.store.read(({ sessions }) => sessions.get(a, "s1"))).toEqual(all[0]);
      await bench.store.transaction(({ sessions }) => sessions.update({ ...(all[2] as PortalSession), expiresAt: 9 }));
      expect(await bench.store.transaction(({ sessions }) => sessions.removeExpired(10))).toBe(2);
      expect(await bench.store.transaction(({ sessions }) => sessions.removeOfUser(a, "ada"))).toBe(2);
      expect((await bench.store.read(({ sessions }) => sessions.all(a))).map(({ id }) => id)).toEqual(["s4"]);
      expect((await bench.store.read(({ sessions }) => sessions.all(b))).map(({ id }) => id)).toEqual(["s1"]);
      expect(await bench.store.transaction(({ sessions }) => sessions.remove(a, "s4"))).toBe(true);
      for (const verb of ["removeOfUser", "removeExpired"] as const) {
        const write = bench.store.read(({ sessions }) =>
          verb === "removeOfUser" ? sessions.removeOfUser(b, "ada") : sessions.removeExpired(START * 2),
        );
        expect(await codeOfError(write)).toBe("invalid");
      }
      expect(await bench.store.read(({ sessions }) => sessions.all(b))).toHaveLength(1);
    });

    test("two transactions that count and write do not lose a step", async () => {
      const id = tenant();
      await bench.store.transaction(({ organisations }) => organisations.insert({ ...organisationOf(id), name: "0" }));
      const step = () =>
        bench.store.transaction(async ({ organisations }) => {
          const found = await organisations.get(id);
          await organisations.update({ ...organisationOf(id), name: String(Number(found?.name) + 1) });
        });
      await Promise.all(Array.from({ length: 20 }, step));
      expect((await bench.store.read(({ organisations }) => organisations.get(id)))?.name).toBe("20");
    });

    test("R39 R41 list devices by last contact, delete those unseen, and free the seats of one deleted", async () => {
      const id = tenant();
      await bench.store.touchDevices([
        deviceOf(id, "a", START),
        deviceOf(id, "b", START + 10),
        deviceOf(id, "c", START + 20),
      ]);
      await bench.store.touchDevices([
        { ...deviceOf(id, "a", START - 5), library: "0.2.0", key: deviceOf(id, "x").key },
      ]);
      const a = await bench.store.read(({ devices }) => devices.get(id, "a"));
      expect(a).toEqual({ ...deviceOf(id, "a", START), library: "0.2.0" });
      const listed = await bench.store.read(({ devices }) => devices.list(id, { limit: 10 }, START + 10));
      expect(listed.rows.map((device) => device.id)).toEqual(["b", "c"]);
      expect(await bench.store.read(({ devices }) => devices.count(id, START + 10))).toBe(2);
      await bench.store.claimSeats([seatClaim(id, "b", 1)]);
      expect(await bench.store.transaction(({ devices }) => devices.remove(id, "b"))).toBe(true);
      expect(await bench.store.read(({ seats }) => seats.count(id, "item1", START, 0))).toBe(0);
      expect(await bench.store.transaction(({ devices }) => devices.removeUnseen(id, START + 20))).toBe(1);
      expect(await bench.store.read(({ devices }) => devices.count(id, 0))).toBe(1);
    });

    test("an audit record only follows the last one", async () => {
      const id = tenant();
      const draft = { organisation: id, at: START, actor: "a", action: "b", target: "c", detail: { n: 1 } };
      const hash = (text: string) => text.length.toString(16).padStart(64, "0");
      const first = nextRecord(undefined, draft, hash);
      const second = nextRecord(first, draft, hash);
      await bench.store.transaction(({ audit }) => audit.append(first));
      expect(await codeOfError(bench.store.transaction(({ audit }) => audit.append(first)))).toBe("conflict");
      await bench.store.transaction(({ audit }) => audit.append(second));
      expect(await bench.store.read(({ audit }) => audit.list(id, 0, 10))).toEqual([first, second]);
      expect(await bench.store.read(({ audit }) => audit.list(id, 1, 10))).toEqual([second]);
      expect(await bench.store.read(({ audit }) => audit.head(id))).toEqual({ sequence: 2, hash: second.hash });
    });
  });
}
