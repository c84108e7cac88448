/** What a meter counts, writes and would report. */
import "fake-indexeddb/auto";
import { openDB } from "idb";
import { describe, expect, test, vi } from "vitest";
import { openIndexedDbStore } from "../../../src/metering/indexeddb-store.js";
import { openMeter } from "../../../src/metering/meter.js";
import { MemoryStore, type Store } from "../../../src/metering/store.js";
import { DAY_MS } from "../../../src/rules/period.js";
import { full, heard, NOON, name, scan, scans, tab, totalOf } from "./tabs.js";

describe("counting", () => {
  test("R8 by UTC day and symbology, oldest day first", async () => {
    const meter = await tab();
    meter.record([scan("ean_13"), scan("ean_13"), scan("qr_code"), scan("qr_code", NOON - DAY_MS)]);
    expect(await meter.usage()).toEqual([
      { day: "2026-04-30", total: 1, formats: { qr_code: 1 } },
      { day: "2026-05-01", total: 3, formats: { ean_13: 2, qr_code: 1 } },
    ]);
    expect(await meter.usage({ from: "2026-05-01" })).toHaveLength(1);
    expect(await meter.usage({ to: "2026-04-29" })).toEqual([]);
  });

  test("counts and device survive a reload", async () => {
    const before = await tab();
    before.record([scan()]);
    await before.close();
    const after = await tab();
    expect(after.deviceId).toBe(before.deviceId);
    expect(totalOf(await after.usage())).toBe(1);
    expect(after.storage).toBe("indexeddb");
  });

  test("what is asked for includes what is not written yet", async () => {
    const meter = await tab();
    for (let i = 1; i <= 5; i++) {
      meter.record([scan()]);
      expect(totalOf(await meter.usage())).toBe(i);
    }
  });

  test("a time that is none counts now", async () => {
    const meter = await tab();
    meter.record([scan("ean_13", Number.NaN), scan("ean_13", Number.POSITIVE_INFINITY), scan("ean_13", 9e15)]);
    meter.touch(Number.NaN);
    expect(await meter.usage()).toEqual([{ day: "2026-05-01", total: 3, formats: { ean_13: 3 } }]);
  });

  test("R60 slots are marked by use with and without scans, each once", async () => {
    const meter = await tab({ organisation: "100" });
    meter.touch(NOON);
    meter.touch(NOON + 179_999);
    meter.touch(NOON + 180_000);
    meter.record([scan("ean_13", NOON + 360_000)]);
    expect((await meter.pending()).slots.map((it) => it.slots)).toEqual([[240, 241, 242]]);
  });
});

describe("the device (R11, R44–R47)", () => {
  test("R11 is named by a random UUID of version 4", async () => {
    const meter = await tab();
    expect(meter.deviceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("R44 tabs that open at once are one device", async () => {
    const tabs = await Promise.all([tab(), tab(), tab()]);
    expect(new Set(tabs.map((meter) => meter.deviceId)).size).toBe(1);
  });

  test("R46, R47 a deleted database is another device with no counts, in an open page too", async () => {
    const meter = await tab();
    const first = meter.deviceId;
    meter.record(scans(3));
    await meter.flush();
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(name).onsuccess = resolve;
    });
    meter.record(scans(2));
    expect(totalOf(await meter.usage())).toBe(2);
    expect(meter.deviceId).not.toBe(first);
    expect((await meter.pending()).device).toBe(meter.deviceId);
  });

  test("a device that could not be stored at first keeps its name once it can", async () => {
    const failing = failingStore(new MemoryStore(), 1);
    const meter = await tab({ store: failing });
    const first = meter.deviceId;
    meter.record([scan()]);
    expect(totalOf(await meter.usage())).toBe(1);
    expect(meter.deviceId).toBe(first);
  });
});

/** A store that refuses its first so many writes. */
function failingStore(store: Store, failures: number): Store {
  let left = failures;
  return {
    kind: store.kind,
    read: (box) => store.read(box),
    append: (box, entry) => (left-- > 0 ? Promise.reject(full()) : store.append(box, entry)),
    update: (box, change) => (left-- > 0 ? Promise.reject(full()) : store.update(box, change)),
    close: () => store.close(),
  };
}

describe("writing", () => {
  /** A meter on fake timers, and how often it has appended and updated. */
  async function timed(now = () => Date.now()) {
    vi.useFakeTimers();
    const store = new MemoryStore();
    const meter = await tab({ store, now });
    await vi.advanceTimersByTimeAsync(1000);
    return { meter, append: vi.spyOn(store, "append"), update: vi.spyOn(store, "update") };
  }

  test("scans are kept at once, and worked into the ledger at once or within a second", async () => {
    const { meter, append, update } = await timed();
    meter.record([scan()]);
    await vi.advanceTimersByTimeAsync(0);
    expect([append, update].map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
    for (let i = 2; i <= 10; i++) {
      meter.record([scan()]);
      await vi.advanceTimersByTimeAsync(100);
      expect([append, update].map((spy) => spy.mock.calls.length)).toEqual([i, 1]);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(update).toHaveBeenCalledTimes(2);
    expect(totalOf(await meter.usage())).toBe(10);
  });

  test("what is counted while a write is under way goes with the next one", async () => {
    const { meter, append } = await timed();
    for (let i = 0; i < 1000; i++) meter.record([scan()]);
    await vi.advanceTimersByTimeAsync(0);
    expect(append).toHaveBeenCalledTimes(2);
    expect(totalOf(await meter.usage())).toBe(1000);
  });

  test("20 scans do not wait for the second", async () => {
    const { meter, update } = await timed();
    meter.record([scan()]);
    await vi.advanceTimersByTimeAsync(1);
    meter.record(scans(19));
    await vi.advanceTimersByTimeAsync(1);
    expect(update).toHaveBeenCalledTimes(1);
    meter.record(scans(1));
    await vi.advanceTimersByTimeAsync(1);
    expect(update).toHaveBeenCalledTimes(2);
  });

  test("a clock that is set back does not hold the ledger back", async () => {
    let now = NOON;
    const { meter, update } = await timed(() => now);
    now += 5000;
    meter.record([scan()]);
    await vi.advanceTimersByTimeAsync(1);
    expect(update).toHaveBeenCalledTimes(1);
    now -= 10 * DAY_MS;
    meter.record([scan()]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(update).toHaveBeenCalledTimes(2);
  });

  test("what a page had kept when it died is counted by the next", async () => {
    const store = await openIndexedDbStore({ name });
    const meter = await openMeter({ store, now: () => NOON });
    vi.spyOn(store, "update").mockReturnValue(new Promise(() => {}));
    meter.record(scans(7));
    await vi.waitFor(async () => {
      const db = await openDB(name);
      const keys = await db.getAllKeys("boxes");
      db.close();
      expect(keys).toHaveLength(2);
    });
    expect(totalOf(await (await tab()).usage())).toBe(7);
    expect(totalOf(await (await tab()).usage())).toBe(7);
    store.close();
  });

  test("a store that fails loses nothing, says so, and is tried again by itself", async () => {
    vi.useFakeTimers();
    const store = new MemoryStore();
    const meter = await tab({ store });
    const append = vi.spyOn(store, "append").mockRejectedValue(full());
    const error = heard(meter, "error");
    meter.record(scans(2, "qr_code"));
    meter.touch(NOON + DAY_MS);
    expect(await error).toMatchObject({ code: "storage_full" });
    meter.record(scans(30, "qr_code"));
    expect(totalOf(await meter.usage())).toBe(32);
    append.mockRestore();
    await vi.advanceTimersByTimeAsync(60_000);
    const { cells, slots } = await (await tab({ store })).pending();
    expect(cells.map((cell) => cell.count)).toEqual([32]);
    expect(slots).toHaveLength(2);
  });

  test("after close nothing is counted and what was is kept", async () => {
    const meter = await tab();
    meter.record(scans(2));
    await Promise.all([meter.close(), meter.close()]);
    meter.record(scans(5));
    await expect(meter.usage()).rejects.toMatchObject({ code: "closed" });
    expect(totalOf(await (await tab()).usage())).toBe(2);
  });
});

describe("what a report will contain", () => {
  test("R13, R77 pending is exactly the counts that are not acknowledged", async () => {
    const meter = await tab({ organisation: "100" });
    meter.record([...scans(2), scan("qr_code")]);
    const sent = await meter.pending();
    expect(sent.device).toBe(meter.deviceId);
    expect(sent.cells.map(({ metric, count, day }) => [metric, count, day])).toEqual([
      ["ean_13", 2, "2026-05-01"],
      ["qr_code", 1, "2026-05-01"],
    ]);
    meter.record([scan()]);
    await meter.acknowledge({ generation: "g", sequence: 1, cells: sent.cells, slots: sent.slots });
    expect((await meter.pending()).cells.map(({ metric, count }) => [metric, count])).toEqual([["ean_13", 3]]);
    const other = await tab({ organisation: "100" });
    expect(await other.pending()).toEqual(await meter.pending());
  });

  test("counts of another organisation, or of none, are no part of it", async () => {
    const [mine, free] = [await tab({ organisation: "100" }), await tab()];
    free.record(scans(4));
    await free.flush();
    mine.record(scans(1));
    expect((await mine.pending()).cells.map((cell) => cell.count)).toEqual([1]);
    expect(totalOf(await mine.usage())).toBe(5);
  });

  test("R13 accepted counts leave the store after the retention and not before", async () => {
    let now = NOON;
    const meter = await tab({ organisation: "100", retainMs: DAY_MS, now: () => now });
    meter.record(scans(3));
    now += 3 * DAY_MS;
    expect(totalOf(await meter.usage())).toBe(3);
    const sent = await meter.pending();
    await meter.acknowledge({ generation: "g", sequence: 1, cells: sent.cells, slots: sent.slots });
    now += DAY_MS - 1;
    expect(totalOf(await meter.usage())).toBe(3);
    now += 1;
    expect(await meter.usage()).toEqual([]);
    expect(meter.deviceId).toBe(sent.device);
  });
});
