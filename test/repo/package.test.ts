/** Shows that the package holds what its exports promise, and nothing else. Needs a build; `npm test` makes it first. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { note } from "./note.js";
import { root, textOf } from "./tracked-files.js";

type Exports = string | { readonly [condition: string]: Exports };

interface PackageJson {
  readonly exports: Record<string, Exports>;
  readonly files: readonly string[];
  readonly types?: string;
  readonly sideEffects: readonly string[];
}

const isBuilt = existsSync(`${root}/dist/index.js`);
const mustBeBuilt = process.env.TALLYMARK_BUILT === "1";
if (!isBuilt && !mustBeBuilt) note("SKIPPED test/repo/package.test.ts: there is no dist/, run `npm run build`");

const targets = (entry: Exports): string[] =>
  typeof entry === "string" ? [entry] : Object.values(entry).flatMap(targets);

describe.skipIf(!isBuilt && !mustBeBuilt)("the package", () => {
  const manifest = JSON.parse(textOf("package.json")) as PackageJson;
  let packed: string[] = [];

  beforeAll(() => {
    const listed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [pack] = JSON.parse(listed.toString()) as [{ files: { path: string }[] }];
    packed = pack.files.map(({ path }) => path);
  }, 60_000);

  it("exports the entries of the design", () => {
    expect(Object.keys(manifest.exports)).toEqual(
      expect.arrayContaining([
        ".",
        "./inline",
        "./worker",
        "./core.wasm",
        "./core.simd.wasm",
        "./rules",
        "./package.json",
      ]),
    );
  });

  it("holds every file that an export names, with its types first", () => {
    for (const [name, entry] of Object.entries(manifest.exports)) {
      for (const target of targets(entry)) expect(packed, `${name} → ${target}`).toContain(target.replace(/^\.\//, ""));
      if (typeof entry === "object" && "types" in entry) expect(Object.keys(entry)[0]).toBe("types");
    }
  });

  it("holds nothing that users do not need", () => {
    const unwanted =
      /(^|\/)(test|demo|bench|scripts|server|node_modules|\.cache|\.ci|assembly\/(?!abi))(\/|$)|\.probe\./;
    expect(packed.filter((path) => unwanted.test(path))).toEqual([]);
    expect(packed).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
  });

  it("says which files have side effects", () => {
    expect(Array.isArray(manifest.sideEffects)).toBe(true);
  });

  it("can be imported in Node without touching a browser global", () => {
    const program = `await import(${JSON.stringify(`file://${root}/dist/index.js`)}); console.log("imported")`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program]);
    expect(printed.toString().trim()).toBe("imported");
  });
});
