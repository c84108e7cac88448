import { describe, expect, test } from "vitest";
import { SESSION_MS } from "../../server/src/domain/portal-session.js";
import type { Store } from "../../server/src/ports.js";
import { sweepDevices } from "../../server/src/usecases/admin-devices.js";
import { openSession } from "../../server/src/usecases/admin-sessions.js";
import { createUser } from "../../server/src/usecases/admin-users.js";
import { CHORES, keepHouse } from "../../server/src/usecases/housekeeping.js";
import { addOrganisation, ask, attach, buy, labWith, request } from "./lab.js";

const PASSWORD = "correct horse battery";

/** A device seen once, and a session. */
async function usedLab() {
  const lab = await labWith({ type: "per-device", units: 5 });
  await ask(lab, 1);
  await createUser(lab.operator, "100", { login: "ada@shop", name: "Ada", role: "owner", password: PASSWORD });
  await openSession(lab.ports, "ada@shop", PASSWORD);
  return lab;
}

describe("housekeeping", () => {
  test("R41 removes devices, seats and sessions that are over, and nothing sooner", async () => {
    const lab = await usedLab();
    expect(await keepHouse(lab.ports)).toEqual({
      removed: { devices: 0, seats: 0, sessions: 0, attempts: 0 },
      failures: [],
    });
    lab.clock.at += SESSION_MS;
    expect((await keepHouse(lab.ports)).removed).toMatchObject({ devices: 0, seats: 0, sessions: 1 });
    lab.clock.pass(365);
    expect((await keepHouse(lab.ports)).removed).toMatchObject({ devices: 1, seats: 1, sessions: 0 });
    expect((await keepHouse(lab.ports)).removed).toMatchObject({ devices: 0, seats: 0, sessions: 0 });
    expect(await lab.store.verify()).toEqual([]);
  });

  test("two nodes may do it at once", async () => {
    const lab = await usedLab();
    lab.clock.pass(366);
    const reports = await Promise.all([keepHouse(lab.ports), keepHouse(lab.ports)]);
    const sum = (kind: string) => reports.reduce((total, { removed }) => total + (removed[kind] ?? 0), 0);
    expect([sum("devices"), sum("seats"), sum("sessions")]).toEqual([1, 1, 1]);
  });

  test("a chore that fails is told and holds up no other", async () => {
    const lab = await usedLab();
    lab.clock.pass(366);
    const error = new Error("the disk is full");
    const chores = { broken: () => Promise.reject(error), ...CHORES };
    expect(await keepHouse(lab.ports, chores)).toEqual({
      removed: { devices: 1, seats: 1, sessions: 1, attempts: 0 },
      failures: [{ chore: "broken", error }],
    });
  });

  test("an organisation that cannot be swept holds up no other", async () => {
    const lab = await usedLab();
    await addOrganisation(lab, "200");
    const { item } = await buy(lab, { type: "per-device", name: "licence", units: 5 }, "200");
    await attach(lab, [item], "200");
    await ask(lab, 2, { ...request(2), organisation: "200", code: "200-shop" });
    lab.clock.pass(366);
    let transactions = 0;
    const store = new Proxy(lab.store, {
      get: (target, name) => {
        const verb = Reflect.get(target, name, target);
        if (name === "transaction" && ++transactions === 1) return () => Promise.reject(new Error("conflict"));
        return typeof verb === "function" ? verb.bind(target) : verb;
      },
    }) as Store;
    await expect(sweepDevices({ ...lab.ports, store })).rejects.toThrow("1 organisations were not swept");
    expect(await sweepDevices(lab.ports)).toEqual({ devices: 1, seats: 1 });
  });
});
