/** docs/errors.md and docs/options.md say what the code does (R59). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorTable } from "../../../scripts/error-table.mjs";
import { ACCOUNT_OPTION_NAMES } from "../../../src/account.js";
import { ENGINE_OPTION_NAMES } from "../../../src/engine/engine-options.js";
import { ERROR_CODES, ScanError, type ScanErrorCode } from "../../../src/errors.js";
import { LICENSE_ERROR_CODES } from "../../../src/license-error-codes.js";
import { READ_OPTION_NAMES } from "../../../src/read-options.js";
import { scannerOptionNames } from "../../../src/scanner/scanner-options.js";

const page = (name: string): string => readFileSync(`docs/${name}`, "utf8");

test("the table of errors is that of the code (`node scripts/error-table.mjs` writes it)", () => {
  expect(page("errors.md")).toContain(
    errorTable({ ...ERROR_CODES, ...LICENSE_ERROR_CODES }, (code) => new ScanError(code as ScanErrorCode).retryable),
  );
});

describe("R59 the page of options", () => {
  const options = page("options.md");
  const named = Array.from(options.matchAll(/^\| `(\w+)` +\|/gm), ([, name]) => name as string);
  const known = new Set<string>([
    ...READ_OPTION_NAMES,
    ...ENGINE_OPTION_NAMES,
    ...ACCOUNT_OPTION_NAMES,
    ...scannerOptionNames(),
    "signal",
    "transfer",
    "keepDecodedImage",
  ]);

  test("names every option, and none that does not exist", () => {
    expect([...new Set(named)].sort()).toEqual([...known].sort());
  });

  test("links lead somewhere", () => {
    for (const [, file] of options.matchAll(/\]\((\w+\.md)\)/g)) expect(page(file as string)).not.toBe("");
  });
});
