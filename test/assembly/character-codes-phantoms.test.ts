/**
 * Nothing is read where nothing is: textures, text, gratings, bars that are no code, and parts of symbols, with every
 * format that is looked for where none is named, for stills and for live frames. 12,000 pictures in the long run, some
 * hundreds in the usual one; TALLYMARK_FIRST_SEED chooses others.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_FORMATS, formatByName } from "../../src/formats.js";
import { PHANTOM_KINDS, phantomPicture } from "./phantom-pictures.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const FORMATS = DEFAULT_FORMATS.map((name) => formatByName(name)?.id as number);
const FIRST = Number(process.env.TALLYMARK_FIRST_SEED ?? 1);
const RUNS = process.env.TALLYMARK_LONG ? 2000 : 40;
/** Pictures of one test: a few hundred milliseconds each on a busy machine, within the time that a test has. */
const CHUNK = 100;

const CHUNKS = PHANTOM_KINDS.flatMap((kind) =>
  Array.from({ length: Math.ceil(RUNS / CHUNK) }, (_, k) => {
    const first = FIRST + k * CHUNK;
    return { kind, first, last: Math.min(first + CHUNK, FIRST + RUNS) - 1 };
  }),
);

describe("phantoms (R54)", () => {
  it.each(CHUNKS)("none in $kind, $first to $last", ({ kind, first, last }) => {
    const phantoms: string[] = [];
    for (let seed = first; seed <= last; seed++) {
      const picture = phantomPicture(kind, seed);
      for (const thorough of [true, false]) {
        for (const found of readFrame(core, picture, { formats: FORMATS, named: false, thorough })) {
          phantoms.push(`${seed}${thorough ? "" : " fast"}: ${found.format} ${found.rawValue} ${found.confidence}`);
        }
      }
    }
    expect(phantoms).toEqual([]);
  });
});
