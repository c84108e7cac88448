/**
 * Writes what follows from src/formats.ts: `node scripts/generate.mjs [--check]`.
 *
 *   assembly/abi/formats.ts       FORMAT_* ids for the core
 *   assembly/reader/registry.ts   one call per symbology folder
 *   README.md                     the table of formats
 *
 * --check compares instead of writing and fails where a file is stale. A row whose folder is not there yet is left
 * out of the registry.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { withFormatTable } from "./format-table.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

async function loadFormats() {
  const source = readFileSync(join(root, "src/formats.ts"), "utf8");
  const { code } = transformSync(source, { loader: "ts", format: "esm" });
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  return module.FORMATS.map((row) => ({
    ...row,
    folder: row.name.replaceAll("_", "-"),
    ...module.MAKINGS[row.name],
  }));
}

const constantOf = (row) => `FORMAT_${row.name.toUpperCase()}`;

const functionOf = (folder) =>
  `read${folder
    .split("-")
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join("")}`;

/** Text of assembly/abi/formats.ts. */
export function abiFormats(formats) {
  const lines = formats.map((row) => `export const ${constantOf(row)} = ${row.id};`);
  return `/** Generated from src/formats.ts by \`npm run generate\`. Ids of the formats as they cross the boundary. */\n\n${lines.join("\n")}\n`;
}

/** Edges of the shortest symbol of the usual linear codes. */
const UPC_E_EDGES = 34;

/** Statements that return the least edges of the formats that have fewer, the fewest first. */
const leastEdges = (rows) =>
  rows
    .filter((row) => row.leastEdges !== undefined && row.leastEdges < UPC_E_EDGES)
    .sort((a, b) => a.leastEdges - b.leastEdges || a.id - b.id)
    .map((row) => `  if (isWanted(${constantOf(row)})) return ${row.leastEdges};\n`)
    .join("");
/**
 * Order of the calls: by folder, but within the QR family by id. Micro QR Code and rMQR have one finder, which looks like
 * each of a QR Code's three: the QR Codes of a frame must be known first.
 */
const siblingsById = (rows) => {
  const rank = (folder) => {
    const row = rows.find((one) => one.folder === folder);
    return row.family === "QR" ? `qr ${String(row.id).padStart(3, "0")}` : folder;
  };
  return (a, b) => (rank(a) < rank(b) ? -1 : 1);
};

/** An expression that is true where a format that meets the test is asked for. */
const anyWanted = (rows, test) =>
  rows
    .filter(test)
    .map((row) => `isWanted(${constantOf(row)})`)
    .join(" || ") || "false";

/** Traits of a row and what kit/strip.ts calls them. */
const TRAITS = [
  [(row) => row.leastEdges < UPC_E_EDGES, "HAS_FEW_EDGES"],
  [(row) => row.wideElements, "HAS_WIDE_ELEMENTS"],
  [(row) => row.mayTouchEdge, "MAY_TOUCH_EDGE"],
];

/** An expression of the traits that any of some rows has. */
const traitsOf = (rows) =>
  TRAITS.filter(([has]) => rows.some(has))
    .map(([, trait]) => trait)
    .join(" | ") || "0";

/** Text of assembly/reader/registry.ts for the rows whose folder exists. */
export function registry(formats) {
  const rows = formats.filter((row) => existsSync(join(root, "assembly/symbology", row.folder, "index.ts")));
  const folders = [...new Set(rows.map((row) => row.folder))].sort();
  const inOrder = [...folders].sort(siblingsById(rows));
  const byKind = (isKind) => inOrder.filter((folder) => rows.some((row) => row.folder === folder && isKind(row.kind)));
  const isLinear = (kind) => kind === "linear";
  const isComposite = (kind) => kind === "composite";
  const wanted = (folder) => anyWanted(rows, (row) => row.folder === folder);
  const calls = (isKind, argument, also = () => "") =>
    byKind(isKind).map(
      (folder) => `  if (!isFull() && (${wanted(folder)})${also(folder)}) ${functionOf(folder)}(${argument});\n`,
    );
  const linear = byKind(isLinear);
  const suits = (folder) =>
    ` && suits(strip, ${traitsOf(rows.filter((row) => row.folder === folder))}, ${linear.indexOf(folder)})`;
  // The number of symbols does not grow by them.
  const composites = byKind(isComposite)
    .map((folder) => `  if (${wanted(folder)}) ${functionOf(folder)}();\n`)
    .join("");
  const text = [
    "/** Generated from src/formats.ts by `npm run generate`. The only importer of symbologies. */\n",
    rows.length ? `import { ${rows.map(constantOf).sort().join(", ")} } from "../abi/formats";\n` : "",
    'import { isWanted } from "../io/options";\n',
    'import { isFull } from "../io/results";\n',
    `import { ${[...TRAITS.map(([, trait]) => trait), "Strip", "suits"].join(", ")} } from "../kit/strip";\n`,
    ...folders.map((folder) => `import { read as ${functionOf(folder)} } from "../symbology/${folder}/index";\n`),
    "\n/** Lets every symbology that is asked for and not linear look at the frame. */\n",
    `export function readMatrix(): void {\n${calls((kind) => !isLinear(kind) && !isComposite(kind), "").join("")}}\n`,
    "\n/** True if any linear symbology is asked for. */\n",
    `export function wantsLinear(): bool {\n  return ${anyWanted(rows, (row) => isLinear(row.kind))};\n}\n`,
    "\n/** Fewest edges of a symbol that is asked for: so many that any strip of fewer is left alone. */\n",
    `export function leastEdges(): i32 {\n${leastEdges(rows)}  return ${UPC_E_EDGES};\n}\n`,
    "\n/** True if a format is asked for whose elements may be so wide that blocks within are calm. */\n",
    `export function hasWideElements(): bool {\n  return ${anyWanted(rows, (row) => row.wideElements)};\n}\n`,
    "\n/** True if a format is asked for that needs light where a still may end. */\n",
    `export function mayTouchEdge(): bool {\n  return ${anyWanted(rows, (row) => row.mayTouchEdge)};\n}\n`,
    "\n/** Lets every linear symbology that is asked for look at one strip. */\n",
    `export function readLinear(strip: Strip): void {\n${calls(isLinear, "strip", suits).join("")}}\n`,
    "\n/** Puts composite symbols that are asked for together from the linear symbols reported. */\n",
    `export function readComposites(): void {\n${composites}}\n`,
  ].join("");
  return text;
}

/** Formats a file's text as the project does. */
async function format(path, text) {
  const { spawnSync } = await import("node:child_process");
  const bin = join(root, "node_modules/@biomejs/biome/bin/biome");
  const run = spawnSync(process.execPath, [bin, "format", `--stdin-file-path=${path}`], { input: text, cwd: root });
  if (run.status !== 0) throw new Error(`biome could not format ${path}: ${run.stderr}`);
  return run.stdout.toString();
}

/** All generated files: path relative to the project's root, and text. */
export async function generate() {
  const formats = await loadFormats();
  const files = { "assembly/abi/formats.ts": abiFormats(formats), "assembly/reader/registry.ts": registry(formats) };
  for (const [path, text] of Object.entries(files)) files[path] = await format(path, text);
  files["README.md"] = withFormatTable(readFileSync(join(root, "README.md"), "utf8"), formats);
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  for (const [path, text] of Object.entries(await generate())) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    if (check) {
      console.error(`${path} is stale: run \`npm run generate\``);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
      console.log(`wrote ${path}`);
    }
  }
}
