import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Cell,
  cellKey,
  deltaOf,
  EMPTY_TALLY,
  isCount,
  mergeCells,
  type Tally,
  totals,
} from "../../../src/rules/tally.js";

const RUNS = { numRuns: 10_000, seed: 77 };

const cell = fc.record({
  organisation: fc.constantFrom("100", "200"),
  device: fc.constantFrom("d1", "d2"),
  epoch: fc.constantFrom("e1", "e2"),
  metric: fc.constantFrom("ean_13", "qr_code"),
  day: fc.constantFrom("2026-05-01", "2026-05-02"),
  count: fc.nat(50),
});
const report = fc.array(cell, { maxLength: 6 });

const merged = (...reports: Cell[][]): Tally =>
  reports.reduce((tally, cells) => mergeCells(tally, cells).tally, EMPTY_TALLY);
const content = (tally: Tally) => [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => ({ ...it }));

describe("merge by max", () => {
  test("is commutative", () => {
    fc.assert(
      fc.property(report, report, (a, b) => {
        expect(content(merged(a, b))).toEqual(content(merged(b, a)));
      }),
      RUNS,
    );
  });

  test("is associative", () => {
    fc.assert(
      fc.property(report, report, report, (a, b, c) => {
        const bc = [...merged(b, c).values()];
        const ab = [...merged(a, b).values()];
        expect(content(merged(a, bc))).toEqual(content(merged(ab, c)));
      }),
      RUNS,
    );
  });

  test("is idempotent, and a repeated report adds nothing", () => {
    fc.assert(
      fc.property(report, (cells) => {
        const once = merged(cells);
        const again = mergeCells(once, cells);
        expect(content(again.tally)).toEqual(content(once));
        expect(again.deltas).toEqual([]);
      }),
      RUNS,
    );
  });

  test("its deltas add up to what the cells hold: aggregates can always be recomputed", () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 5 }), (reports) => {
        let tally = EMPTY_TALLY;
        const added = new Map<string, number>();
        for (const cells of reports) {
          const step = mergeCells(tally, cells);
          tally = step.tally;
          for (const delta of step.deltas) {
            const group = `${delta.organisation} ${delta.day} ${delta.metric}`;
            added.set(group, (added.get(group) ?? 0) + delta.added);
          }
        }
        const held = totals(
          tally.values(),
          (it) => `${it.organisation} ${it.day} ${it.metric}`,
          (it) => it.count,
        );
        for (const [group, sum] of held) expect(added.get(group) ?? 0).toBe(sum);
        for (const [group, sum] of added) expect(held.get(group)).toBe(sum);
      }),
      RUNS,
    );
  });

  test("a growing cell reported late, twice and out of order counts once", () => {
    const at = (count: number): Cell => ({
      organisation: "100",
      device: "d",
      epoch: "e",
      metric: "ean_13",
      day: "2026-05-01",
      count,
    });
    const deltas = [3, 7, 7, 3, 9, 5].map((count) => at(count));
    let tally = EMPTY_TALLY;
    const added = deltas.map((it) => {
      const step = mergeCells(tally, [it]);
      tally = step.tally;
      return step.deltas.map((delta) => delta.added);
    });
    expect(added).toEqual([[3], [4], [], [], [2], []]);
    expect([...tally.values()].map((it) => it.count)).toEqual([9]);
  });

  test("what is no count adds nothing, and names never share a key", () => {
    expect(deltaOf(5, 3)).toBe(0);
    expect([0, 1, Number.MAX_SAFE_INTEGER].map(isCount)).toEqual([true, true, true]);
    expect([-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY].map(isCount)).toEqual(Array(5).fill(false));
    const name = { organisation: "1", device: '2","3', epoch: "4", day: "2026-05-01", metric: "5" };
    expect(cellKey(name)).not.toBe(cellKey({ ...name, device: "2", epoch: '3","4' }));
  });
});
