/** Builds what pages of all engines load, once for a run: the package, and the bench that tests drive. */
import { join } from "node:path";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";
import { buildTestPackage } from "../contract/test-package.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder with the package and `bench.js`. */
    readonly pages: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const built = await buildTestPackage();
  await build({
    entryPoints: ["test/engines/page/bench.ts"],
    outfile: join(built.folder, "bench.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    plugins: [
      {
        // The page tests the package, not a second copy of the sources.
        name: "package",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/src\/index\.js$/ }, () => ({ path: "/index.js", external: true })),
      },
    ],
  });
  project.provide("pages", built.folder);
  return () => built.remove();
}
