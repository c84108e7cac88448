/**
 * Checks that imports point down only: `node scripts/floors.mjs [FOLDER]`. The rules are in .dependency-cruiser.cjs.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("..", import.meta.url));
const PARTS = ["src", "wasm", "assembly", "server/src", "demo", "bench"];

/** One line per import that goes where it may not, of the project in `root`. @returns {Promise<string[]>} */
export async function violations(root = project) {
  const { cruise } = await import("dependency-cruiser");
  const { default: extractTSConfig } = await import("dependency-cruiser/config-utl/extract-ts-config");
  const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
  const parts = PARTS.filter((part) => existsSync(join(root, part)));
  const tsConfig = extractTSConfig(join(project, "tsconfig.json"));
  const options = { ...config.options, baseDir: root, validate: true, ruleSet: { forbidden: config.forbidden } };
  const { output } = await cruise(parts, options, undefined, { tsConfig });
  if (output.summary.totalCruised === 0) throw new Error(`nothing to check in ${root}`);
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = await violations(process.argv[2]);
  for (const line of found) console.error(line);
  if (found.length > 0) process.exitCode = 1;
}
