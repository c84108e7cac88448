import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EMPTY_WINDOW,
  type ForgetWindow,
  purge,
  purgeDue,
  resultKey,
  scanKey,
  see,
} from "../../../src/rules/forget-window.js";

const FORGET = 3000;

/** Plays a script of [time, keys] and gives what was fresh at each step. */
function play(script: readonly (readonly [number, readonly string[]])[], forgetMs = FORGET): string[][] {
  let window: ForgetWindow = EMPTY_WINDOW;
  return script.map(([now, keys]) => {
    const seen = see(window, keys, now, forgetMs);
    window = seen.window;
    return seen.fresh;
  });
}

describe("see", () => {
  const table: [name: string, script: [number, string[]][], fresh: string[][]][] = [
    ["R50 twice in one frame is one", [[0, ["a", "a"]]], [["a"]]],
    ["R51 two in one frame are two", [[0, ["a", "b"]]], [["a", "b"]]],
    [
      "R55 within the forget time is a duplicate",
      [
        [0, ["a"]],
        [2999, ["a"]],
      ],
      [["a"], []],
    ],
    [
      "R55 the boundary itself is within",
      [
        [0, ["a"]],
        [3000, ["a"]],
      ],
      [["a"], []],
    ],
    [
      "R55 one millisecond later it is fresh",
      [
        [0, ["a"]],
        [3001, ["a"]],
      ],
      [["a"], ["a"]],
    ],
    [
      "R56 a duplicate refreshes the stamp",
      [
        [0, ["a"]],
        [2000, ["a"]],
        [5000, ["a"]],
        [8001, ["a"]],
      ],
      [["a"], [], [], ["a"]],
    ],
    [
      "R56 a frame without it does not",
      [
        [0, ["a"]],
        [2000, []],
        [3001, ["a"]],
      ],
      [["a"], [], ["a"]],
    ],
    [
      "R57 each result has its own life",
      [
        [0, ["a"]],
        [2000, ["b"]],
        [3001, ["a", "b"]],
      ],
      [["a"], ["b"], ["a"]],
    ],
    [
      "a clock set back makes nothing fresh",
      [
        [10_000, ["a"]],
        [1000, ["a"]],
        [4000, ["a"]],
      ],
      [["a"], [], []],
    ],
    [
      "a clock set back keeps nothing longer",
      [
        [10_000, ["a"]],
        [1000, []],
        [4001, ["a"]],
      ],
      [["a"], [], ["a"]],
    ],
  ];
  test.each(table)("%s", (_name, script, fresh) => {
    expect(play(script)).toEqual(fresh);
  });

  test("R52 a code in continuous view is one scan however long", () => {
    const frames = Array.from({ length: 10_000 }, (_, index) => [index * 40, ["a"]] as const);
    expect(play(frames).flat()).toEqual(["a"]);
  });

  test("R54 a forget time of 0 only joins frames of the same instant; Infinity never forgets", () => {
    expect(
      play(
        [
          [5, ["a"]],
          [5, ["a"]],
          [6, ["a"]],
        ],
        0,
      ),
    ).toEqual([["a"], [], ["a"]]);
    expect(
      play(
        [
          [0, ["a"]],
          [1e15, ["a"]],
        ],
        Number.POSITIVE_INFINITY,
      ),
    ).toEqual([["a"], []]);
  });

  test("R6 forgotten results are purged, and purgeDue says when", () => {
    const { window } = see(EMPTY_WINDOW, ["a"], 100, FORGET);
    expect(purgeDue(window, FORGET)).toBe(3101);
    expect(purge(window, 3100, FORGET)).toBe(window);
    expect(purge(window, 3101, FORGET).size).toBe(0);
    expect(purgeDue(EMPTY_WINDOW, FORGET)).toBeUndefined();
  });

  test("the window passed in is never changed", () => {
    const { window } = see(EMPTY_WINDOW, ["a"], 0, FORGET);
    see(window, ["a", "b"], 9000, FORGET);
    expect([...window]).toEqual([["a", 0]]);
    expect(EMPTY_WINDOW.size).toBe(0);
  });

  test("R55–R57 fresh means: not seen in the last forgetMs (property, against the plain definition)", () => {
    const frame = fc.tuple(
      fc.integer({ min: 0, max: 4000 }),
      fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), fc.integer({ min: 0, max: 5000 }), (steps, forgetMs) => {
        let now = 0;
        const script = steps.map(([gap, keys]) => [(now += gap), keys] as const);
        const fresh = play(script, forgetMs);
        script.forEach(([at, keys], index) => {
          const before = script.slice(0, index).filter(([time]) => at - time <= forgetMs);
          const known = new Set(before.flatMap(([, seen]) => seen));
          expect(fresh[index]).toEqual([...new Set(keys)].filter((key) => !known.has(key)));
        });
      }),
      { numRuns: 3000, seed: 5657 },
    );
  });
});

describe("keys", () => {
  const result = (format: string, rawValue: string, bytes: number[]) => ({
    format,
    rawValue,
    bytes: Uint8Array.from(bytes),
  });

  test("R53 the same text in two symbologies has two keys", () => {
    expect(scanKey("ean_13", "12")).not.toBe(scanKey("code_128", "12"));
    expect(scanKey("ean_13", "12")).toBe(scanKey("ean_13", "12"));
  });

  test("text and bytes never share a key", () => {
    expect(scanKey("qr_code", "A")).not.toBe(scanKey("qr_code", Uint8Array.of(65)));
  });

  test("the text makes a result; the bytes where the text cannot tell two apart", () => {
    expect(resultKey(result("qr_code", "é", [0xe9]))).toBe(resultKey(result("qr_code", "é", [0xc3, 0xa9])));
    expect(resultKey(result("qr_code", "\ufffd", [0x80]))).not.toBe(resultKey(result("qr_code", "\ufffd", [0x81])));
    expect(resultKey(result("qr_code", "", [0x80]))).not.toBe(resultKey(result("qr_code", "", [])));
  });
});
