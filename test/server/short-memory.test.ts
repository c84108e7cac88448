import { describe, expect, test } from "vitest";
import type { Ports } from "../../server/src/ports.js";
import { revokeItem } from "../../server/src/usecases/admin-items.js";
import { REMEMBER_MS, ShortMemory } from "../../server/src/usecases/short-memory.js";
import { ask, cell, granted, type Lab, labWith, OPERATOR, send } from "./lab.js";

/** A lab whose looks at the store are counted. */
async function countingLab() {
  const lab = await labWith({ units: 1000 });
  let looks = 0;
  const read: Lab["store"]["read"] = (work) => {
    looks++;
    return lab.store.read(work);
  };
  const store = new Proxy(lab.store, {
    get: (target, name) => {
      if (name === "read") return read;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const node = () => {
    const ports: Ports = { ...lab.ports, store, memory: new ShortMemory(lab.clock) };
    return { ...lab, ports, operator: { ports, actor: OPERATOR } };
  };
  const { session } = granted(await ask(lab));
  return { lab, session, node, looks: () => looks };
}

describe("reports that come at once", () => {
  test("look at their licence once, and all are charged", async () => {
    const { lab, session, node, looks } = await countingLab();
    const one = node();
    const counts = Array.from({ length: 50 }, (_, n) => n + 1);
    const answers = await Promise.all(counts.map((count) => send(one, session, [cell(count)])));
    expect(answers.every(({ next }) => next === "continue")).toBe(true);
    expect(looks()).toBe(1);
    const { period } = granted(await ask(lab)).token.license;
    expect(await lab.store.charged("100", [{ item: session.item, period: period.start }])).toEqual([50]);
  });

  test("hear of a change by this node at once, and of one by another node within a second", async () => {
    const { lab, session, node } = await countingLab();
    const [one, two] = [node(), node()];
    for (const it of [one, two]) expect((await send(it, session, [cell(1)])).next).toBe("continue");
    await revokeItem(one.operator, "100", session.item);
    expect(await send(one, session, [cell(2)])).toMatchObject({
      next: "authorize",
      refusal: { code: "license_revoked" },
    });
    expect((await send(two, session, [cell(3)])).next).toBe("continue");
    lab.clock.at += REMEMBER_MS;
    expect(await send(two, session, [cell(4)])).toMatchObject({
      next: "authorize",
      refusal: { code: "license_revoked" },
    });
  });

  test("are not held to a licence that was looked at while it changed", async () => {
    const { session, node } = await countingLab();
    const one = node();
    const early = send(one, session, [cell(1)]);
    await Promise.all([early, revokeItem(one.operator, "100", session.item)]);
    expect((await send(one, session, [cell(2)])).next).toBe("authorize");
  });
});

describe("a short memory", () => {
  const clock = { at: 0, now: () => clock.at };

  test("keeps no failure, and nothing for longer when the clock is set back", async () => {
    const memory = new ShortMemory(clock);
    await expect(memory.recall("100", "a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await memory.recall("100", "a", async () => 1)).toBe(1);
    expect(await memory.recall("100", "a", async () => 2)).toBe(1);
    clock.at = -REMEMBER_MS;
    expect(await memory.recall("100", "a", async () => 3)).toBe(3);
  });

  test("looks again in time, so that a crowd that keeps asking never waits", async () => {
    const memory = new ShortMemory(clock);
    let looks = 0;
    let answer = (_: number) => {};
    const slow = () =>
      new Promise<number>((resolve) => {
        looks++;
        answer = resolve;
      });
    const first = memory.recall("100", "a", slow);
    answer(1);
    expect(await first).toBe(1);
    clock.at += REMEMBER_MS - 1;
    // Nobody answers yet; all are told what was known, and one look is under way.
    expect(await Promise.all([1, 2, 3].map(() => memory.recall("100", "a", slow)))).toEqual([1, 1, 1]);
    expect(looks).toBe(2);
    answer(2);
    await Promise.resolve();
    clock.at += 1;
    expect(await memory.recall("100", "a", slow)).toBe(2);
    expect(looks).toBe(2);
    // It counts from when it was begun.
    clock.at += REMEMBER_MS - 1;
    const late = memory.recall("100", "a", slow);
    answer(3);
    expect(await late).toBe(3);
  });

  test("a look that a change has overtaken, or that fails, is not kept", async () => {
    const memory = new ShortMemory(clock);
    let answer = (_: number) => {};
    const slow = () =>
      new Promise<number>((resolve) => {
        answer = resolve;
      });
    await memory.recall("100", "a", async () => 1);
    clock.at += REMEMBER_MS - 1;
    await memory.recall("100", "a", slow);
    memory.forget("100");
    expect(await memory.recall("100", "a", async () => 2)).toBe(2);
    answer(1);
    await Promise.resolve();
    expect(await memory.recall("100", "a", async () => 3)).toBe(2);
    clock.at += REMEMBER_MS - 1;
    expect(await memory.recall("100", "a", () => Promise.reject(new Error("no")))).toBe(2);
    clock.at += 1;
    expect(await memory.recall("100", "a", async () => 4)).toBe(4);
  });

  test("keeps organisations and names apart, and never more than it may", async () => {
    const memory = new ShortMemory(clock);
    for (let n = 0; n < 2500; n++) {
      expect(await memory.recall("100", `n${n}`, async () => n)).toBe(n);
      expect(await memory.recall(`o${n}`, "n0", async () => -n)).toBe(-n);
    }
    let looks = 0;
    const look = async () => ++looks;
    for (let n = 0; n < 2500; n++) await memory.recall("100", `n${n}`, look);
    expect(looks).toBeGreaterThanOrEqual(1500);
  });
});
