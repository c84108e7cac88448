/** Says something to the person who runs the tests, through any reporter. Knows nothing of what it says. */
import { appendFileSync, mkdirSync } from "node:fs";

/** File that `npm test` prints after the suite. */
const NOTES = new URL("../../.cache/notes.txt", import.meta.url);

export function note(text: string): void {
  mkdirSync(new URL(".", NOTES), { recursive: true });
  appendFileSync(NOTES, `${text}\n`);
  console.warn(text);
}
