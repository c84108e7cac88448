/** Builds what the pages of all engines load, once for a run. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { createServer } from "vite";
import type { TestProject } from "vitest/node";
import { threeSymbols } from "../contract/contract-images.js";
import { buildPuppetCore } from "../contract/puppet-core.js";
import { buildTestPackage } from "../contract/test-package.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder with the package, the bench that tests drive, and the cases of Chromium's specs with what they load. */
    readonly pages: string;
    /** Where the demo is served, with a slash at its end. */
    readonly demo: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const built = await buildTestPackage();
  await build({
    entryPoints: {
      bench: "test/engines/page/bench.ts",
      "reader-cases": "test/browser/reader/page-runner.ts",
      "contract-cases": "test/browser/engine/page-runner.ts",
    },
    outdir: built.folder,
    external: ["/index.js", "/reader-cases.js", "/contract-cases.js"],
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
  const { grey, ...image } = threeSymbols();
  const encoded = { ...image, grey: Buffer.from(grey).toString("base64") };
  writeFileSync(join(built.folder, "image.json"), JSON.stringify(encoded));
  writeFileSync(join(built.folder, "puppet.wasm"), await buildPuppetCore());
  project.provide("pages", built.folder);
  const demo = await createServer({ configFile: "vite.config.ts", logLevel: "warn", server: { port: 0, hmr: false } });
  await demo.listen();
  project.provide("demo", demo.resolvedUrls?.local[0] ?? "");
  return async () => {
    await demo.close();
    built.remove();
  };
}
