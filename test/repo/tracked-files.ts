/** The files of the project as version control knows them, or as they lie there in an unpacked archive. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

const LEFT_OUT = /(^|\/)(node_modules|dist|\.cache|\.git|coverage|test-results)(\/|$)/;

/** Paths relative to the project's root. */
export function trackedFiles(): string[] {
  try {
    const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: root });
    return listed.toString().split("\0").filter(Boolean);
  } catch {
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replace(/^\//, ""))
      .filter((path) => !LEFT_OUT.test(path));
  }
}

/** Text of a tracked file; "" for one that is not text or is gone. */
export function textOf(path: string): string {
  try {
    const bytes = readFileSync(`${root}/${path}`);
    return bytes.includes(0) ? "" : bytes.toString();
  } catch {
    return "";
  }
}
