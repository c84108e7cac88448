/**
 * What a page downloads, brotli compressed: `node scripts/size.mjs`. Ends with 1 where a limit is passed. Looks at the
 * built core and, where dist/ is built, at the library's own JavaScript. It builds nothing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const KILOBYTE = 1000;

/** A row is what one page loads together. The fallback chunk is not in any: it is for browsers without WebAssembly. */
const LIMITS = [
  { name: "core with SIMD", files: ["wasm/core.simd.wasm"], kilobytes: 60 },
  { name: "scalar core", files: ["wasm/core.wasm"], kilobytes: 60 },
  { name: "library and worker", files: ["dist/index.js", "dist/worker.js"], kilobytes: 25, ifBuilt: true },
];

/** @param {string} file relative to the project's root @returns {number} bytes as a server would send them */
export function brotliSize(file) {
  const bytes = readFileSync(join(root, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

/** @returns {{name: string, bytes: number, limit: number, missing: string[]}[]} every row that can be measured */
export function sizes() {
  return LIMITS.flatMap(({ name, files, kilobytes, ifBuilt }) => {
    const missing = files.filter((file) => !existsSync(join(root, file)));
    if (missing.length > 0 && ifBuilt) return [];
    const bytes = missing.length > 0 ? 0 : files.reduce((sum, file) => sum + brotliSize(file), 0);
    return [{ name, bytes, limit: kilobytes * KILOBYTE, missing }];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, bytes, limit, missing } of sizes()) {
    const isGood = missing.length === 0 && bytes <= limit;
    const text = missing.length > 0 ? `${missing.join(", ")} is not built: npm run build:wasm` : `${bytes} bytes`;
    console.log(`${isGood ? "good" : "OVER"}  ${name.padEnd(20)} ${text} of ${limit}`);
    if (!isGood) process.exitCode = 1;
  }
}
