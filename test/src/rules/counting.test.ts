import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CountingState,
  count,
  forget,
  forgetDue,
  NOTHING_COUNTED,
  type SymbolSighting,
} from "../../../src/rules/counting.js";
import { scanKey } from "../../../src/rules/forget-window.js";

/** `ean_13:4006381` stands for a symbol; a step is [time, stream, symbols]; no stream is a still image. */
type Step = readonly [at: number, stream: string | undefined, symbols: readonly string[]];

const VIDEO = "camera";
const STILL = undefined;

function sighting([at, stream, names]: Step, forgetMs: number): SymbolSighting {
  const symbols = names.map((name) => {
    const [format = "", text = ""] = name.split(":");
    return { format, key: scanKey(format, text) };
  });
  return { stream, at, forgetMs, symbols };
}

/** The formats of the scans that each step adds. */
function play(steps: readonly Step[], forgetMs = 3000): { formats: string[][]; state: CountingState } {
  let state = NOTHING_COUNTED;
  const formats = steps.map((step) => {
    const counted = count(state, sighting(step, forgetMs));
    state = counted.state;
    for (const scan of counted.scans) expect(scan.at).toBe(step[0]);
    return counted.scans.map((scan) => scan.format);
  });
  return { formats, state };
}

const A = "ean_13:4006381333931";
const B = "ean_13:5901234123457";

describe("what counts as a scan", () => {
  const table: [name: string, steps: Step[], scans: number[]][] = [
    ["R49 one code on an image is one", [[0, STILL, [A]]], [1]],
    [
      "R49 no code is none",
      [
        [0, STILL, []],
        [0, VIDEO, []],
      ],
      [0, 0],
    ],
    ["R50 two identical codes on an image are one", [[0, STILL, [A, A]]], [1]],
    ["R50 two identical codes on a frame are one", [[0, VIDEO, [A, A]]], [1]],
    ["R51 two different codes are two", [[0, STILL, [A, B]]], [2]],
    ["R51 two different codes on a frame are two", [[0, VIDEO, [A, B]]], [2]],
    [
      "R52 continuous video of one code is one",
      [
        [0, VIDEO, [A]],
        [40, VIDEO, [A]],
        [80, VIDEO, [A]],
      ],
      [1, 0, 0],
    ],
    ["R53 the same text in two symbologies is two", [[0, VIDEO, ["ean_13:1", "code_128:1"]]], [2]],
    ["R53 also on an image", [[0, STILL, ["ean_13:1", "code_128:1", "code_128:1"]]], [2]],
    [
      "R54, R55 3 s later is a duplicate, 3.001 s later is not",
      [
        [0, VIDEO, [A]],
        [3000, VIDEO, [A]],
        [6001, VIDEO, [A]],
      ],
      [1, 0, 1],
    ],
    [
      "R56 each duplicate refreshes: 2 s apart for a minute is one",
      Array.from({ length: 31 }, (_, i): Step => [i * 2000, VIDEO, [A]]),
      [1, ...Array<number>(30).fill(0)],
    ],
    [
      "R56 the code leaves and returns after the forget time",
      [
        [0, VIDEO, [A]],
        [1000, VIDEO, []],
        [4000, VIDEO, [A]],
      ],
      [1, 0, 1],
    ],
    [
      "R56 the code leaves and returns within it",
      [
        [0, VIDEO, [A]],
        [1000, VIDEO, []],
        [2500, VIDEO, [A]],
      ],
      [1, 0, 0],
    ],
    [
      "R57 each has its own life: B does not refresh A",
      [
        [0, VIDEO, [A]],
        [2000, VIDEO, [B]],
        [4000, VIDEO, [A, B]],
      ],
      [1, 1, 1],
    ],
    [
      "R57 A does not refresh B",
      [
        [0, VIDEO, [A, B]],
        [2000, VIDEO, [A]],
        [4000, VIDEO, [A, B]],
      ],
      [2, 0, 1],
    ],
    [
      "each still counts its own unique values, at any distance of time",
      [
        [0, STILL, [A]],
        [0, STILL, [A]],
        [1, STILL, [A, A]],
      ],
      [1, 1, 1],
    ],
    [
      "a still neither enters a video's window nor is held back by it",
      [
        [0, STILL, [A]],
        [1, VIDEO, [A]],
        [2, STILL, [A]],
      ],
      [1, 1, 1],
    ],
    [
      "streams know nothing of one another",
      [
        [0, "left", [A]],
        [10, "right", [A]],
        [20, "left", [A]],
        [30, "right", [A]],
      ],
      [1, 1, 0, 0],
    ],
    [
      "a clock set back counts nothing twice",
      [
        [9000, VIDEO, [A]],
        [100, VIDEO, [A]],
        [200, VIDEO, [A]],
      ],
      [1, 0, 0],
    ],
  ];
  test.each(table)("%s", (_name, steps, scans) => {
    expect(play(steps).formats.map((formats) => formats.length)).toEqual(scans);
  });

  test("R9 a scan says its symbology and time and nothing else", () => {
    const { scans } = count(NOTHING_COUNTED, sighting([7, VIDEO, [A]], 3000));
    expect(scans).toEqual([{ format: "ean_13", at: 7 }]);
  });

  test("R6 nothing of a result is left after the forget time", () => {
    const { state } = play([[0, "left", [A]], [500, "right", [B]]]); // biome-ignore format: a script reads best in one line
    expect(forgetDue(state)).toBe(3001);
    const later = forget(state, 3001);
    expect([...later.keys()]).toEqual(["right"]);
    expect(forget(later, 3400)).toBe(later);
    expect(forget(later, 3501).size).toBe(0);
    expect(forgetDue(NOTHING_COUNTED)).toBeUndefined();
  });

  test("R6 a frame without codes purges too, and stills leave nothing", () => {
    expect(
      play([
        [0, VIDEO, [A]],
        [3001, VIDEO, []],
      ]).state.size,
    ).toBe(0);
    expect(play([[0, STILL, [A, B]]]).state).toBe(NOTHING_COUNTED);
  });
});

describe("what counts as a scan, as properties", () => {
  const symbol = fc.constantFrom("ean_13:1", "ean_13:2", "code_128:1", "qr_code:x");
  const frame = fc.record({ gap: fc.integer({ min: 0, max: 5000 }), symbols: fc.array(symbol, { maxLength: 4 }) });
  const video = fc.array(frame, { maxLength: 25 });
  const steps = (frames: { gap: number; symbols: string[] }[], stream: string | undefined): Step[] => {
    let at = 0;
    return frames.map(({ gap, symbols }) => [(at += gap), stream, symbols]);
  };
  const total = (formats: string[][]) => formats.flat().length;

  test("R49 never more scans than unique values of a frame, never fewer over all than unique values", () => {
    fc.assert(
      fc.property(video, (frames) => {
        const { formats } = play(steps(frames, VIDEO));
        formats.forEach((scans, i) => {
          expect(scans.length).toBeLessThanOrEqual(new Set(frames[i]?.symbols).size);
        });
        expect(total(formats)).toBeGreaterThanOrEqual(new Set(frames.flatMap((it) => it.symbols)).size);
      }),
      { numRuns: 2000, seed: 49 },
    );
  });

  test("R50 order and repetition within a frame change nothing", () => {
    fc.assert(
      fc.property(video, (frames) => {
        const twice = frames.map(({ gap, symbols }) => ({ gap, symbols: [...symbols, ...symbols].reverse() }));
        expect(total(play(steps(twice, VIDEO)).formats)).toBe(total(play(steps(frames, VIDEO)).formats));
      }),
      { numRuns: 2000, seed: 50 },
    );
  });

  test("R54 a longer forget time never counts more", () => {
    const times = fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 0, max: 9000 }));
    fc.assert(
      fc.property(video, times, (frames, [a, b]) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        const all = steps(frames, VIDEO);
        expect(total(play(all, long).formats)).toBeLessThanOrEqual(total(play(all, short).formats));
      }),
      { numRuns: 2000, seed: 54 },
    );
  });

  test("R57 a code's scans do not depend on what else is in view", () => {
    fc.assert(
      fc.property(video, symbol, (frames, only) => {
        const format = only.split(":")[0];
        const alone = frames.map(({ gap, symbols }) => ({ gap, symbols: symbols.filter((name) => name === only) }));
        const others = frames.map(({ gap, symbols }) => ({ gap, symbols: symbols.filter((name) => name !== only) }));
        const all = total(play(steps(frames, VIDEO)).formats);
        const parts = total(play(steps(alone, VIDEO)).formats) + total(play(steps(others, VIDEO)).formats);
        expect(all).toBe(parts);
        expect(
          play(steps(alone, VIDEO))
            .formats.flat()
            .every((name) => name === format),
        ).toBe(true);
      }),
      { numRuns: 2000, seed: 57 },
    );
  });

  test("streams played interleaved count as much as each for itself", () => {
    fc.assert(
      fc.property(video, video, (left, right) => {
        const both = [...steps(left, "left"), ...steps(right, "right")].sort((a, b) => a[0] - b[0]);
        const apart = total(play(steps(left, "left")).formats) + total(play(steps(right, "right")).formats);
        expect(total(play(both).formats)).toBe(apart);
      }),
      { numRuns: 2000, seed: 60 },
    );
  });
});
