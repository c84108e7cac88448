/** Runs the reader's cases inside a page or a worker: built by the spec, called by title. */
import { BAD_CASES } from "./bad-cases.js";
import { GOOD_CASES } from "./good-cases.js";
import type { PageKit } from "./page-kit.js";

const CASES = [...GOOD_CASES, ...BAD_CASES];

export const titles = CASES.map(({ title }) => title);

/** What does not hold, a line for each case; empty where all do. */
export async function runAll(origins: Pick<PageKit, "foreign" | "closed">, wanted = titles): Promise<string[]> {
  const { BarcodeReader } = (await import("/index.js" as string)) as typeof import("../../../src/index.js");
  const reader = await BarcodeReader.create();
  const faults: string[] = [];
  for (const { title, run } of CASES) {
    if (!wanted.includes(title)) continue;
    try {
      await run({ reader, ...origins });
    } catch (error) {
      faults.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await reader.close();
  return faults;
}
