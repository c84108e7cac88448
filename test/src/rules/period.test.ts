import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addMonths,
  DAY_MS,
  dayStart,
  increasePeriod,
  initialPeriod,
  isWithin,
  renewalPeriod,
  utcDay,
} from "../../../src/rules/period.js";
import { isSlot, newSlots, SLOTS_PER_DAY, slotEnd, slotIndex, slotStart } from "../../../src/rules/slots.js";

const at = (text: string) => Date.parse(`${text}Z`);

describe("days", () => {
  test("a UTC day begins with its first millisecond", () => {
    expect(utcDay(at("2026-05-01T23:59:59.999"))).toBe("2026-05-01");
    expect(utcDay(at("2026-05-02T00:00:00.000"))).toBe("2026-05-02");
    expect(dayStart("2026-05-02")).toBe(at("2026-05-02T00:00:00"));
    expect(["2026-02-30", "2026-5-1", "", "today"].map(dayStart)).toEqual(Array(4).fill(Number.NaN));
  });
});

describe("slots", () => {
  test("R61 a day has 480", () => {
    expect(SLOTS_PER_DAY).toBe(480);
    expect([-1, 0, 479, 480, 0.5].map(isSlot)).toEqual([false, true, true, false, false]);
  });

  test.each([
    ["2026-05-01T00:00:00.000", 0, "2026-05-01T00:03:00"],
    ["2026-05-01T00:02:59.999", 0, "2026-05-01T00:03:00"],
    ["2026-05-01T00:03:00.000", 1, "2026-05-01T00:06:00"],
    ["2026-05-01T23:57:00.000", 479, "2026-05-02T00:00:00"],
    ["2026-05-01T23:59:59.999", 479, "2026-05-02T00:00:00"],
  ])("R60 %s is in slot %i, which ends at %s", (time, index, end) => {
    expect(slotIndex(at(time))).toBe(index);
    expect(slotEnd(at(time))).toBe(at(end));
  });

  test("every time is in the slot that its index says (property)", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 4e12 }), (time) => {
        const start = slotStart(dayStart(utcDay(time)), slotIndex(time));
        expect(time).toBeGreaterThanOrEqual(start);
        expect(time).toBeLessThan(slotEnd(time));
        expect(slotEnd(time) - start).toBe(180_000);
      }),
      { numRuns: 10_000, seed: 61 },
    );
  });

  test("R62 only new slots raise counters", () => {
    expect(newSlots([1, 5], [5, 7, 2, 7])).toEqual([2, 7]);
  });
});

describe("licence periods", () => {
  const activated = at("2026-05-01T09:30:00");
  const first = initialPeriod(activated);

  test("R68 an initial order lasts one year from its activation, R74 or several", () => {
    expect(first).toEqual({ start: activated, end: at("2027-05-01T09:30:00") });
    expect(initialPeriod(activated, 3).end).toBe(at("2029-05-01T09:30:00"));
  });

  test("R66, R70 a renewal begins where the period ends and lasts one year more", () => {
    expect(renewalPeriod(first)).toEqual({ start: first.end, end: at("2028-05-01T09:30:00") });
  });

  test("R65, R69 an increase begins with its purchase and ends with the current period", () => {
    expect(increasePeriod(first, at("2026-11-01T00:00:00"))).toEqual({
      start: at("2026-11-01T00:00:00"),
      end: first.end,
    });
  });

  test("a period has its first millisecond and not its last", () => {
    expect([first.start - 1, first.start, first.end - 1, first.end].map((it) => isWithin(it, first))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test.each([
    ["2024-02-29T10:00:00", 12, "2025-02-28T10:00:00"],
    ["2024-02-29T10:00:00", 48, "2028-02-29T10:00:00"],
    ["2026-01-31T00:00:00", 1, "2026-02-28T00:00:00"],
    ["2026-11-30T23:59:59", 3, "2027-02-28T23:59:59"],
    ["2026-05-01T00:00:00", -6, "2025-11-01T00:00:00"],
  ])("%s and %i months is %s", (from, months, to) => {
    expect(addMonths(at(from), months)).toBe(at(to));
  });

  test("consecutive renewals leave no gap and no overlap (property)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 5 }), (start, years) => {
        const period = initialPeriod(start, years);
        expect(renewalPeriod(period, years).start).toBe(period.end);
        expect((period.end - start) / DAY_MS / years).toBeGreaterThanOrEqual(365 - 1);
        expect((period.end - start) / DAY_MS / years).toBeLessThanOrEqual(366);
      }),
      { numRuns: 10_000, seed: 68 },
    );
  });
});
