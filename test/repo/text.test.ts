/** Shows that nothing in the project names a machine, a person's folder or a package registry. */
import { describe, expect, it } from "vitest";
import { textOf, trackedFiles } from "./tracked-files.js";

/** Written in pieces, so that this file passes its own test. */
const NAMES = [
  ["a machine's path", ["/wo", "rk/"]],
  ["a machine's path", ["/ro", "ot/"]],
  ["a person's folder", ["/ho", "me/[a-z]"]],
  ["a person's folder", ["/Us", "ers/[a-zA-Z]"]],
  ["a registry", ["registry\\.(npm", "js|yarn", "pkg)"]],
  ["a registry", ["npm\\.pkg\\.", "github"]],
  ["a registry", ["(art", "ifactory|verd", "accio|nexus", "/repository)"]],
] as const;

describe("the text of the project", () => {
  const files = trackedFiles();

  it("is looked at as a whole", () => expect(files.length).toBeGreaterThan(50));

  it.each(NAMES.map(([what, parts]) => [what, new RegExp(parts.join(""), "i")] as const))(
    "does not name %s: %s",
    (_what, pattern) => {
      expect(files.filter((path) => pattern.test(textOf(path)))).toEqual([]);
    },
  );

  it("locks packages by version and hash, not by the address they came from", () => {
    const { packages } = JSON.parse(textOf("package-lock.json")) as {
      packages: Record<string, { resolved?: string; link?: boolean; integrity?: string; version?: string }>;
    };
    const outside = Object.entries(packages).filter(([path, row]) => path.startsWith("node_modules/") && !row.link);
    expect(outside.length).toBeGreaterThan(20);
    expect(outside.filter(([, row]) => row.resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(outside.filter(([, row]) => !row.integrity || !row.version).map(([path]) => path)).toEqual([]);
  });

  it("locks every package that another one asks for, on any platform: npm ci refuses a lock with gaps", () => {
    const { packages } = JSON.parse(textOf("package-lock.json")) as {
      packages: Record<string, { optionalDependencies?: object; dependencies?: object }>;
    };
    const isLocked = (path: string, name: string): boolean => {
      // As Node resolves it: in the package's own node_modules, else in those of the folders above.
      for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
        if (`${at === "" ? "" : `${at}/`}node_modules/${name}` in packages) return true;
        if (at === "") return false;
        if (!at.includes("/node_modules/")) return `node_modules/${name}` in packages;
      }
    };
    const missing = Object.entries(packages).flatMap(([path, row]) =>
      Object.keys({ ...row.dependencies, ...row.optionalDependencies })
        .filter((name) => !isLocked(path, name))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("pins every dependency of the library exactly", () => {
    const { dependencies } = JSON.parse(textOf("package.json")) as { dependencies: Record<string, string> };
    expect(Object.values(dependencies).filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });

  it("begins every source file with what it is for", () => {
    const sources = files.filter((path) =>
      /^(src|assembly|wasm|scripts|test|demo|bench|server)\/.*\.(ts|mjs)$/.test(path),
    );
    const isGenerated = (text: string) => /^\/\*\* Generated /.test(text);
    const bare = sources.filter((path) => {
      if (/\.(test|spec)\.ts$/.test(path)) return false;
      const text = textOf(path);
      return text !== "" && !text.startsWith("/**") && !text.startsWith("#!") && !isGenerated(text);
    });
    expect(bare).toEqual([]);
  });
});
