/**
 * Writes assembly/symbology/maxi-code/primary-modules.ts: where the bits of MaxiCode's primary message lie (ISO/IEC 16023,
 * figure 5), taken from symbols that bwip-js writes. `node scripts/maxi-code-placement.mjs`
 *
 * Messages of code set A have codewords that are known, so that every bit has a history of its own over some hundred
 * messages, and so has every module. The secondary message lies in blocks; that the formula for them holds is checked too.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import bwipjs from "bwip-js/node";

const COLUMNS = 30;
const ROWS = 33;
const MESSAGES = 96;
/** Codewords of the primary message, of both messages, and data codewords of mode 4 behind the mode. */
const PRIMARY = 20;
const CODEWORDS = 144;
const DATA = 93;
/** Bits of a codeword. */
const BITS = 6;

const exp = [];
const log = [];
for (let i = 0, x = 1; i < 63; i++) {
  exp[i] = x;
  log[x] = i;
  x <<= 1;
  if (x > 63) x ^= 0x43;
}
const times = (a, b) => (a && b ? exp[(log[a] + log[b]) % 63] : 0);

/** Check codewords over GF(64), roots α¹ … αⁿ. */
function checks(data, count) {
  let generator = [1];
  for (let root = 1; root <= count; root++) {
    generator = [...generator, 0].map((value, i) => value ^ times(i > 0 ? generator[i - 1] : 0, exp[root]));
  }
  const rest = new Array(count).fill(0);
  for (const word of data) {
    const factor = word ^ rest.shift();
    rest.push(0);
    for (let i = 0; i < count; i++) rest[i] ^= times(generator[i + 1], factor);
  }
  return rest;
}

/** All codewords of a symbol whose data codewords are these. */
function codewordsOf(mode, values) {
  const first = [mode, ...values.slice(0, 9)];
  const second = values.slice(9);
  const [odd, even] = [0, 1].map((half) =>
    checks(
      second.filter((_, i) => i % 2 === half),
      20,
    ),
  );
  return [...first, ...checks(first, 10), ...second, ...odd.flatMap((word, i) => [word, even[i]])];
}

let state = 7;
/** Numbers without a pattern, the same every time. */
function next(limit) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % limit;
}

/** A codeword of code set A: letters are 1–26, signs and digits are their own character numbers 34–58. */
function value() {
  const pick = next(51);
  return pick < 26 ? pick + 1 : pick - 26 + 34;
}

/** Dark modules of a symbol. */
const darkOf = (text, mode) => new Set(bwipjs.raw({ bcid: "maxicode", text, mode })[0].pixs);

const bits = Array.from({ length: CODEWORDS * BITS }, () => "");
const modules = Array.from({ length: ROWS * COLUMNS }, () => "");
for (let message = 0; message < MESSAGES; message++) {
  const mode = message % 2 === 0 ? 4 : 6;
  // A letter now and then: nine digits in a row would be packed.
  const values = Array.from({ length: DATA }, (_, i) => ((i + message) % 7 === 0 ? 1 + next(26) : value()));
  const dark = darkOf(values.map((v) => String.fromCharCode(v < 27 ? v + 64 : v)).join(""), mode);
  codewordsOf(mode, values).forEach((word, i) => {
    for (let bit = 0; bit < BITS; bit++) bits[i * BITS + bit] += (word >> (BITS - 1 - bit)) & 1;
  });
  for (let at = 0; at < modules.length; at++) modules[at] += dark.has(at) ? 1 : 0;
}
const places = new Array(CODEWORDS * BITS).fill(-1);
const bitOf = new Map(bits.map((history, bit) => [history, bit]));
modules.forEach((history, at) => {
  if (history.includes("0") && history.includes("1")) places[bitOf.get(history)] = at;
});

// The first codeword: the mode's bits by comparing modes, the postal code's two by comparing postal codes.
const scm = (postal, mode) => darkOf(`${postal}\x1d840\x1d001\x1dTEST`, mode);
const only = (among, from) => {
  const found = [...among].filter((at) => !from.has(at) && !places.includes(at));
  if (found.length !== 1) throw new Error(`modules ${found} differ where one should`);
  return found[0];
};
places[3] = only(darkOf("TEST", 4), scm("000000004", 2));
places[4] = 11 * COLUMNS + 17;
places[5] = only(darkOf("TEST", 5), darkOf("TEST", 4));
places[1] = only(scm("000000001", 2), scm("000000000", 2));
places[0] = only(scm("000000002", 2), scm("000000000", 2));
// 8 is no mode: its module is the one that is light in every symbol and has no place elsewhere.
places[2] = 10 * COLUMNS + 18;

/** The formula for the secondary message, as in placement.ts. */
function* secondary() {
  for (let band = 0; band < 11; band++) {
    for (let k = 0; k < 14; k++) {
      const pair = band % 2 === 0 ? k : 13 - k;
      const inner = band >= 4 && band <= 6 ? 3 : 4;
      if (band >= 3 && band <= 7 && pair >= inner && pair <= 10) continue;
      for (let bit = 0; bit < BITS; bit++) yield (3 * band + (bit >> 1)) * COLUMNS + 2 * pair + 1 - (bit & 1);
    }
  }
  for (let k = 0; k < 16; k++) {
    yield (2 * k + 1) * COLUMNS + 28;
    yield (2 * k + 2) * COLUMNS + 29;
    yield (2 * k + 2) * COLUMNS + 28;
  }
}
[...secondary()].forEach((at, i) => {
  const bit = PRIMARY * BITS + i;
  if (places[bit] !== at) throw new Error(`bit ${bit} lies at ${places[bit]}, not at ${at}`);
});
if (new Set(places).size !== places.length) throw new Error("a module has two bits");

const rows = Array.from(
  { length: PRIMARY },
  (_, word) => `  ${places.slice(word * BITS, (word + 1) * BITS).join(", ")},`,
);
writeFileSync(
  fileURLToPath(new URL("../assembly/symbology/maxi-code/primary-modules.ts", import.meta.url)),
  `/**
 * Modules of the primary message of MaxiCode (ISO/IEC 16023, figure 5), written by scripts/maxi-code-placement.mjs: six for
 * each of its 20 codewords, highest bit first, as 30 · row + column.
 */
// biome-ignore format: a codeword a line
export const PRIMARY_MODULES: StaticArray<u16> = [
${rows.join("\n")}
];
`,
);
