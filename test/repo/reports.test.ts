/** Shows that the line `N passed, N failed` is true: totals of both reports, files that do not load, empty suites. */
import { describe, expect, it } from "vitest";
import { noReport, orEmpty, playwrightTotals, vitestTotals } from "../../scripts/reports.mjs";

describe("totals of a test run", () => {
  it("count vitest's tests, and a file that could not be loaded as a failure", () => {
    const totals = vitestTotals({
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [
        { status: "failed", assertionResults: [{ status: "failed", fullName: "a b", failureMessages: ["no"] }] },
        { status: "failed", name: "c.test.ts", message: "cannot be parsed", assertionResults: [] },
        { status: "passed", assertionResults: [{ status: "passed" }] },
      ],
    });
    expect(totals).toEqual({ passed: 5, failed: 2, skipped: 3, failures: ["a b\nno", "c.test.ts\ncannot be parsed"] });
  });

  it("count Playwright's tests, flaky ones and errors outside of tests as failures", () => {
    const spec = (ok: boolean) => ({
      file: "x.spec.ts",
      title: "t",
      ok,
      tests: [{ results: [{ errors: ok ? [] : [{ message: "\u001b[31mred\u001b[0m" }] }] }],
    });
    const totals = playwrightTotals({
      errors: [{ message: "the server did not start" }],
      stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 },
      suites: [{ suites: [{ specs: [spec(false)] }], specs: [spec(true)] }],
    });
    expect([totals.passed, totals.failed]).toEqual([3, 3]);
    expect(totals.failures).toEqual(["the server did not start", "x.spec.ts: t\nred"]);
  });

  it("fail where a suite ran nothing or reported nothing", () => {
    expect(orEmpty("unit", { passed: 0, failed: 0, skipped: 4, failures: [] }).failed).toBe(1);
    expect(orEmpty("unit", { passed: 1, failed: 0, skipped: 0, failures: [] }).failed).toBe(0);
    expect(noReport("unit", "Error: boom").failed).toBe(1);
  });
});
