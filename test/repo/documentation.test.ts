/** Shows that documentation and code say the same: every public name is described, every error code is in the table. */
import { existsSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { formatTable } from "../../scripts/format-table.mjs";
import { ERROR_CODES } from "../../src/errors.js";
import { FORMATS, MAKINGS } from "../../src/formats.js";
import { LICENSE_ERROR_CODES } from "../../src/license-error-codes.js";
import { root, textOf } from "./tracked-files.js";

const entries = ["src/index.ts", "src/rules/index.ts"].filter((entry) => existsSync(`${root}/${entry}`));

/** Exported names of an entry that have no comment where they are declared. */
function undocumented(entry: string): string[] {
  const config = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram([`${root}/${entry}`], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(`${root}/${entry}`);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${entry} is no module`);
  const bare: string[] = [];
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() === "") bare.push(exported.name);
  }
  return bare;
}

describe("documentation", () => {
  it("has entries to look at", () => expect(entries.length).toBeGreaterThan(0));

  it.each(entries)(
    "describes every name that %s exports",
    (entry) => {
      expect(undocumented(entry)).toEqual([]);
    },
    60_000,
  );

  it("lists every error code of the union, and no other", () => {
    const codes = Array.from(textOf("docs/errors.md").matchAll(/^\|\s*`([a-z_]+)`\s*\|/gm), (match) => match[1]);
    expect(codes.toSorted()).toEqual(Object.keys({ ...ERROR_CODES, ...LICENSE_ERROR_CODES }).toSorted());
  });

  it("shows the table of formats as src/formats.ts has it", () => {
    expect(textOf("README.md")).toContain(
      `\n${formatTable(FORMATS.map((row) => ({ ...row, ...MAKINGS[row.name] })))}\n`,
    );
  });

  it.each(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])("links in %s lead somewhere", (file) => {
    const links = Array.from(
      textOf(file).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g),
      (match) => match[1] ?? "",
    );
    expect(links.filter((link) => !existsSync(`${root}/${link}`))).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const named = ["README.md", "CONTRIBUTING.md"].flatMap((file) =>
      Array.from(textOf(file).matchAll(/npm run ([a-z:]+)/g), (match) => match[1] ?? ""),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
