import "fake-indexeddb/auto";
import fc from "fast-check";
import { openDB } from "idb";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ScanError } from "../../../src/errors.js";
import { openIndexedDbStore } from "../../../src/metering/indexeddb-store.js";
import { BOX, MemoryStore, type Store } from "../../../src/metering/store.js";

const open: Store[] = [];
let databases = 0;

async function indexedDbStore(name: string, onError?: (error: ScanError) => void): Promise<Store> {
  const store = await openIndexedDbStore({ name, ...(onError === undefined ? {} : { onError }) });
  open.push(store);
  return store;
}

const freshName = () => `store-${++databases}`;
const sum = (current: number | undefined, entries: readonly number[]) =>
  entries.reduce((total, entry) => total + entry, current ?? 0);
const increment = (current: number | undefined) => (current ?? 0) + 1;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const store of open.splice(0)) store.close();
});

/** Puts a seeded number of turns of the event loop before and after every sealing and opening. */
function shuffleCrypto(turns: () => number): void {
  const { subtle } = globalThis.crypto;
  const pause = async () => {
    for (let turn = turns(); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
  };
  for (const name of ["encrypt", "decrypt"] as const) {
    const real = subtle[name].bind(subtle);
    vi.spyOn(subtle, name).mockImplementation(async (...input) => {
      await pause();
      const output = await real(...input);
      await pause();
      return output;
    });
  }
}

describe.each([
  ["memory", async () => new MemoryStore()],
  ["indexeddb", () => indexedDbStore(freshName())],
] as [string, () => Promise<Store>][])("every store: %s", (kind, make) => {
  test("an empty box reads as undefined, a changed one as what it was changed to", async () => {
    const store = await make();
    expect(store.kind).toBe(kind);
    expect(await store.read(BOX.ledger)).toBeUndefined();
    expect(await store.update(BOX.ledger, () => ({ a: [1, "ü"] }))).toEqual({ a: [1, "ü"] });
    expect(await store.read(BOX.ledger)).toEqual({ a: [1, "ü"] });
  });

  test("boxes know nothing of one another", async () => {
    const store = await make();
    await store.update(BOX.ledger, () => "ledger");
    expect(await store.read(BOX.license)).toBeUndefined();
  });

  test("entries wait for the next update of their box, which uses them up", async () => {
    const store = await make();
    await Promise.all([1, 2, 3].map((entry) => store.append(BOX.ledger, entry)));
    await store.append(BOX.license, 100);
    expect(await store.read(BOX.ledger)).toBeUndefined();
    expect(await store.update(BOX.ledger, sum)).toBe(6);
    expect(await store.update(BOX.ledger, sum)).toBe(6);
    expect(await store.read(BOX.ledger)).toBe(6);
    expect(await store.update(BOX.license, sum)).toBe(100);
  });

  test("changes at once from one page all count", async () => {
    const store = await make();
    await Promise.all(Array.from({ length: 20 }, () => store.update(BOX.ledger, increment)));
    expect(await store.read(BOX.ledger)).toBe(20);
  });

  test("a change that throws changes nothing", async () => {
    const store = await make();
    await store.update(BOX.ledger, increment);
    const change = () => {
      throw new Error("no");
    };
    await expect(store.update(BOX.ledger, change)).rejects.toThrow();
    expect(await store.read(BOX.ledger)).toBe(1);
  });
});

describe("IndexedDB across tabs", () => {
  test("whatever the interleaving, no increment is lost and none counts twice (property)", async () => {
    const tabs = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(tabs, fc.infiniteStream(fc.nat(4)), async (counts, delays) => {
        vi.restoreAllMocks();
        shuffleCrypto(() => delays.next().value ?? 0);
        const name = freshName();
        const stores = await Promise.all(counts.map(() => indexedDbStore(name)));
        await Promise.all(
          stores.map(async (store, index) => {
            for (let i = 0; i < (counts[index] ?? 0); i++) {
              const turn = delays.next().value ?? 0;
              if (turn > 0) await store.append(BOX.ledger, 1);
              else await store.update<number, number>(BOX.ledger, (current, entries) => sum(current, entries) + 1);
              if (turn > 2) await store.update(BOX.ledger, sum);
            }
          }),
        );
        await stores[0]?.update(BOX.ledger, sum);
        const total = counts.reduce((all, count) => all + count, 0);
        for (const store of stores) expect(await store.read(BOX.ledger)).toBe(total);
        for (const store of open.splice(0)) store.close();
      }),
      { numRuns: 60, seed: 12 },
    );
  });

  test("tabs that open a new database at once end up with one key", async () => {
    const name = freshName();
    const [first, second] = await Promise.all([indexedDbStore(name), indexedDbStore(name)]);
    await first?.update(BOX.ledger, () => "sealed by one");
    expect(await second?.read(BOX.ledger)).toBe("sealed by one");
  });
});

describe("crashes and faults", () => {
  test("a page that dies while sealing has written nothing", async () => {
    const name = freshName();
    const dying = await indexedDbStore(name);
    await dying.update(BOX.ledger, increment);
    vi.spyOn(crypto.subtle, "encrypt").mockReturnValueOnce(new Promise(() => {}));
    void dying.update(BOX.ledger, increment);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = await indexedDbStore(name);
    expect(await next.update(BOX.ledger, increment)).toBe(2);
  });

  test("a transaction that is aborted after the put has changed nothing", async () => {
    const store = await indexedDbStore(freshName());
    await store.update(BOX.ledger, increment);
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(function (this: IDBObjectStore, ...input) {
      const request = put.apply(this, input);
      this.transaction.abort();
      return request;
    });
    await expect(store.update(BOX.ledger, increment)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await store.read(BOX.ledger)).toBe(1);
    expect(await store.update(BOX.ledger, increment)).toBe(2);
  });

  test("a full disk is storage_full, and what was there stays", async () => {
    const store = await indexedDbStore(freshName());
    await store.update(BOX.ledger, increment);
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await expect(store.update(BOX.ledger, increment)).rejects.toMatchObject({ code: "storage_full", retryable: true });
    expect(await store.read(BOX.ledger)).toBe(1);
  });

  test("a page that dies between reading its entries and using them up leaves them to the next", async () => {
    const name = freshName();
    const dying = await indexedDbStore(name);
    await dying.append(BOX.ledger, 5);
    vi.spyOn(crypto.subtle, "encrypt").mockReturnValueOnce(new Promise(() => {}));
    void dying.update(BOX.ledger, sum);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = await indexedDbStore(name);
    expect(await next.update(BOX.ledger, sum)).toBe(5);
    expect(await next.update(BOX.ledger, sum)).toBe(5);
  });

  test("an update that is aborted half way has used up nothing", async () => {
    const store = await indexedDbStore(freshName());
    await store.append(BOX.ledger, 5);
    const remove = IDBObjectStore.prototype.delete;
    vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementationOnce(function (this: IDBObjectStore, ...input) {
      const request = remove.apply(this, input);
      this.transaction.abort();
      return request;
    });
    await expect(store.update(BOX.ledger, sum)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await store.read(BOX.ledger)).toBeUndefined();
    expect(await store.update(BOX.ledger, sum)).toBe(5);
  });

  test("an entry that is corrupt is told, and the others count", async () => {
    const name = freshName();
    const errors: string[] = [];
    const store = await indexedDbStore(name, (error) => errors.push(error.code));
    await Promise.all([1, 2, 4].map((entry) => store.append(BOX.ledger, entry)));
    const db = await openDB(name);
    const [key] = await db.getAllKeys("boxes");
    await db.put("boxes", new Uint8Array(50), key);
    expect([3, 5, 6]).toContain(await store.update(BOX.ledger, sum));
    expect(errors).toEqual(["storage_corrupt"]);
    expect(await db.getAllKeys("boxes")).toEqual([BOX.ledger]);
    db.close();
  });

  const damages: [name: string, box: (stored: Uint8Array) => unknown][] = [
    ["one bit flipped", (stored) => stored.map((byte, index) => (index === 40 ? byte ^ 1 : byte))],
    ["cut short", (stored) => stored.slice(0, 30)],
    ["an empty array", () => new Uint8Array()],
    ["something else", () => ({ count: 4711 })],
  ];
  test.each(damages)("a box that is corrupt (%s) is set aside once and kept to look at", async (_name, damage) => {
    const name = freshName();
    const before = await indexedDbStore(name);
    await before.update(BOX.ledger, () => 41);
    const db = await openDB(name);
    const damaged = damage(await db.get("boxes", BOX.ledger));
    await db.put("boxes", damaged, BOX.ledger);
    const errors: string[] = [];
    const store = await indexedDbStore(name, (error) => errors.push(error.code));
    expect(await store.read(BOX.ledger)).toBeUndefined();
    expect(await store.update(BOX.ledger, increment)).toBe(1);
    expect(errors).toEqual(["storage_corrupt"]);
    expect(await db.getAllKeys("boxes")).toEqual([BOX.ledger, BOX.ledger + 100]);
    expect(await db.get("boxes", BOX.ledger + 100)).toEqual(damaged);
    db.close();
  });

  test("a box put under another's number does not open there", async () => {
    const name = freshName();
    const store = await indexedDbStore(name, () => {});
    await store.update(BOX.ledger, () => "mine");
    const db = await openDB(name);
    await db.put("boxes", await db.get("boxes", BOX.ledger), BOX.license);
    expect(await store.read(BOX.license)).toBeUndefined();
    db.close();
  });

  test("R46 the database can be deleted while it is open, and begins anew", async () => {
    const name = freshName();
    const store = await indexedDbStore(name);
    await store.update(BOX.ledger, increment);
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = resolve;
      request.onblocked = () => reject(new Error("the store holds on to its database"));
    });
    expect(await store.read(BOX.ledger)).toBeUndefined();
    expect(await store.update(BOX.ledger, increment)).toBe(1);
  });

  test("a closed store says so", async () => {
    const store = await indexedDbStore(freshName());
    store.close();
    await expect(store.read(BOX.ledger)).rejects.toMatchObject({ code: "closed" });
    await expect(store.update(BOX.ledger, increment)).rejects.toMatchObject({ code: "closed" });
  });

  test("without WebCrypto nothing is stored in clear: crypto_unavailable", async () => {
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    await expect(openIndexedDbStore()).rejects.toMatchObject({ code: "crypto_unavailable" });
  });

  test("an open request that is never answered ends as storage_unavailable", async () => {
    vi.useFakeTimers();
    const silent = Object.create(IDBOpenDBRequest.prototype, { addEventListener: { value: () => {} } });
    vi.spyOn(indexedDB, "open").mockReturnValue(silent);
    const settled = vi.fn();
    const opening = openIndexedDbStore().catch(settled);
    await vi.advanceTimersByTimeAsync(3999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await opening;
    expect(settled).toHaveBeenCalledWith(expect.objectContaining({ code: "storage_unavailable" }));
  });

  test("an open that is forbidden (sandboxed frame, cookies blocked) is storage_unavailable", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    await expect(openIndexedDbStore()).rejects.toMatchObject({ name: "ScanError", code: "storage_unavailable" });
  });

  test("no IndexedDB at all is storage_unavailable", async () => {
    vi.stubGlobal("indexedDB", undefined);
    await expect(openIndexedDbStore()).rejects.toMatchObject({ name: "ScanError", code: "storage_unavailable" });
  });
});

describe("what a dump shows (R12)", () => {
  test("boxes are bytes of a length that tells nothing, and the key cannot be taken out", async () => {
    const name = freshName();
    const store = await indexedDbStore(name);
    const db = await openDB(name);
    await store.update(BOX.ledger, () => "a");
    const short = (await db.get("boxes", BOX.ledger)) as Uint8Array;
    await store.update(BOX.ledger, () => "a".repeat(900));
    const long = (await db.get("boxes", BOX.ledger)) as Uint8Array;
    expect(long.length).toBe(short.length);
    const key = (await db.get("keys", 1)) as CryptoKey;
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
    db.close();
  });

  test("entries have random keys: neither their number nor their order is a count", async () => {
    const name = freshName();
    const store = await indexedDbStore(name);
    const db = await openDB(name);
    for (let i = 0; i < 8; i++) await store.append(BOX.license, i);
    const keys = (await db.getAllKeys("boxes")) as number[];
    expect(keys.every((key) => Number.isSafeInteger(key) && key >= 2 * 2 ** 44 && key < 3 * 2 ** 44)).toBe(true);
    expect(Math.max(...keys) - Math.min(...keys)).toBeGreaterThan(2 ** 32);
    db.close();
  });

  test("the same content never gives the same box twice", async () => {
    const name = freshName();
    const store = await indexedDbStore(name);
    const db = await openDB(name);
    const boxes = new Set<string>();
    for (let i = 0; i < 5; i++) {
      await store.update(BOX.ledger, () => ({ same: true }));
      boxes.add(String(await db.get("boxes", BOX.ledger)));
    }
    expect(boxes.size).toBe(5);
    db.close();
  });
});
