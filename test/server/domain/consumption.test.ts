import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Account, allot, compareItems, consumptionOrder } from "../../../server/src/domain/consumption.js";
import type { HandshakeCode } from "../../../server/src/domain/handshake-code.js";
import { checkedSettings, type ItemSettings, type LicenseItem } from "../../../server/src/domain/license-item.js";
import { LICENSE_TYPES, type LicenseType } from "../../../src/rules/license-types.js";
import { initialPeriod } from "../../../src/rules/period.js";
import { START } from "../lab.js";

const RUNS = { numRuns: 10_000, seed: 77 };

const item = (
  id: string,
  type: LicenseType = "per-scan",
  settings: Partial<ItemSettings> = {},
  years = 1,
): LicenseItem => ({
  organisation: "100",
  id,
  type,
  name: id,
  settings: checkedSettings(type, settings),
  grants: [{ order: `o-${id}`, kind: "initial", units: 10, period: initialPeriod(START, years) }],
  isTrial: false,
  isOffline: false,
  createdAt: START,
});

const code = (items: readonly string[], order: HandshakeCode["order"] = "automatic"): HandshakeCode => ({
  organisation: "100",
  name: "shop",
  isDefault: true,
  items,
  order,
  domains: [],
  passwordHashes: [],
  createdAt: START,
});

describe("the order of consumption", () => {
  type Row = [name: string, first: LicenseItem, second: LicenseItem];
  test.each<Row>([
    ["nearest expiry first", item("z"), item("a", "per-scan", {}, 2)],
    ["even where the other is more specific", item("z"), item("a", "per-scan", { domains: ["shop.example"] }, 2)],
    ["then the most specific", item("z", "per-scan", { domains: ["shop.example"] }), item("a")],
    [
      "an exact domain is more specific than *.",
      item("z", "per-scan", { domains: ["shop.example"] }),
      item("a", "per-scan", { domains: ["*.shop.example"] }),
    ],
    ["then the least restrictive type", item("z", "per-domain"), item("a", "per-device")],
    ["refusing new devices restricts less than refusing all", item("z", "per-device"), item("a", "per-scan")],
    ["then the longer grace", item("z", "per-scan", { graceDays: 7 }), item("a")],
    ["then the larger overage", item("z", "per-scan", { overage: 7 }), item("a")],
    ["then the older one", item("z"), { ...item("a"), createdAt: START + 1 }],
    ["then the id", item("a"), item("b")],
  ])("%s", (_name, first, second) => {
    for (const items of [
      [first, second],
      [second, first],
    ]) {
      const ids = items.map(({ id }) => id);
      expect(consumptionOrder(code(ids), items, START).map(({ id }) => id)).toEqual([first.id, second.id]);
    }
  });

  test("or the owner's own, whatever the rules say; items that are not behind the code are left out", () => {
    const items = [item("a"), item("b"), item("c")];
    const ids = consumptionOrder(code(["c", "a", "gone"], "owner"), items, START).map(({ id }) => id);
    expect(ids).toEqual(["c", "a"]);
  });

  test("is the same whichever way the items come (10,000 runs)", () => {
    const any = fc.record({
      type: fc.constantFrom(...(Object.keys(LICENSE_TYPES) as LicenseType[])),
      overage: fc.nat(2),
      graceDays: fc.nat(2),
      domains: fc.constantFrom([], ["a.example"], ["*.a.example"]),
      years: fc.integer({ min: 1, max: 2 }),
    });
    const shuffled = fc.array(any, { maxLength: 6 }).chain((list) => {
      const items = list.map(({ type, years, ...settings }, index) => item(`i${index}`, type, settings, years));
      return fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length }));
    });
    fc.assert(
      fc.property(shuffled, ([items, others]) => {
        const order = (list: readonly LicenseItem[]) => consumptionOrder(code(list.map(({ id }) => id)), list, START);
        const sorted = order(items);
        expect(order(others)).toEqual(sorted);
        sorted.slice(1).forEach((it, index) => {
          expect(compareItems(sorted[index] as LicenseItem, it, START)).toBeLessThan(0);
        });
      }),
      RUNS,
    );
  });
});

describe("units spread over accounts", () => {
  const account = (quota: number, overage = 0): Account => ({ item: "i", period: 0, quota, overage });
  test.each([
    ["into the first", 3, [account(5), account(5)], [0, 0], [3, 0]],
    ["over its quota into the next", 7, [account(5), account(5)], [0, 0], [5, 2]],
    ["beside what is used", 7, [account(5), account(5)], [4, 0], [1, 6]],
    ["overage only after all quotas", 11, [account(5, 2), account(5)], [0, 0], [6, 5]],
    ["excess stays with the last", 20, [account(5, 2), account(5, 1)], [0, 0], [7, 13]],
    ["nothing for what is over its quota already", 1, [account(5), account(5)], [9, 0], [0, 1]],
    ["nowhere where there is no account", 5, [], [], []],
  ])("%s", (_name, units, accounts, used, added) => {
    expect(allot(units, accounts, used)).toEqual(added);
  });

  const accounts = fc.array(fc.record({ quota: fc.nat(30), overage: fc.nat(5), used: fc.nat(40) }), {
    minLength: 1,
    maxLength: 5,
  });

  test("nothing is lost, none is exceeded before all are full, and earlier ones fill first (10,000 runs)", () => {
    fc.assert(
      fc.property(fc.nat(120), accounts, (units, list) => {
        const added = allot(
          units,
          list.map(({ quota, overage }) => account(quota, overage)),
          list.map(({ used }) => used),
        );
        expect(added.reduce((sum, part) => sum + part, 0)).toBe(units);
        expect(added.every((part) => part >= 0)).toBe(true);
        const room = list.map(({ quota, overage, used }) => Math.max(quota + overage - used, 0));
        const excess = Math.max(units - room.reduce((sum, part) => sum + part, 0), 0);
        added.forEach((part, index) => {
          const isLast = index === list.length - 1;
          expect(part).toBeLessThanOrEqual((room[index] as number) + (isLast ? excess : 0));
          const left = list.slice(0, index).every(({ quota, used }, at) => used + (added[at] as number) >= quota);
          if (part > 0) expect(left).toBe(true);
        });
      }),
      RUNS,
    );
  });

  test("one by one or at once is the same (10,000 runs)", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 6 }), accounts, (parts, list) => {
        const all = list.map(({ quota, overage }) => account(quota, overage));
        const start = list.map(({ used }) => used);
        const stepwise = parts.reduce(
          (used, units) => allot(units, all, used).map((part, index) => part + (used[index] as number)),
          start,
        );
        const total = parts.reduce((sum, part) => sum + part, 0);
        expect(allot(total, all, start).map((part, index) => part + (start[index] as number))).toEqual(stepwise);
      }),
      RUNS,
    );
  });
});
