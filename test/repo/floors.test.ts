/** Shows that the floors hold and that an import in the wrong direction would be caught. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { violations } from "../../scripts/floors.mjs";
import { root } from "./tracked-files.js";

describe("the floors of the architecture", () => {
  it("hold", async () => {
    expect(await violations()).toEqual([]);
  });

  describe("in a copy with a planted import", () => {
    let copy = "";
    beforeEach(() => {
      // Inside the project, so that packages resolve as they do for the original.
      mkdirSync(join(root, ".cache"), { recursive: true });
      copy = mkdtempSync(join(root, ".cache/floors-"));
      for (const part of ["src", "wasm", "assembly", "server/src", "package.json", "tsconfig.json"]) {
        if (existsSync(join(root, part))) cpSync(join(root, part), join(copy, part), { recursive: true });
      }
    });
    afterEach(() => rmSync(copy, { recursive: true, force: true }));

    const plant = (path: string, text: string) => {
      const file = join(copy, path);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, text);
    };
    const rules = async () => (await violations(copy)).map((line) => line.slice(0, line.indexOf(":")));

    it.each([
      [
        "rules know nothing of the scanner",
        "src/rules/planted.ts",
        "../scanner/planted.js",
        "src/scanner/planted.ts",
        "src-floor-0-imports-down-only",
      ],
      [
        "the engine knows nothing of metering",
        "src/engine/planted.ts",
        "../metering/planted.js",
        "src/metering/planted.ts",
        "src-floor-3-imports-down-only",
      ],
      [
        "the scanner is not metered",
        "src/scanner/planted.ts",
        "../metering/planted.js",
        "src/metering/planted.ts",
        "scanner-is-not-metered",
      ],
      [
        "a type is an import too",
        "src/image/planted.ts",
        "../engine/planted.js",
        "src/engine/planted.ts",
        "src-floor-2-imports-down-only",
      ],
      [
        "arithmetic knows no symbology",
        "assembly/math/planted.ts",
        "../symbology/planted/index",
        "assembly/symbology/planted/index.ts",
        "assembly-floor-1-imports-down-only",
      ],
      [
        "symbologies are strangers",
        "assembly/symbology/planted-a/index.ts",
        "../planted-b/index",
        "assembly/symbology/planted-b/index.ts",
        "symbologies-are-strangers",
      ],
      [
        "only the registry knows symbologies",
        "assembly/reader/planted.ts",
        "../symbology/planted/index",
        "assembly/symbology/planted/index.ts",
        "registry-alone-knows-symbologies",
      ],
      [
        "the library meets the core at the ABI only",
        "src/engine/planted.ts",
        "../../assembly/math/planted.js",
        "assembly/math/planted.ts",
        "src-meets-assembly-at-the-abi",
      ],
      [
        "the domain knows no storage",
        "server/src/domain/planted.ts",
        "../storage/planted.js",
        "server/src/storage/planted.ts",
        "domain-is-pure",
      ],
      [
        "use cases know ports, not who implements them",
        "server/src/usecases/planted.ts",
        "../http/planted.js",
        "server/src/http/planted.ts",
        "usecases-know-ports-only",
      ],
      [
        "http reaches storage through ports",
        "server/src/http/planted.ts",
        "../storage/planted.js",
        "server/src/storage/planted.ts",
        "http-apart-from-storage",
      ],
      [
        "the server meets the library at the rules only",
        "server/src/usecases/planted.ts",
        "../../../src/metering/planted.js",
        "src/metering/planted.ts",
        "server-meets-src-at-the-rules",
      ],
      [
        "a new folder needs a floor",
        "src/index.ts",
        "./elsewhere/planted.js",
        "src/elsewhere/planted.ts",
        "every-file-has-a-floor",
      ],
    ])("%s", async (_name, from, specifier, to, rule) => {
      plant(from, `import type { planted } from "${specifier}";\nexport type Planted = planted;\n`);
      plant(to, "export type planted = number;\n");
      expect(await rules()).toContain(rule);
    });

    it("a circle of imports is caught", async () => {
      plant("src/engine/planted-a.ts", 'import { b } from "./planted-b.js";\nexport const a = () => b;\n');
      plant("src/engine/planted-b.ts", 'import { a } from "./planted-a.js";\nexport const b = () => a;\n');
      expect(await rules()).toContain("nothing-circular");
    });
  });
});
