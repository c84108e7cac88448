/**
 * The table of error codes in docs/errors.md, made from src/error-codes.ts and src/license-error-codes.ts:
 * `node scripts/error-table.mjs` writes it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const BEGIN = "<!-- codes: written by `node scripts/error-table.mjs` -->";
const END = "<!-- /codes -->";

/**
 * Columns as wide as their widest cell, as the formatter writes them.
 * @param {Readonly<Record<string, string>>} codes @param {(code: string) => boolean} isRetryable
 */
export function errorTable(codes, isRetryable) {
  const head = ["code", "what it means, and what to do", "`retryable`"];
  const rows = Object.entries(codes).map(([code, text]) => [
    `\`${code}\``,
    text.replaceAll("|", "\\|"),
    isRetryable(code) ? "yes" : "",
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** The page with its table brought up to date. @param {string} page */
export function withErrorTable(page, codes, isRetryable) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`docs/errors.md has lost the markers ${BEGIN} and ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${errorTable(codes, isRetryable)}\n\n${page.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
  const load = async (file) => {
    const built = buildSync({ entryPoints: [at(file)], bundle: true, format: "esm", write: false });
    const code = Buffer.from(built.outputFiles[0].contents).toString("base64");
    return import(`data:text/javascript;base64,${code}`);
  };
  const { ERROR_CODES, ScanError } = await load("src/errors.ts");
  const { LICENSE_ERROR_CODES } = await load("src/license-error-codes.ts");
  const page = readFileSync(at("docs/errors.md"), "utf8");
  const isRetryable = (name) => new ScanError(name).retryable;
  writeFileSync(at("docs/errors.md"), withErrorTable(page, { ...ERROR_CODES, ...LICENSE_ERROR_CODES }, isRetryable));
}
