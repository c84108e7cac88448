import { describe, expect, test } from "vitest";
import { BusyError } from "../../server/src/domain/domain-error.js";
import type { Store, UsageWrite } from "../../server/src/ports.js";
import { type GroupCommitOptions, groupCommit } from "../../server/src/storage/group-commit.js";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import { expectExact, fleetOf } from "./fleet.js";
import { START } from "./lab.js";
import { storageContract } from "./storage-contract.js";

storageContract("the group commit over memory", async () => groupCommit(new MemoryStore("g1")), { numRuns: 300 });

const writeOf = (device: string, cells: number, organisation = "100"): UsageWrite => ({
  organisation,
  device,
  code: `${organisation}-shop`,
  receivedAt: START,
  cells: Array.from({ length: cells }, (_, n) => ({
    epoch: `e${n}`,
    day: "2026-05-01",
    metric: "ean_13",
    bookedDay: "2026-05-01",
    count: 1,
  })),
  slots: [],
  accounts: [],
});

/** A store whose merges wait until they are let go, and that notes the devices of each batch. */
function gated(options: GroupCommitOptions = {}) {
  const memory = new MemoryStore("g1");
  const batches: string[][] = [];
  const gates: (() => void)[] = [];
  let failure: ((writes: readonly UsageWrite[]) => unknown) | undefined;
  let running = 0;
  let mostRunning = 0;
  const merge: Store["mergeUsage"] = async (writes) => {
    batches.push(writes.map(({ device }) => device));
    mostRunning = Math.max(mostRunning, ++running);
    await new Promise<void>((resolve) => gates.push(resolve));
    running--;
    const error = failure?.(writes);
    if (error !== undefined) throw error;
    return memory.mergeUsage(writes);
  };
  const inner = new Proxy<Store>(memory, {
    get(target, name: keyof Store) {
      if (name === "mergeUsage") return merge;
      return (target[name] as (...given: unknown[]) => unknown).bind(target);
    },
  });
  return {
    batches,
    store: groupCommit(inner, options),
    mostRunning: () => mostRunning,
    fail: (by: typeof failure) => {
      failure = by;
    },
    /** Lets merges go until nothing waits any more. */
    async open() {
      for (let quiet = 0; quiet < 3; quiet++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (gates.length > 0) quiet = -1;
        for (const gate of gates.splice(0)) gate();
      }
    },
    settle: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
  };
}

describe("the group commit", () => {
  test("takes in one transaction what came while the last one ran, and answers each after it", async () => {
    const { store, batches, open, settle } = gated();
    const first = store.mergeUsage([writeOf("a", 1)]);
    await settle();
    const rest = ["b", "c", "d"].map((device) => store.mergeUsage([writeOf(device, 1)]));
    let isAnswered = false;
    void rest[2]?.then(() => {
      isAnswered = true;
    });
    await settle();
    expect([batches, isAnswered]).toEqual([[["a"]], false]);
    await open();
    expect(batches).toEqual([["a"], ["b", "c", "d"]]);
    const answers = await Promise.all([first, ...rest]);
    expect(answers.map(({ sequence }) => sequence)).toEqual([1, 2, 2, 2]);
    expect(answers.every(({ results }) => results.length === 1)).toBe(true);
  });

  test("takes no more rows than a batch has, keeps requests whole and in order", async () => {
    const { store, batches, open, settle } = gated({ batchRows: 4 });
    const first = store.mergeUsage([writeOf("a", 1)]);
    await settle();
    const all = [
      [writeOf("b", 2)],
      [writeOf("c", 2)],
      [writeOf("d", 1), writeOf("e", 9)],
      [writeOf("f", 4)],
      [writeOf("g", 0)],
    ].map((writes) => store.mergeUsage(writes));
    await open();
    await Promise.all([first, ...all]);
    expect(batches).toEqual([["a"], ["b", "c"], ["d", "e"], ["f"], ["g"]]);
    const [, , both] = await Promise.all(all);
    expect(both?.results.map(({ cells }) => cells.length)).toEqual([1, 9]);
  });

  test("waits while each turn of the event loop brings more, where it is told to, and no longer", async () => {
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    for (const [gatherMs, wanted] of [
      [60_000, [["a", "b", "c", "d"], ["e"]]],
      [
        0,
        [
          ["a", "b"],
          ["c", "d", "e"],
        ],
      ],
    ] as const) {
      const { store, batches, open, settle } = gated({ gatherMs });
      const all: Promise<unknown>[] = [];
      const come = (...devices: string[]) => {
        for (const device of devices) all.push(store.mergeUsage([writeOf(device, 1)]));
      };
      come("a", "b");
      for (const device of ["c", "d"]) {
        await turn();
        come(device);
      }
      await settle();
      come("e");
      await open();
      await Promise.all(all);
      expect(batches).toEqual(wanted);
    }
  });

  test("runs as many transactions of a verb as it may, and no more", async () => {
    for (const inFlight of [1, 2]) {
      const { store, open, settle, mostRunning } = gated({ inFlight, batchRows: 1 });
      const all = ["a", "b", "c", "d"].map((device) => store.mergeUsage([writeOf(device, 1)]));
      await settle();
      await open();
      await Promise.all(all);
      expect(mostRunning()).toBe(inFlight);
    }
  });

  test("a bad write fails alone; the others of its batch are stored, each once", async () => {
    const { store, open, settle, fail } = gated();
    fail((writes) => (writes.some(({ device }) => device === "bad") ? new Error("a row that cannot be") : undefined));
    const first = store.mergeUsage([writeOf("a", 1)]);
    await settle();
    const others = ["b", "c", "d", "e", "f"].map((device) => store.mergeUsage([writeOf(device, 1)]));
    const bad = store.mergeUsage([writeOf("g", 1), writeOf("bad", 1)]);
    const told = expect(bad).rejects.toThrow("a row that cannot be");
    const later = store.mergeUsage([writeOf("h", 1)]);
    await open();
    await Promise.all([first, ...others, later, told]);
    const rows = await store.usage({ organisation: "100", from: "2026-05-01", to: "2026-05-01", groupBy: ["device"] });
    expect(rows.map(({ device, count }) => [device, count])).toEqual(
      ["a", "b", "c", "d", "e", "f", "h"].map((it) => [it, 1]),
    );
  });

  test("storage that is away fails the batch as a whole, without trying its parts, and is tried again for the next", async () => {
    const { store, batches, open, settle, fail } = gated();
    fail(() => new BusyError("storage_unavailable", "away", 5));
    const first = store.mergeUsage([writeOf("a", 1)]).catch((error: unknown) => error);
    await settle();
    const all = ["b", "c"].map((device) => store.mergeUsage([writeOf(device, 1)]).catch((error: unknown) => error));
    await open();
    for (const error of [await first, ...(await Promise.all(all))])
      expect(error).toMatchObject({ reason: "storage_unavailable" });
    expect(batches).toEqual([["a"], ["b", "c"]]);
    fail(undefined);
    const next = store.mergeUsage([writeOf("d", 1)]);
    await open();
    expect((await next).results).toHaveLength(1);
  });

  test("a queue over its cap refuses with the time to come back, and takes again when there is room", async () => {
    const { store, open, settle } = gated({ queueRows: 4 });
    const taken = [store.mergeUsage([writeOf("a", 2)])];
    await settle();
    taken.push(store.mergeUsage([writeOf("b", 2)]));
    const refused = store.mergeUsage([writeOf("c", 1)]);
    await expect(refused).rejects.toMatchObject({ code: "busy", reason: "queue_full", retryAfterSeconds: 2 });
    // One cap for all verbs: what waits takes the same memory.
    const claim = { organisation: "100", device: "d", at: 1, candidates: [] };
    await expect(store.claimSeats([claim])).rejects.toMatchObject({ reason: "queue_full" });
    await open();
    await Promise.all(taken);
    const after = store.mergeUsage([writeOf("c", 99)]);
    await open();
    expect((await after).results[0]?.cells).toHaveLength(99);
  });

  test("close() stores what waits, closes the store, and takes nothing more", async () => {
    const { store, open, settle } = gated({ batchRows: 1 });
    const all = ["a", "b", "c"].map((device) => store.mergeUsage([writeOf(device, 1)]));
    await settle();
    const closed = store.close();
    await expect(store.mergeUsage([writeOf("late", 1)])).rejects.toMatchObject({ code: "busy" });
    await open();
    expect((await Promise.all(all)).map(({ results }) => results.length)).toEqual([1, 1, 1]);
    await closed;
    await store.close();
    await expect(store.commit()).rejects.toMatchObject({ code: "busy" });
  });

  test("a fleet that reports all at once is counted exactly", async () => {
    const store = groupCommit(new MemoryStore("g1"), { batchRows: 16 });
    const fleet = fleetOf("fleet", 50);
    for (let round = 0; round < 5; round++) await Promise.all(fleet.map((device) => device.work(store)));
    await expectExact(store, fleet);
    await store.close();
  });
});
