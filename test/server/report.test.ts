import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import { changeCode, deleteCode } from "../../server/src/usecases/admin-codes.js";
import { unregisterDevice } from "../../server/src/usecases/admin-devices.js";
import { changeSettings, getItem, revokeItem } from "../../server/src/usecases/admin-items.js";
import { confirmOrder, orderMore } from "../../server/src/usecases/admin-orders.js";
import { slotsOfDay, usageOf } from "../../server/src/usecases/admin-usage.js";
import { report } from "../../server/src/usecases/report.js";
import { addMonths, DAY_MS, utcDay } from "../../src/rules/period.js";
import { parseReportRequest, slotsOf, slotText } from "../../src/rules/protocol/requests.js";
import { toAcknowledgement, toReports } from "../../src/rules/protocol/usage-report.js";
import { applyAck, pendingUsage } from "../../src/rules/reporting.js";
import { SLOT_MS, SLOTS_PER_DAY, slotIndex } from "../../src/rules/slots.js";
import { addScans, type Ledger, newLedger, purgeUsage } from "../../src/rules/usage.js";
import {
  addOrganisation,
  ask,
  attach,
  buy,
  cell,
  deviceId,
  granted,
  type Lab,
  labWith,
  openLab,
  START,
  send,
} from "./lab.js";

const YEAR = 365;
const RANGE = { from: "2026-01-01", to: "2029-12-31" };

const total = async ({ operator }: Lab) => {
  const [row] = await usageOf(operator, { organisation: "100", ...RANGE, groupBy: [] });
  return row?.count ?? 0;
};
const usedOf = async (lab: Lab, item: string) => (await getItem(lab.operator, "100", item)).used;
const join = async (lab: Lab, n = 1) => granted(await ask(lab, n)).session;
const slotNow = ({ clock }: Lab) => slotIndex(clock.now());

describe("a report", () => {
  test("is answered with what is stored, the generation and a growing sequence", async () => {
    const lab = await labWith({ units: 100 });
    const session = await join(lab);
    const first = await send(lab, session, [cell(3), cell(1, "qr_code")]);
    expect(first).toMatchObject({ ok: true, generation: "g1", next: "continue", serverTime: START });
    expect(first.cells).toEqual([cell(3), cell(1, "qr_code")]);
    expect(first.slots.map(({ day, bits }) => [day, slotsOf(bits)])).toEqual([["2026-05-01", [240]]]);
    const second = await send(lab, session, [cell(2)]);
    expect(second.cells).toEqual([cell(3)]);
    expect(second.sequence).toBeGreaterThan(first.sequence);
  });

  test("repeated, late and out of order counts once", async () => {
    const lab = await labWith({ units: 100 });
    const session = await join(lab);
    for (const count of [3, 3, 7, 5, 7, 1]) await send(lab, session, [cell(count)]);
    expect([await total(lab), await usedOf(lab, lab.item)]).toEqual([7, 7]);
    expect(await lab.store.verify()).toEqual([]);
  });

  test("of another device than the session's is refused, and the authorisation is not dropped for it", async () => {
    const lab = await labWith();
    const session = await join(lab);
    const content = { v: 1, device: deviceId(2), nonce: "n".repeat(22), cells: [cell(3)], slots: [] } as const;
    expect(await report(lab.ports, session, content)).toMatchObject({
      ok: false,
      refusal: { code: "session_unknown", isFinal: false },
    });
    expect(await total(lab)).toBe(0);
  });

  test("R33 of a long time offline comes all at once, each day under its own date", async () => {
    const lab = await labWith({ type: "per-device", units: 1 });
    const session = await join(lab);
    lab.clock.pass(200);
    const cells = Array.from({ length: 60 }, (_, day) => cell(day + 1, "ean_13", START + day * DAY_MS, day + 1));
    await send(lab, session, cells);
    const rows = await usageOf(lab.operator, { organisation: "100", ...RANGE, groupBy: ["day"] });
    expect(rows).toEqual(cells.map(({ day, count }) => ({ day, count })));
  });

  test("R9 R77 with anything unforeseen in it loses just that", () => {
    const content = {
      v: 1,
      device: deviceId(1),
      nonce: "n".repeat(22),
      cells: [{ ...cell(1), text: "4006381333931" }],
    };
    const read = parseReportRequest({ ...content, slots: [], values: ["4006381333931"] });
    expect(read).toEqual({ ok: true, value: { ...content, cells: [cell(1)], slots: [] } });
  });

  test("a device whose clock is years off is counted, under the day of its arrival", async () => {
    const lab = await labWith({ units: 100 });
    const session = await join(lab);
    const reply = await send(lab, session, [
      cell(2, "ean_13", Date.UTC(1999, 0, 1), 1),
      cell(3, "ean_13", Date.UTC(2031, 0, 1), 2),
    ]);
    expect(reply.cells.map(({ day }) => day)).toEqual(["1999-01-01", "2031-01-01"]);
    const rows = await usageOf(lab.operator, { organisation: "100", ...RANGE, groupBy: ["day"] });
    expect(rows).toEqual([{ day: "2026-05-01", count: 5 }]);
  });

  test("is stored whatever has become of the licence, and says what is wrong", async () => {
    for (const [spoil, code] of [
      [(lab: Lab, item: string) => revokeItem(lab.operator, "100", item), "license_revoked"],
      [(lab: Lab) => deleteCode(lab.operator, "100", "shop"), "code_unknown"],
      [(lab: Lab) => changeCode(lab.operator, "100", "shop", { items: [] }), "license_missing"],
      [async (lab: Lab) => lab.clock.pass(YEAR), "license_expired"],
    ] as const) {
      const lab = await labWith();
      const session = await join(lab);
      await spoil(lab, lab.item);
      const reply = await send(lab, session, [cell(4)]);
      expect([reply.next, reply.refusal?.code, reply.refusal?.isFinal]).toEqual(["authorize", code, true]);
      expect(await total(lab)).toBe(4);
    }
  });
});

describe("what is charged", () => {
  const twoItems = async () => {
    const lab = openLab();
    await addOrganisation(lab);
    const long = await buy(lab, { type: "per-scan", name: "two years", units: 100, years: 2 });
    const short = await buy(lab, { type: "per-scan", name: "one year", units: 10 });
    await attach(lab, [long.item, short.item]);
    return { lab, long: long.item, short: short.item };
  };

  test("the item that expires first is used first, to the last unit; then the next", async () => {
    const { lab, long, short } = await twoItems();
    const session = await join(lab);
    expect(session.item).toBe(short);
    expect((await send(lab, session, [cell(9)])).next).toBe("continue");
    const reply = await send(lab, session, [cell(25)]);
    // Nobody is refused: the next item has room, so the device only asks again.
    expect([reply.next, reply.refusal]).toEqual(["authorize", undefined]);
    expect([await usedOf(lab, short), await usedOf(lab, long)]).toEqual([10, 15]);
    expect((await join(lab)).item).toBe(long);
  });

  test("the owner's own order wins", async () => {
    const { lab, long, short } = await twoItems();
    await changeCode(lab.operator, "100", "shop", { order: "owner" });
    await send(lab, await join(lab), [cell(25)]);
    expect([await usedOf(lab, short), await usedOf(lab, long)]).toEqual([0, 25]);
  });

  test("R23 an item that is bound to other domains pays for nothing here", async () => {
    const { lab, long, short } = await twoItems();
    await changeSettings(lab.operator, "100", short, { domains: ["other.example"] });
    await send(lab, await join(lab), [cell(5)]);
    expect([await usedOf(lab, short), await usedOf(lab, long)]).toEqual([0, 5]);
  });

  test("what exceeds everything is counted all the same, and everybody is refused", async () => {
    const { lab, long, short } = await twoItems();
    const reply = await send(lab, await join(lab), [cell(200)]);
    expect(reply.refusal?.code).toBe("quota_exceeded");
    expect([await usedOf(lab, short), await usedOf(lab, long)]).toEqual([10, 190]);
    expect(await total(lab)).toBe(200);
  });

  test("R70 R75 a renewal starts from zero: nothing rolls over, neither units nor use", async () => {
    const lab = await labWith({ units: 10 });
    const { id } = await orderMore(lab.operator, "100", lab.item, { kind: "renewal" });
    await confirmOrder(lab.operator, "100", id);
    await send(lab, await join(lab), [cell(4)]);
    lab.clock.pass(YEAR);
    const item = await getItem(lab.operator, "100", lab.item);
    expect([item.used, item.state.quota]).toEqual([0, 10]);
  });

  test("late use of a closed period is booked to the current one; its day is kept", async () => {
    const lab = await labWith({ units: 10 });
    const { id } = await orderMore(lab.operator, "100", lab.item, { kind: "renewal" });
    await confirmOrder(lab.operator, "100", id);
    const session = await join(lab);
    lab.clock.at = addMonths(START, 12) + DAY_MS;
    await send(lab, session, [cell(4, "ean_13", START)]);
    expect(await usedOf(lab, lab.item)).toBe(4);
    const rows = await usageOf(lab.operator, { organisation: "100", ...RANGE, groupBy: ["day"] });
    expect(rows).toEqual([{ day: "2026-05-01", count: 4 }]);
  });

  test("R69 units of an increase end with the period that they were bought in", async () => {
    const lab = await labWith({ units: 10 });
    for (const [kind, units] of [
      ["renewal", 10],
      ["increase", 5],
    ] as const) {
      const { id } = await orderMore(lab.operator, "100", lab.item, { kind, units });
      await confirmOrder(lab.operator, "100", id);
    }
    const quota = async () => (await getItem(lab.operator, "100", lab.item)).state.quota;
    expect(await quota()).toBe(15);
    lab.clock.pass(YEAR);
    expect(await quota()).toBe(10);
  });

  test("licences that count devices or domains charge no scans, and count them all the same", async () => {
    const lab = await labWith({ type: "per-device", units: 3 });
    expect((await send(lab, await join(lab), [cell(50)])).next).toBe("continue");
    expect([await total(lab), await usedOf(lab, lab.item)]).toEqual([50, 1]);
    expect(await lab.store.verify()).toEqual([]);
  });
});

describe("devices in reports", () => {
  test("R41 a report is use: it keeps the seat", async () => {
    const lab = await labWith({ type: "per-device", units: 1, settings: { deviceExpiryDays: 30 } });
    const session = await join(lab, 1);
    lab.clock.pass(20);
    expect((await send(lab, session)).next).toBe("continue");
    lab.clock.pass(20);
    expect((await ask(lab, 2)).ok).toBe(false);
    lab.clock.pass(11);
    expect((await ask(lab, 2)).ok).toBe(true);
  });

  test("a device that was unregistered is told to ask again", async () => {
    const lab = await labWith({ type: "per-device", units: 1 });
    const session = await join(lab, 1);
    await unregisterDevice(lab.operator, "100", deviceId(1));
    expect(await send(lab, session, [cell(2)])).toMatchObject({ next: "authorize" });
    expect((await ask(lab, 2)).ok).toBe(true);
    expect((await ask(lab, 1)).ok).toBe(false);
  });

  test("R62 each slot counts its unique devices, however often each of them reports", async () => {
    const lab = await labWith({ type: "concurrent-device", units: 5 });
    const sessions = [await join(lab, 1), await join(lab, 2), await join(lab, 3)];
    for (const session of [...sessions, ...sessions]) await send(lab, session);
    const counts = await slotsOfDay(lab.operator, "100", "100-shop", utcDay(START));
    expect(counts.length).toBe(SLOTS_PER_DAY);
    expect(counts[slotNow(lab)]).toBe(3);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect((await slotsOfDay(lab.operator, "100", lab.item, utcDay(START)))[slotNow(lab)]).toBe(3);
  });

  test("slots of days ahead are stored, but take no units of what is still to come", async () => {
    const lab = await labWith({ type: "concurrent-device", units: 5 });
    const session = await join(lab);
    const slots = ["2026-05-02", "2026-05-03"].map((day) => ({ day, bits: slotText([7]) }));
    const content = { v: 1, device: session.device, nonce: "n".repeat(22), cells: [], slots } as const;
    expect(await report(lab.ports, session, content)).toMatchObject({ ok: true, slots });
    const counts = async (account: string, day: string) => (await slotsOfDay(lab.operator, "100", account, day))[7];
    for (const [day, units] of [
      ["2026-05-02", 1],
      ["2026-05-03", 0],
    ] as const) {
      expect([day, await counts("100-shop", day), await counts(lab.item, day)]).toEqual([day, 1, units]);
    }
  });

  test("R63 who is in a slot beyond its limit stops until it ends; those within it work on", async () => {
    const lab = await labWith({ type: "concurrent-device", units: 2 });
    const [a, b] = [await join(lab, 1), await join(lab, 2)];
    lab.clock.at += SLOT_MS;
    const c = await join(lab, 3);
    expect((await send(lab, a)).next).toBe("continue");
    const late = await send(lab, b);
    expect([late.next, late.refusal?.code, late.refusal?.until]).toEqual([
      "authorize",
      "seats_taken",
      START + 2 * SLOT_MS,
    ]);
    // Its use is counted, for that is what happened; and it gets no seat by having come.
    expect((await slotsOfDay(lab.operator, "100", lab.item, utcDay(START)))[slotNow(lab)]).toBe(3);
    expect((await ask(lab, 2)).ok).toBe(false);
    expect([(await send(lab, c)).next, (await ask(lab, 1)).ok]).toEqual(["continue", true]);
    lab.clock.at += SLOT_MS;
    expect((await send(lab, b)).next).toBe("continue");
  });
});

describe("with the device's own ledger", () => {
  const epochs = () => {
    let made = 0;
    return () => (++made).toString(16).padStart(16, "0");
  };
  /** Everything pending goes, and what is acknowledged comes back. */
  async function sync(lab: Pick<Lab, "ports" | "clock">, ledger: Ledger, session: Awaited<ReturnType<typeof join>>) {
    let next = ledger;
    for (const content of toReports(pendingUsage(ledger), "100", () => "n".repeat(22))) {
      const read = parseReportRequest(JSON.parse(JSON.stringify(content)));
      if (!read.ok) throw new Error(read.problem);
      const reply = await report(lab.ports, session, read.value);
      if (!reply.ok) throw new Error(reply.refusal.code);
      next = applyAck(
        next,
        toAcknowledgement(JSON.parse(JSON.stringify(reply)), "100", ledger.device),
        lab.clock.now(),
      );
    }
    return next;
  }

  test("R13 all that was acknowledged is no longer pending, and may be purged", async () => {
    const lab = await labWith({ units: 1000 });
    const session = await join(lab);
    const metrics = Array.from({ length: 150 }, (_, n) => ({ metric: `code_${n}`, at: START, count: n + 1 }));
    const ledger = await sync(lab, addScans(newLedger(deviceId(1)), "100", metrics, epochs()), session);
    expect(pendingUsage(ledger)).toMatchObject({ cells: [], slots: [] });
    expect(await total(lab)).toBe(11_325);
    expect(purgeUsage(ledger, START + 40 * DAY_MS).entries).toEqual([]);
  });

  test("a restored backup is healed: a new generation makes the device send its retained cells again", async () => {
    const store = new MemoryStore("g1");
    const lab = await labWith({ units: 1000 }, store);
    const session = await join(lab);
    const mint = epochs();
    let ledger = addScans(newLedger(deviceId(1)), "100", [{ metric: "ean_13", at: START, count: 5 }], mint);
    ledger = await sync(lab, ledger, session);
    const backup = store.backup();
    ledger = addScans(ledger, "100", [{ metric: "ean_13", at: START, count: 4 }], mint);
    ledger = addScans(ledger, "100", [{ metric: "qr_code", at: START + DAY_MS, count: 3 }], mint);
    ledger = await sync(lab, ledger, session);
    expect(await total(lab)).toBe(12);
    // What was accepted after the backup is lost with it, until the device calls.
    const restored = { ...lab, store: new MemoryStore("g2", backup) };
    restored.ports = { ...lab.ports, store: restored.store };
    restored.operator = { ...lab.operator, ports: restored.ports };
    expect(await total(restored)).toBe(5);
    ledger = addScans(ledger, "100", [{ metric: "ean_13", at: START + DAY_MS, count: 1 }], mint);
    ledger = await sync(restored, ledger, session);
    ledger = await sync(restored, ledger, session);
    expect(await total(restored)).toBe(13);
    expect(await restored.store.verify()).toEqual([]);
  });
});
