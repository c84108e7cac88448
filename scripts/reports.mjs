/**
 * Reads the JSON reports of vitest and Playwright into one shape. Pure: text in, totals and failures out.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Totals
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with the escape character
const COLOURS = /\u001b\[[0-9;]*m/g;
/** Lines of a failure's message that are shown. */
const MESSAGE_LINES = 12;

/** A message without colours and without the lines of its stack that lie in packages. */
function shortened(message) {
  const lines = message.replace(COLOURS, "").split("\n");
  return lines
    .filter((line) => !/^\s+at .*node_modules/.test(line))
    .slice(0, MESSAGE_LINES)
    .join("\n");
}

/** @returns {Totals} a report of a suite that told nothing: one failure */
export const noReport = (name, output) => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  failures: [`${name} gave no report\n${output.replace(COLOURS, "").split("\n").slice(-40).join("\n")}`],
});

/** @param {any} report of `vitest --reporter=json` @returns {Totals} */
export function vitestTotals(report) {
  const failures = [];
  let unloadable = 0;
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    for (const test of failed) failures.push(`${test.fullName}\n${shortened(test.failureMessages.join("\n"))}`);
    // A file that could not be loaded fails without any test of its own.
    if (file.status === "failed" && failed.length === 0) {
      unloadable++;
      failures.push(`${file.name}\n${shortened(file.message ?? "")}`);
    }
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

/** @param {any} report of `playwright test --reporter=json` @returns {Totals} */
export function playwrightTotals(report) {
  const failures = report.errors.map((error) => shortened(error.message ?? String(error.value)));
  const visit = (suite) => {
    for (const inner of suite.suites ?? []) visit(inner);
    for (const spec of suite.specs ?? []) {
      if (spec.ok) continue;
      const messages = spec.tests.flatMap((test) => test.results.flatMap((result) => result.errors));
      failures.push(`${spec.file}: ${spec.title}\n${shortened(messages.map((e) => e.message ?? "").join("\n"))}`);
    }
  };
  for (const suite of report.suites) visit(suite);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped, failures };
}

/** A suite that ran nothing has shown nothing. @param {Totals} totals @returns {Totals} */
export function orEmpty(name, totals) {
  if (totals.passed + totals.failed > 0) return totals;
  return { ...totals, failed: 1, failures: [`${name} ran no test`] };
}
