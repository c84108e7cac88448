/** What the meter tells while scans go on: nothing that it may have to tell again under another name. */
import { describe, expect, test } from "vitest";
import { openMeter, REPORTING } from "../../../src/metering/meter.js";
import { MemoryStore, type Store } from "../../../src/metering/store.js";

const NOON = Date.UTC(2026, 5, 1, 12);
const SCAN = { format: "qr_code", at: NOON } as const;

/** A store that keeps nothing before `release` is called. */
function slowStore() {
  const store = new MemoryStore();
  const release = { append: () => {}, update: () => {} };
  const gates = { append: Promise.resolve(), update: Promise.resolve() };
  const slow: Store = {
    kind: "memory",
    read: (box) => store.read(box),
    append: (box, entry) => gates.append.then(() => store.append(box, entry)),
    update: (box, change) => gates.update.then(() => store.update(box, change)),
    close: () => {},
  };
  const hold = (what: "append" | "update") => {
    gates[what] = new Promise((resolve) => {
      release[what] = resolve;
    });
  };
  return { slow, hold, release };
}

describe("what a report holds", () => {
  test("R13 R32 a scan that is being written while a report is made is told under one epoch only", async () => {
    const { slow, hold, release } = slowStore();
    const meter = await openMeter({ store: slow, now: () => NOON });
    hold("update");
    hold("append");
    const telling = meter.pending();
    await REPORTING.load();
    // The first is on its way into the store, the second waits for it: neither is in the ledger.
    meter.record([SCAN]);
    meter.record([SCAN]);
    release.update();
    const told = await telling;
    release.append();
    const all = await meter.pending();
    const epochs = [...told.cells, ...all.cells].map(({ epoch }) => epoch);
    expect(new Set(epochs).size).toBe(1);
    expect(all.cells.map(({ count }) => count)).toEqual([2]);
    await meter.close();
  });

  test("R13 R32 what a full disk keeps from being stored is counted, but told only once it is stored", async () => {
    const store = new MemoryStore();
    let isFull = true;
    const disk: Store = {
      kind: "memory",
      read: (box) => store.read(box),
      append: (box, entry) => (isFull ? Promise.reject(new Error("full")) : store.append(box, entry)),
      update: (box, change) => store.update(box, change),
      close: () => {},
    };
    const meter = await openMeter({ store: disk, now: () => NOON });
    meter.record([SCAN, SCAN]);
    expect((await meter.pending()).cells).toEqual([]);
    expect(meter.unreported).toBe(2);
    expect((await meter.usage()).map(({ total }) => total)).toEqual([2]);
    isFull = false;
    await meter.flush();
    expect((await meter.pending()).cells.map(({ count }) => count)).toEqual([2]);
    await meter.close();
  });
});
