import "fake-indexeddb/auto";
import fc from "fast-check";
import { openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ScanError } from "../../../src/errors.js";
import { openIndexedDbStore } from "../../../src/metering/indexeddb-store.js";
import { type Meter, type MeterOptions, openMeter } from "../../../src/metering/meter.js";
import { BOX, MemoryStore, type Store } from "../../../src/metering/store.js";
import { DAY_MS } from "../../../src/rules/period.js";
import type { DayUsage } from "../../../src/rules/usage.js";

const NOON = Date.UTC(2026, 4, 1, 12);
const meters: Meter[] = [];
let databases = 0;
let name = "";

/** Opens one "tab": a meter with its own connection to the database. */
async function tab(options: MeterOptions = {}): Promise<Meter> {
  const meter = await openMeter({ databaseName: name, now: () => NOON, ...options });
  meters.push(meter);
  return meter;
}

const scan = (format = "ean_13", at = NOON) => ({ format, at });
const scans = (count: number, format?: string) => Array.from({ length: count }, () => scan(format));
const totalOf = (days: readonly DayUsage[]) => days.reduce((sum, day) => sum + day.total, 0);
const heard = (meter: Meter, type: "usage" | "error") =>
  new Promise<unknown>((resolve) => meter.addEventListener(type, (event) => resolve(event.detail), { once: true }));

beforeEach(() => {
  name = `meter-${++databases}`;
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(meters.splice(0).map((meter) => meter.close()));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

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

const full = () => Object.assign(new Error("full"), { code: "storage_full" }) as unknown as ScanError;

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

describe("across tabs", () => {
  test("a tab sees what another has counted, and hears of it", async () => {
    const [first, second] = [await tab(), await tab()];
    const event = heard(second, "usage");
    first.record(scans(2, "qr_code"));
    await first.flush();
    expect(await event).toEqual({ day: "2026-05-01", total: 2, formats: { qr_code: 2 } });
    expect(await second.usage()).toEqual(await first.usage());
  });

  test("use without scans is no usage event", async () => {
    const meter = await tab();
    let events = 0;
    meter.addEventListener("usage", () => events++);
    meter.touch(NOON);
    await meter.flush();
    expect(events).toBe(0);
    meter.record([scan()]);
    await meter.flush();
    expect(events).toBe(1);
  });

  test("total = sum, for random batches in tabs that write, reload and die at random (property)", async () => {
    const step = fc.record({
      tab: fc.nat(2),
      count: fc.integer({ min: 1, max: 25 }),
      fate: fc.constantFrom("go on", "flush", "reload", "die unwritten", "die written", "store fails once"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        name = `meter-${++databases}`;
        const faults = [0, 1, 2].map(() => ({ failures: 0, isDead: false }));
        const openTab = async (index: number) => {
          const store = await openIndexedDbStore({ name });
          const fault = { failures: 0, isDead: false };
          faults[index] = fault;
          // A page that has died runs no more code.
          const guard = <T>(work: () => Promise<T>): Promise<T> => {
            if (fault.isDead) return new Promise<never>(() => {});
            return fault.failures-- > 0 ? Promise.reject(full()) : work();
          };
          const flaky: Store = {
            kind: store.kind,
            read: (box) => store.read(box),
            append: (box, entry) => guard(() => store.append(box, entry)),
            update: (box, change) => guard(() => store.update(box, change)),
            close: () => store.close(),
          };
          return openMeter({ store: flaky, now: () => NOON });
        };
        const tabs = await Promise.all([openTab(0), openTab(1), openTab(2)]);
        const unwritten = [0, 0, 0];
        let truth = 0;
        for (const { tab: index, count, fate } of steps) {
          const meter = tabs[index] as Meter;
          const fault = faults[index] as { failures: number; isDead: boolean };
          if (fate === "store fails once") fault.failures = 1;
          if (fate === "die unwritten") {
            // All before is written, then the page dies with a batch in memory.
            await meter.flush();
            await meter.flush();
            truth += unwritten[index] ?? 0;
            unwritten[index] = 0;
            fault.isDead = true;
            meter.record(scans(count));
            tabs[index] = await openTab(index);
            continue;
          }
          meter.record(scans(count));
          unwritten[index] = (unwritten[index] ?? 0) + count;
          if (fate === "go on" || fate === "store fails once") continue;
          await meter.flush();
          await meter.flush();
          truth += unwritten[index] ?? 0;
          unwritten[index] = 0;
          if (fate === "reload") await meter.close();
          if (fate === "die written") fault.isDead = true;
          if (fate !== "flush") tabs[index] = await openTab(index);
        }
        await Promise.all(tabs.map((meter) => meter.flush()));
        await Promise.all(tabs.map((meter) => meter.flush()));
        truth += unwritten.reduce((sum, count) => sum + count, 0);
        const witness = await openMeter({ databaseName: name, now: () => NOON });
        expect(totalOf(await witness.usage())).toBe(truth);
        expect(new Set([...tabs, witness].map((meter) => meter.deviceId)).size).toBe(1);
        await Promise.all([...tabs, witness].map((meter) => meter.close()));
      }),
      { numRuns: 60, seed: 11 },
    );
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

describe("where nothing can be stored", () => {
  test("without IndexedDB it counts in memory, with one warning", async () => {
    vi.resetModules();
    const { openMeter: openFresh } = await import("../../../src/metering/meter.js");
    vi.stubGlobal("indexedDB", undefined);
    vi.stubGlobal("isSecureContext", true);
    const meter = await openFresh({ now: () => NOON });
    meter.record(scans(2));
    expect(meter.storage).toBe("memory");
    expect(totalOf(await meter.usage())).toBe(2);
    await (await openFresh()).close();
    await meter.close();
    expect(console.warn).toHaveBeenCalledTimes(1);
  });

  test("on an insecure page too: nothing is ever stored in clear", async () => {
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const meter = await tab();
    meter.record(scans(2));
    expect(meter.storage).toBe("memory");
    expect(totalOf(await meter.usage())).toBe(2);
    expect((await indexedDB.databases()).map((it) => it.name)).not.toContain(name);
  });

  test("a browser that refuses to keep keys (private browsing): memory", async () => {
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no", "DataCloneError");
    });
    const meter = await tab();
    meter.record(scans(2));
    expect(meter.storage).toBe("memory");
    expect(totalOf(await meter.usage())).toBe(2);
  });

  test("a page that is denied storage: memory, with one warning", async () => {
    vi.resetModules();
    const { openMeter: openFresh } = await import("../../../src/metering/meter.js");
    vi.stubGlobal("isSecureContext", true);
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    const meter = await openFresh({ now: () => NOON });
    meter.record(scans(2));
    expect(totalOf(await meter.usage())).toBe(2);
    await meter.close();
    expect(console.warn).toHaveBeenCalledTimes(1);
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining("IndexedDB cannot be used"));
  });

  test("in Node it counts in memory and says nothing", async () => {
    vi.resetModules();
    const { openMeter: openFresh } = await import("../../../src/metering/meter.js");
    vi.stubGlobal("indexedDB", undefined);
    await (await openFresh()).close();
    expect(console.warn).not.toHaveBeenCalled();
  });

  test("a corrupt store is told as storage_corrupt, and counting goes on", async () => {
    const before = await tab();
    before.record(scans(3));
    await before.close();
    const db = await openDB(name);
    await db.put("boxes", new Uint8Array(2000), BOX.ledger);
    const meter = await tab();
    meter.record(scans(1));
    expect(totalOf(await meter.usage())).toBe(1);
    const error = heard(meter, "error");
    await db.put("boxes", new Uint8Array(2000), BOX.ledger);
    await meter.usage();
    expect(await error).toMatchObject({ code: "storage_corrupt" });
    db.close();
  });
});

describe("what a dump of the store shows (R9, R12)", () => {
  test("no count, symbology, UUID, organisation or epoch in clear, in no encoding", async () => {
    const meter = await tab({ organisation: "canary-organisation" });
    meter.record(scans(4711, "code_128"));
    const { cells } = await meter.pending();
    const epoch = cells[0]?.epoch ?? "";
    const db = await openDB(name);
    const texts: string[] = [];
    const bytes: string[] = [];
    for (const store of db.objectStoreNames) {
      for (const key of await db.getAllKeys(store)) {
        const value: unknown = await db.get(store, key);
        texts.push(String(key));
        if (value instanceof Uint8Array) {
          texts.push(
            ...(["latin1", "utf8", "utf16le"] as const).map((encoding) => Buffer.from(value).toString(encoding)),
          );
          bytes.push(Buffer.from(value).toString("hex"));
        } else texts.push(JSON.stringify(value));
      }
    }
    db.close();
    expect(bytes).toHaveLength(1);
    for (const secret of ["4711", "code_128", "2026-05-01", "canary-organisation", meter.deviceId, epoch]) {
      expect(secret).not.toBe("");
      expect(texts.join("\n")).not.toContain(secret);
    }
    for (const secret of [meter.deviceId.replaceAll("-", ""), epoch]) expect(bytes.join()).not.toContain(secret);
  });
});
