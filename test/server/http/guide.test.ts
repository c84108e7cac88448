import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SETTINGS, type Setting } from "../../../server/src/settings.js";

const file = fileURLToPath(new URL("../../../docs/server.md", import.meta.url));
const BETWEEN = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

function settingsTable(): string {
  const usualText = (usual: unknown): string => {
    if (usual === undefined || (Array.isArray(usual) && usual.length === 0)) return "";
    return `\`${typeof usual === "boolean" ? (usual ? "yes" : "no") : usual}\``;
  };
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { variable, about, usual }]) => `| \`${name}\` | \`${variable}\` | ${usualText(usual)} | ${about} |`,
  );
  return `\n| in the file | in the environment | usual | |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n\n`;
}

test("docs/server.md lists the settings that there are; TALLYMARK_WRITE=1 writes them", () => {
  const text = readFileSync(file, "utf8");
  const wanted = text.replace(BETWEEN, (_, begin: string, end: string) => begin + settingsTable() + end);
  if (process.env.TALLYMARK_WRITE === "1") writeFileSync(file, wanted);
  expect(readFileSync(file, "utf8")).toBe(wanted);
});
