/** A meter where nothing can be stored, between tabs, and what a dump of its store shows. */
import "fake-indexeddb/auto";
import fc from "fast-check";
import { openDB } from "idb";
import { describe, expect, test, vi } from "vitest";
import { openIndexedDbStore } from "../../../src/metering/indexeddb-store.js";
import { type Meter, openMeter } from "../../../src/metering/meter.js";
import { BOX, type Store } from "../../../src/metering/store.js";
import { full, heard, NOON, name, nextDatabase, scan, scans, tab, totalOf } from "./tabs.js";

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
        nextDatabase();
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
