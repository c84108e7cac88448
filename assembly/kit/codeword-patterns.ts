/**
 * The codeword patterns that PDF417, MicroPDF417 and GS1 Composite share (ISO/IEC 15438 clause 5.2 and annex A): four
 * bars and four spaces of 1 to 6 modules, 17 in all, 929 patterns in each of three clusters. Knows no symbol.
 *
 * A pattern is 17 bits, first module highest, 1 = dark; the first is always dark and the last always light.
 */
import { FAR_STEPS, NEAR_STEPS } from "./codeword-steps";

export const VALUES: i32 = 929;
export const CLUSTERS: i32 = 3;
/** Modules of a codeword. */
export const CODEWORD_MODULES: i32 = 17;
/** What valueOf() gives for a pattern that is none. */
export const NO_CODEWORD: i32 = -1;

const PATTERNS: i32 = VALUES * CLUSTERS;
const ESCAPE: i32 = -128;
/** Most patterns of a cluster of which the standard takes 929 (cluster 0: 1,484). */
const MOST_CANDIDATES: i32 = 1500;

/** u32 patterns, cluster by cluster. */
const patterns = memory.data(4 * PATTERNS);
/** u16 by the 15 inner bits of a pattern: 1 + its index in `patterns`, 0 for none. */
const indices = memory.data(2 << 15);
/** u32 patterns of one cluster in lexicographic order, while the table is built. */
const candidates = memory.data(4 * MOST_CANDIDATES);

let isBuilt = false;

/** Builds the tables once; they outlive frames. */
export function openPatterns(): void {
  if (isBuilt) return;
  isBuilt = true;
  let far: usize = 0;
  for (let cluster = 0; cluster < CLUSTERS; cluster++) {
    listCandidates(cluster);
    let at = -1;
    for (let value = 0; value < VALUES; value++) {
      const index = cluster * VALUES + value;
      let step = <i32>load<i8>(NEAR_STEPS + <usize>index);
      if (step == ESCAPE) {
        step = <i32>load<i16>(FAR_STEPS + far);
        far += 2;
      }
      at += step + 1;
      const pattern = load<u32>(candidates + ((<usize>at) << 2));
      store<u32>(patterns + ((<usize>index) << 2), pattern);
      store<u16>(indices + ((<usize>((pattern >> 1) & 0x7fff)) << 1), <u16>(index + 1));
    }
  }
}

/** Lists the patterns of a cluster by their six inner widths; the outer two follow from those. */
function listCandidates(cluster: i32): void {
  let count: usize = 0;
  for (let code = 0; code < 46656; code++) {
    const w2 = 1 + code / 7776;
    const w3 = 1 + ((code / 1296) % 6);
    const w4 = 1 + ((code / 216) % 6);
    const w5 = 1 + ((code / 36) % 6);
    const w6 = 1 + ((code / 6) % 6);
    const w7 = 1 + (code % 6);
    const w1 = 1 + ((3 * cluster + w3 - w5 + w7 + 17) % 9);
    const w8 = CODEWORD_MODULES - w1 - w2 - w3 - w4 - w5 - w6 - w7;
    if (w1 > 6 || w8 < 1 || w8 > 6) continue;
    let pattern = run(0, w1, 1);
    pattern = run(pattern, w2, 0);
    pattern = run(pattern, w3, 1);
    pattern = run(pattern, w4, 0);
    pattern = run(pattern, w5, 1);
    pattern = run(pattern, w6, 0);
    pattern = run(pattern, w7, 1);
    store<u32>(candidates + (count << 2), run(pattern, w8, 0));
    count++;
  }
}

/** A pattern with `width` more modules of one colour. */
function run(pattern: u32, width: i32, dark: u32): u32 {
  return (pattern << (<u32>width)) | (dark != 0 ? ((<u32>1) << (<u32>width)) - 1 : 0);
}

/** The pattern of a value, 0–928, in a cluster, 0–2. */
export function patternOf(cluster: i32, value: i32): u32 {
  return load<u32>(patterns + ((<usize>(cluster * VALUES + value)) << 2));
}

/** cluster × 929 + value of a pattern, or NO_CODEWORD. */
export function codewordOf(pattern: u32): i32 {
  if ((pattern & 0x10001) != 0x10000) return NO_CODEWORD;
  return <i32>load<u16>(indices + ((<usize>((pattern >> 1) & 0x7fff)) << 1)) - 1;
}
