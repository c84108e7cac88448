/**
 * PDF417 and MicroPDF417 from bwip-js, from text or from codewords, and the check codewords of hand-made words. Gives
 * modules, never pixels.
 */
import { bwipRaw } from "./bwip-writer.js";
import { type Modules, modulesFrom } from "./modules.js";

export interface StackedOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Error correction level, 0–8; PDF417 only. */
  readonly level?: number;
  /** Without right indicators and with one bar for a stop pattern; PDF417 only. */
  readonly compact?: boolean;
  /** Modules of a row's height. @default 3, MicroPDF417 2 */
  readonly rowHeight?: number;
}

/** Latin-1 text in the writer's own choice of compactions. */
export function pdf417(text: string, options: StackedOptions = {}): Modules {
  return stacked(options.compact ? "pdf417compact" : "pdf417", escaped(text), { parse: true }, options, 3);
}

/** The given data codewords, length descriptor and padding left to the writer. */
export function pdf417FromCodewords(words: readonly number[], options: StackedOptions = {}): Modules {
  return stacked(options.compact ? "pdf417compact" : "pdf417", listed(words), { raw: true }, options, 3);
}

export function microPdf417(text: string, options: StackedOptions = {}): Modules {
  return stacked("micropdf417", escaped(text), { parse: true }, options, 2);
}

export function microPdf417FromCodewords(words: readonly number[], options: StackedOptions = {}): Modules {
  return stacked("micropdf417", listed(words), { raw: true }, options, 2);
}

const three = (value: number): string => `^${String(value).padStart(3, "0")}`;
const escaped = (text: string): string => Array.from(text, (char) => three(char.charCodeAt(0))).join("");
const listed = (words: readonly number[]): string => words.map(three).join("");

function stacked(
  bcid: string,
  text: string,
  flags: Record<string, unknown>,
  { columns, rows, level, rowHeight }: StackedOptions,
  nominalHeight: number,
): Modules {
  const { pixs, pixx } = bwipRaw(bcid, text, {
    ...flags,
    ...(columns === undefined ? {} : { columns }),
    ...(rows === undefined ? {} : { rows }),
    ...(level === undefined ? {} : { eclevel: level }),
  });
  if (pixs === undefined || pixx === undefined) throw new Error(`${bcid} is no stacked symbol`);
  const height = rowHeight ?? nominalHeight;
  // The writer gives one line of modules for each row.
  return modulesFrom(
    pixx,
    (pixs.length / pixx) * height,
    nominalHeight === 2 ? 1 : 2,
    (x, y) => pixs[Math.floor(y / height) * pixx + x] === 1,
  );
}

/** Columns, rows and check codewords of the 34 sizes of MicroPDF417 (ISO/IEC 24728 table 1). */
export const MICRO_SIZES: readonly (readonly [columns: number, rows: number, checks: number])[] = [
  [1, 11, 7],
  [1, 14, 7],
  [1, 17, 7],
  [1, 20, 8],
  [1, 24, 8],
  [1, 28, 8],
  [2, 8, 8],
  [2, 11, 9],
  [2, 14, 9],
  [2, 17, 10],
  [2, 20, 11],
  [2, 23, 13],
  [2, 26, 15],
  [3, 6, 12],
  [3, 8, 14],
  [3, 10, 16],
  [3, 12, 18],
  [3, 15, 21],
  [3, 20, 26],
  [3, 26, 32],
  [3, 32, 38],
  [3, 38, 44],
  [3, 44, 50],
  [4, 4, 8],
  [4, 6, 12],
  [4, 8, 14],
  [4, 10, 16],
  [4, 12, 18],
  [4, 15, 21],
  [4, 20, 26],
  [4, 26, 32],
  [4, 32, 38],
  [4, 38, 44],
  [4, 44, 50],
];

const PRIME = 929;

/** Data codewords with their check codewords: the remainder of division by (x − 3) … (x − 3^checks), negated. */
export function withChecks(data: readonly number[], checks: number): number[] {
  let generator = [1];
  for (let j = 1, root = 1; j <= checks; j++) {
    root = (root * 3) % PRIME;
    const next = [...generator, 0];
    for (let i = 0; i < generator.length; i++) {
      next[i + 1] = ((next[i + 1] as number) + (PRIME - root) * (generator[i] as number)) % PRIME;
    }
    generator = next;
  }
  const rest = [...data, ...new Array<number>(checks).fill(0)];
  for (let i = 0; i < data.length; i++) {
    const factor = rest[i] as number;
    for (let j = 1; j <= checks; j++) {
      rest[i + j] = ((rest[i + j] as number) + (PRIME - factor) * (generator[j] as number)) % PRIME;
    }
  }
  return [...data, ...rest.slice(data.length).map((value) => (PRIME - value) % PRIME)];
}

/** A whole PDF417 word of a level: length descriptor, data, padding up to `count` codewords, checks. */
export function pdf417Word(data: readonly number[], level: number, count = data.length + 1 + (2 << level)): number[] {
  const length = count - (2 << level);
  return withChecks([length, ...data, ...new Array<number>(length - 1 - data.length).fill(900)], 2 << level);
}
