import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DomainError } from "../../../server/src/domain/domain-error.js";
import {
  checkedSettings,
  type LicenseItem,
  newTrial,
  quotaAt,
  stateAt,
  termAt,
} from "../../../server/src/domain/license-item.js";
import {
  activate,
  type Booking,
  cancel,
  type OrderKind,
  purchase,
  requestOrder,
} from "../../../server/src/domain/order.js";
import { addMonths, DAY_MS } from "../../../src/rules/period.js";
import { judge } from "../../../src/rules/verdict.js";
import { START } from "../lab.js";

const YEAR_1 = addMonths(START, 12);
const YEAR_2 = addMonths(START, 24);
const YEAR_3 = addMonths(START, 36);

const bare = (change: Partial<LicenseItem> = {}): LicenseItem => ({
  organisation: "100",
  id: "item",
  type: "per-scan",
  name: "licence",
  settings: checkedSettings("per-scan"),
  grants: [],
  isTrial: false,
  isOffline: false,
  createdAt: START,
  ...change,
});

/** Asks for and buys; an initial order is activated too. */
function buy(item: LicenseItem, kind: OrderKind, at: number, units?: number, years = 1): LicenseItem {
  const order = requestOrder(item, { id: `${kind}-${at}`, kind, years, ...(units === undefined ? {} : { units }) }, at);
  const bought = purchase({ order, item }, at);
  return kind === "initial" ? activate(bought, at).item : bought.item;
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "done";
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
};

describe("orders", () => {
  const initial = buy(bare(), "initial", START, 100);
  const increased = buy(initial, "increase", START + 100 * DAY_MS, 20);
  const renewed = buy(increased, "renewal", START + 200 * DAY_MS, 50);
  const twice = buy(renewed, "renewal", START + 201 * DAY_MS, 70, 2);

  type Row = [name: string, item: LicenseItem, at: number, quota: number, end: number, code: string];
  test.each<Row>([
    ["R64 nothing before activation", bare(), START, 0, 0, "license_not_activated"],
    ["R64 R68 from activation on", initial, START, 100, YEAR_1, "ok"],
    ["R68 to the last millisecond of a year", initial, YEAR_1 - 1, 100, YEAR_1, "ok"],
    ["R68 and no longer", initial, YEAR_1, 100, YEAR_1, "license_expired"],
    ["R65 before the day of an increase", increased, START + 100 * DAY_MS - 1, 100, YEAR_1, "ok"],
    ["R65 on the day of purchase", increased, START + 100 * DAY_MS, 120, YEAR_1, "ok"],
    ["R69 an increase expires with the period", increased, YEAR_1, 120, YEAR_1, "license_expired"],
    ["R66 a renewal adds nothing before its period", renewed, YEAR_1 - 1, 120, YEAR_1, "ok"],
    ["R70 R75 and nothing rolls over into it", renewed, YEAR_1, 50, YEAR_2, "ok"],
    ["R70 it expires a year after the expiration date", renewed, YEAR_2, 50, YEAR_2, "license_expired"],
    ["R74 the next renewal follows it, for two years", twice, YEAR_2, 70, addMonths(START, 48), "ok"],
    ["R74 an initial order of three years", buy(bare(), "initial", START, 9, 3), YEAR_3 - 1, 9, YEAR_3, "ok"],
  ])("%s", (_name, item, at, quota, end, code) => {
    expect(quotaAt(item, at)).toBe(quota);
    expect(termAt(item, at)?.end ?? 0).toBe(end);
    expect(judge(stateAt(item, at), at, { used: 0, holdsSeat: false }).code).toBe(code);
  });

  test("a renewal without a number of units has those of the last period, its increases too", () => {
    expect(quotaAt(buy(increased, "renewal", START + 300 * DAY_MS), YEAR_1)).toBe(120);
  });

  test("an initial order is requested, purchased, activated, each once and in this order", () => {
    const order = requestOrder(bare(), { id: "o", kind: "initial", units: 5 }, START);
    const item = bare();
    expect(codeOf(() => activate({ order, item }, START))).toBe("conflict");
    const bought = purchase({ order, item }, START + 1);
    expect([bought.order.status, bought.item.grants]).toEqual(["purchased", []]);
    expect(codeOf(() => purchase(bought, START + 2))).toBe("conflict");
    const done = activate(bought, START + 3);
    expect([done.order.status, done.order.purchasedAt, done.order.activatedAt]).toEqual([
      "activated",
      START + 1,
      START + 3,
    ]);
    expect(codeOf(() => activate(done, START + 4))).toBe("conflict");
    expect(codeOf(() => cancel(done.order))).toBe("conflict");
    expect(cancel(bought.order).status).toBe("cancelled");
  });

  const trial = newTrial(bare(), 30, 5);
  type Refused = [name: string, code: string, item: LicenseItem, kind: OrderKind, at: number];
  test.each<Refused>([
    ["a second initial order", "conflict", initial, "initial", START],
    ["an increase before activation", "conflict", bare(), "increase", START],
    ["a renewal before activation", "conflict", bare(), "renewal", START],
    ["an increase after the end, which would expire at once", "conflict", initial, "increase", YEAR_1],
    ["anything for a revoked licence", "conflict", { ...initial, revokedAt: START }, "renewal", START],
    ["an increase of a trial", "conflict", trial, "increase", START],
    ["a renewal of a trial", "conflict", trial, "renewal", START],
  ])("refused: %s", (_name, code, item, kind, at) => {
    expect(codeOf(() => buy(item, kind, at, 5))).toBe(code);
  });

  test("refused: a renewal so late that its period would be over", () => {
    expect(codeOf(() => buy(initial, "renewal", YEAR_2 - 1, 5))).toBe("done");
    expect(codeOf(() => buy(initial, "renewal", YEAR_2, 5))).toBe("invalid");
  });

  test.each([0, -1, 1.5, Number.NaN, 1e13])("refused: %s units", (units) => {
    expect(codeOf(() => buy(bare(), "initial", START, units))).toBe("invalid");
  });

  test.each([0, 11, 1.5])("refused: %s years", (years) => {
    expect(codeOf(() => buy(bare(), "initial", START, 5, years))).toBe("invalid");
  });

  test("an increase that was asked for in one period and paid in the next is of the next", () => {
    const order = requestOrder(renewed, { id: "o", kind: "increase", units: 5 }, YEAR_1 - 1);
    const { item } = purchase({ order, item: renewed }, YEAR_1 + 1);
    expect([quotaAt(item, YEAR_1), quotaAt(item, YEAR_1 + 1), quotaAt(item, YEAR_2 - 1)]).toEqual([50, 55, 55]);
  });

  test("periods never overlap and never leave a gap, and units are only ever those of one period (10,000 runs)", () => {
    const step = fc.record({
      kind: fc.constantFrom<OrderKind>("increase", "renewal"),
      days: fc.integer({ min: 0, max: 300 }),
      units: fc.integer({ min: 1, max: 1000 }),
      years: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.nat(4000), (steps, day) => {
        let item = buy(bare(), "initial", START, 100);
        let now = START;
        let expected: Booking["item"]["grants"] = item.grants;
        for (const { kind, days, units, years } of steps) {
          now += days * DAY_MS;
          const before = item;
          if (codeOf(() => (item = buy(before, kind, now, units, years))) === "done") {
            expected = [...expected, ...item.grants.slice(-1)];
          }
        }
        expect(item.grants).toEqual(expected);
        const terms = item.grants.filter((grant) => grant.kind !== "increase").map(({ period }) => period);
        terms.slice(1).forEach((term, index) => {
          expect(term.start).toBe(terms[index]?.end);
        });
        const at = START + day * DAY_MS;
        const inForce = item.grants.filter(({ period }) => at >= period.start && at < period.end);
        if (inForce.length > 0) expect(quotaAt(item, at)).toBe(inForce.reduce((sum, { units }) => sum + units, 0));
        else expect(at).toBeGreaterThanOrEqual(terms.at(-1)?.end ?? 0);
      }),
      { numRuns: 10_000, seed: 77 },
    );
  });
});

describe("settings of an item", () => {
  test("are strict where nothing is said", () => {
    expect(checkedSettings("per-scan")).toEqual({ overage: 0, graceDays: 0, deviceExpiryDays: 365, domains: [] });
  });

  test("R42 R43 carry another device expiry and what it costs", () => {
    const settings = checkedSettings("per-device", { deviceExpiryDays: 90, feeNote: " 10 % more " });
    expect(settings).toMatchObject({ deviceExpiryDays: 90, feeNote: "10 % more" });
  });

  test.each([
    ["per-scan", { overage: -1 }],
    ["per-scan", { overage: 0.5 }],
    ["per-scan", { graceDays: Number.POSITIVE_INFINITY }],
    ["per-scan", { offlineDays: 8 }],
    ["concurrent-device", { offlineDays: 30 }],
    ["active-device", { offlineDays: 6 }],
    ["per-device", { offlineDays: 7 }],
    ["per-device", { deviceExpiryDays: 0 }],
    ["per-domain", { domains: ["https://shop.example"] }],
    ["per-domain", { domains: ["shop.example:8080"] }],
    ["per-domain", { domains: ["*"] }],
    ["per-domain", { domains: ["a*.example"] }],
    ["per-domain", { domains: [""] }],
  ] as const)("refused: %s with %o", (type, settings) => {
    expect(codeOf(() => checkedSettings(type, settings))).toBe("invalid");
  });

  test("a per-domain licence names its domains, and no more than it has units", () => {
    const withDomains = (...domains: string[]) =>
      bare({ type: "per-domain", settings: checkedSettings("per-domain", { domains }) });
    expect(codeOf(() => buy(withDomains(), "initial", START, 1))).toBe("invalid");
    expect(codeOf(() => buy(withDomains("a.example", "b.example"), "initial", START, 1))).toBe("invalid");
    expect(codeOf(() => buy(withDomains("a.example", "b.example"), "initial", START, 2))).toBe("done");
  });
});
