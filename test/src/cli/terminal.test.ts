/** What the command shows on a terminal: escapes and the progress bar. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inLanes } from "../../../src/cli/pool.js";
import { Progress } from "../../../src/cli/progress.js";
import { escape, toJson } from "../../../src/cli/report.js";
import { barcode } from "../reader/fake-engine.js";

test.each([
  ["plain text: ä€", "plain text: ä€", "plain text: ä€"],
  ["\x1b[2J", "\\x1b[2J", "\x1b[2J"],
  ["a\x1db\0", "a\\x1db\\x00", "a\x1db\0"],
  ["\u009b31m", "\\x9b31m", "\u009b31m"],
  ["\u202eevil", "\\u202eevil", "\u202eevil"],
  ["1\\n\n\r", "1\\\\n\\n\\r", "1\\\\n\\n\\r"],
])("%j is %j on a terminal and %j in a pipe", (text, terminal, pipe) => {
  expect([escape(text, true), escape(text, false)]).toEqual([terminal, pipe]);
});

test("JSON holds no control character, and is what it was once parsed", () => {
  const value = "\u009b31m\u202e\x7f\x1b\\";
  const result = { barcodes: [barcode(value)], width: 9, height: 9, elapsedMs: 0.12345 };
  const line = toJson({ name: value, result });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  expect(line.slice(0, -1)).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/);
  expect(JSON.parse(line)).toMatchObject({ file: value, elapsedMs: 0.12, barcodes: [{ rawValue: value }] });
});

class FakeTerminal {
  readonly isTTY = true;
  written = "";
  write(text: string): boolean {
    this.written += text;
    return true;
  }
}

beforeEach(() => void vi.stubEnv("TERM", "xterm"));
afterEach(() => void vi.unstubAllEnvs());

test("the bar shows how many of how many, and is taken away for a line", () => {
  const terminal = new FakeTerminal();
  const progress = new Progress(terminal as never, 4);
  progress.clear();
  expect(terminal.written).toBe("");
  progress.advance();
  expect(terminal.written).toBe("\r\x1b[K[######..................] 1/4");
  progress.clear();
  expect(terminal.written.endsWith("\r\x1b[K")).toBe(true);
});

test.each([
  ["a few images", 3, true, "xterm"],
  ["a pipe", 100, false, "xterm"],
  ["a dumb terminal", 100, true, "dumb"],
])("there is no bar for %s", (_, total, isTTY, term) => {
  vi.stubEnv("TERM", term);
  const terminal = Object.assign(new FakeTerminal(), { isTTY });
  const progress = new Progress(terminal as never, total);
  progress.advance();
  progress.clear();
  expect(terminal.written).toBe("");
});

test("lanes: never more at a time than there are, results in order, a failure passed on", async () => {
  let running = 0;
  let most = 0;
  const work = async (job: number, lane: number) => {
    expect(lane).toBeLessThan(3);
    running += 1;
    most = Math.max(most, running);
    for (let i = 0; i < (job * 7) % 5; i++) await Promise.resolve();
    running -= 1;
    if (job === 45) throw new Error("job 45");
    return job;
  };
  const results: number[] = [];
  const all = async () => {
    for await (const result of inLanes(
      Array.from({ length: 50 }, (_, i) => i),
      3,
      work,
    ))
      results.push(result);
  };
  await expect(all()).rejects.toThrow("job 45");
  expect(results).toEqual(Array.from({ length: 45 }, (_, i) => i));
  expect(most).toBe(3);
});
