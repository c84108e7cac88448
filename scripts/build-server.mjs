/**
 * Builds the licence server into server/dist/: `node scripts/build-server.mjs`.
 *
 *   lts.js         the command; what only `lts serve` needs is in chunks beside it. Packages stay in node_modules
 *   demo.js        the server that `npm start` runs
 *   migrations/    plain SQL, read by the storage from beside lts.js
 */
import { chmodSync, cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {{ out?: string }} [options] an absolute path; tests build copies of their own */
export async function buildServer({ out = join(root, "server/dist") } = {}) {
  rmSync(out, { recursive: true, force: true });
  const file = join(out, "lts.js");
  await build({
    entryPoints: { lts: join(root, "server/src/main.ts"), demo: join(root, "server/src/cli/demo.ts") },
    outdir: out,
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "warning",
    absWorkingDir: root,
  });
  chmodSync(file, 0o755);
  const migrations = join(root, "server/src/storage/migrations");
  if (existsSync(migrations)) cpSync(migrations, join(out, "migrations"), { recursive: true });
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer();
