import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostOf, isBound } from "../../../src/rules/domains.js";
import {
  isLicenseType,
  LICENSE_TYPES,
  type LicenseType,
  offlineDays,
  offlineUntil,
} from "../../../src/rules/license-types.js";
import { DAY_MS, initialPeriod } from "../../../src/rules/period.js";
import { isDisused, seatFreeAt } from "../../../src/rules/seats.js";
import { effectiveTime, judge, type LicenseState, type QuotaUse } from "../../../src/rules/verdict.js";

const START = Date.UTC(2026, 4, 1);
const PERIOD = initialPeriod(START);
const END = PERIOD.end;
const day = (days: number) => START + days * DAY_MS;
const TYPES = Object.keys(LICENSE_TYPES) as LicenseType[];

const licence = (type: LicenseType, change: Partial<LicenseState> = {}): LicenseState => ({
  type,
  status: "active",
  period: PERIOD,
  quota: 10,
  ...change,
});
const use = (used: number, holdsSeat = false): QuotaUse => ({ used, holdsSeat });

describe("verdict", () => {
  const SHOP = "https://shop.example";
  type Row = [
    name: string,
    state: LicenseState,
    now: number,
    use: QuotaUse,
    code: string,
    remaining: number,
    origin?: string,
  ];
  const table: Row[] = [
    [
      "R64 a key that is not activated is refused",
      licence("per-scan", { status: "not-activated" }),
      day(1),
      use(0),
      "license_not_activated",
      10,
    ],
    [
      "a revoked one too, whatever else",
      licence("per-scan", { status: "revoked" }),
      END,
      use(99),
      "license_revoked",
      0,
    ],
    [
      "R66 a renewal does not work before its period",
      licence("per-scan"),
      START - 1,
      use(0),
      "license_not_yet_effective",
      10,
    ],
    ["R70 and from its first millisecond on", licence("per-scan"), START, use(0), "ok", 10],
    [
      "R68 the last millisecond of the period works",
      licence("per-domain"),
      END - 1,
      use(0),
      "ok",
      Number.POSITIVE_INFINITY,
    ],
    ["R68 its end does not", licence("per-domain"), END, use(0), "license_expired", Number.POSITIVE_INFINITY],
    [
      "grace lets it work on, where the item has one",
      licence("per-domain", { graceMs: DAY_MS }),
      END + DAY_MS - 1,
      use(0),
      "ok",
      Number.POSITIVE_INFINITY,
    ],
    [
      "and no longer",
      licence("per-domain", { graceMs: DAY_MS }),
      END + DAY_MS,
      use(0),
      "license_expired",
      Number.POSITIVE_INFINITY,
    ],
    [
      "R23 the page's domain must be bound",
      licence("per-domain", { domains: ["shop.example"] }),
      day(1),
      use(0),
      "domain_not_bound",
      Number.POSITIVE_INFINITY,
      "https://evil.example",
    ],
    [
      "R23 a bound one works",
      licence("per-domain", { domains: ["shop.example"] }),
      day(1),
      use(0),
      "ok",
      Number.POSITIVE_INFINITY,
      SHOP,
    ],
    ["per-scan: the 10th of 10 scans", licence("per-scan"), day(1), use(9), "ok", 1],
    ["per-scan: the 11th is excess", licence("per-scan"), day(1), use(10), "quota_exceeded", 0],
    ["per-scan: overage of the item", licence("per-scan", { overage: 2 }), day(1), use(11), "ok", 1],
    ["per-scan: and no more", licence("per-scan", { overage: 2 }), day(1), use(12), "quota_exceeded", 0],
    ["R40 per-device: the 10th device", licence("per-device"), day(1), use(9), "ok", 1],
    ["R40 per-device: the 11th is refused", licence("per-device"), day(1), use(10), "seats_taken", 0],
    ["R40 per-device: who holds a seat keeps it", licence("per-device"), day(1), use(10, true), "ok", 0],
    ["active-device: the 11th is refused", licence("active-device"), day(1), use(10), "seats_taken", 0],
    ["R63 concurrent: within the limit", licence("concurrent-device"), day(1), use(10, true), "ok", 0],
    ["R63 concurrent: beyond it", licence("concurrent-device"), day(1), use(10), "seats_taken", 0],
    ["per-domain: use is free", licence("per-domain"), day(1), use(1e9), "ok", Number.POSITIVE_INFINITY],
    ["R30 per-scan offline for 7 days", licence("per-scan", { authorisedAt: START }), day(7) - 1, use(0), "ok", 10],
    [
      "R31 and not a millisecond more",
      licence("per-scan", { authorisedAt: START }),
      day(7),
      use(0),
      "authorisation_expired",
      10,
    ],
    [
      "R28 per-device offline until it expires",
      licence("per-device", { authorisedAt: START }),
      END - 1,
      use(0),
      "ok",
      10,
    ],
    [
      "R29 active-device offline as long as is set",
      licence("active-device", { authorisedAt: START, offlineDays: 30 }),
      day(30) - 1,
      use(0),
      "ok",
      10,
    ],
    [
      "R29 and no longer",
      licence("active-device", { authorisedAt: START, offlineDays: 30 }),
      day(30),
      use(0),
      "authorisation_expired",
      10,
    ],
    ["R35 an offline licence needs no authorisation", licence("per-device"), day(364), use(0), "ok", 10],
  ];
  test.each(table)("%s", (_name, state, now, used, code, remaining, origin) => {
    const verdict = judge(state, now, used, origin);
    expect(verdict).toMatchObject({ allowed: code === "ok", code, remaining });
  });

  test("`until` is when time alone changes the verdict", () => {
    expect(judge(licence("per-scan", { authorisedAt: day(2) }), day(3), use(0)).until).toBe(day(9));
    expect(judge(licence("per-scan", { authorisedAt: day(362) }), day(363), use(0)).until).toBe(END);
    expect(judge(licence("per-scan"), START - 5, use(0)).until).toBe(START);
    expect(judge(licence("per-scan"), day(1), use(10)).until).toBeUndefined();
  });

  test("an allowed verdict stays so until `until` and not beyond (property)", () => {
    const state = fc.record({
      type: fc.constantFrom(...TYPES),
      authorisedAt: fc.integer({ min: START, max: END }),
      offlineDays: fc.integer({ min: 0, max: 400 }),
      graceMs: fc.integer({ min: 0, max: 7 * DAY_MS }),
    });
    fc.assert(
      fc.property(state, fc.nat(400 * DAY_MS), (change, later) => {
        const item = licence(change.type, change);
        const { allowed, until } = judge(item, change.authorisedAt + later, use(0));
        if (!allowed || until === undefined) return;
        expect(judge(item, until - 1, use(0)).code).toBe("ok");
        expect(judge(item, until, use(0)).code).toMatch(/expired/);
      }),
      { numRuns: 10_000, seed: 31 },
    );
  });

  test("more use never turns a refusal into an allowance (property)", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), fc.nat(20), fc.nat(20), fc.boolean(), (type, a, b, holdsSeat) => {
        const fewer = judge(licence(type), day(1), use(Math.min(a, b), holdsSeat));
        const more = judge(licence(type), day(1), use(Math.max(a, b), holdsSeat));
        expect(Number(more.allowed)).toBeLessThanOrEqual(Number(fewer.allowed));
        expect(more.remaining).toBeLessThanOrEqual(fewer.remaining);
      }),
      { numRuns: 10_000, seed: 40 },
    );
  });
});

describe("licence types", () => {
  test.each([
    ["R28", "per-device", Number.POSITIVE_INFINITY, 3, Number.POSITIVE_INFINITY],
    ["R28", "per-domain", Number.POSITIVE_INFINITY, 3, Number.POSITIVE_INFINITY],
    ["R29", "active-device", 7, 3, 7],
    ["R29", "active-device", 7, 90, 90],
    ["R30", "per-scan", 7, 30, 7],
    ["R30", "per-scan", 7, 3, 3],
    ["R30", "concurrent-device", 7, 30, 7],
  ] as const)("%s %s: usually %d days offline, %d set make %d", (_requirement, type, usual, set, days) => {
    expect(offlineDays(type)).toBe(usual);
    expect(offlineDays(type, set)).toBe(days);
  });

  test("R27 offline time never outlives the licence", () => {
    for (const type of TYPES) expect(offlineUntil(type, END - DAY_MS, PERIOD)).toBe(END);
  });

  test("R41 a device unused for over 365 days is deleted, R42 or faster where set so", () => {
    expect(isDisused(START, day(365))).toBe(false);
    expect(isDisused(START, day(365) + 1)).toBe(true);
    expect(isDisused(START, day(90) + 1, 90)).toBe(true);
    expect(seatFreeAt("per-device", START)).toBe(day(365) + 1);
    expect(isDisused(START, seatFreeAt("per-device", START, 90) ?? 0, 90)).toBe(true);
  });

  test("R62 a concurrent seat is free at the end of its slot, a scan never", () => {
    expect(seatFreeAt("concurrent-device", START + 179_999)).toBe(START + 180_000);
    expect(seatFreeAt("per-scan", START)).toBeUndefined();
    expect(seatFreeAt("per-domain", START)).toBeUndefined();
  });

  test("only the types of the table are types", () => {
    expect(TYPES.every(isLicenseType)).toBe(true);
    expect(["per-page", "toString", ""].some(isLicenseType)).toBe(false);
  });
});

describe("domain binding (R23)", () => {
  test.each([
    ["https://shop.example", ["shop.example"], true],
    ["https://SHOP.example:8443", ["Shop.Example"], true],
    ["https://shop.example.", ["shop.example"], true],
    ["https://a.shop.example", ["shop.example"], false],
    ["https://a.shop.example", ["*.shop.example"], true],
    ["https://b.a.shop.example", ["*.shop.example"], true],
    ["https://shop.example", ["*.shop.example"], false],
    ["https://evilshop.example", ["*.shop.example"], false],
    ["https://shop.example.evil.example", ["shop.example", "*.shop.example"], false],
    ["https://.shop.example", ["*.shop.example"], false],
    ["http://[::1]:80", ["[::1]"], true],
    ["null", ["shop.example"], false],
    ["null", [], true],
    ["https://evil.example#shop.example", ["shop.example"], false],
    ["https://shop.example@evil.example", ["shop.example"], false],
    ["https://evil.example/.shop.example", ["*.shop.example"], false],
  ])("%s on %j: %s", (origin, domains, isAllowed) => {
    expect(isBound(origin, domains)).toBe(isAllowed);
  });

  test("agrees with the platform's URL on plain origins", () => {
    for (const origin of ["https://a.b.example", "http://localhost:3000", "capacitor://localhost"]) {
      expect(hostOf(origin)).toBe(new URL(origin).hostname);
    }
  });
});

describe("effective time", () => {
  test("is the latest of all that is known", () => {
    expect(effectiveTime({ clock: 5 })).toBe(5);
    expect(effectiveTime({ clock: 5, highWaterMark: 9 })).toBe(9);
    expect(effectiveTime({ clock: 5, highWaterMark: 9, serverTime: 8, activeMs: 3 })).toBe(11);
    expect(effectiveTime({ clock: Number.NaN, highWaterMark: 9 })).toBe(9);
  });

  test("R31 turning the clock back gains nothing", () => {
    const state = licence("per-scan", { authorisedAt: START });
    const now = effectiveTime({ clock: START, highWaterMark: day(8) });
    expect(judge(state, now, use(0)).code).toBe("authorisation_expired");
  });

  test("without any time at all nothing is effective yet", () => {
    expect(judge(licence("per-scan"), effectiveTime({ clock: Number.NaN }), use(0)).allowed).toBe(false);
  });
});
