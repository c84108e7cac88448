/**
 * DotCode twice: from bwip-js, and from codewords by a writer of our own that knows what bwip-js does not write (structured
 * append, any mask with lit corners, damage). Both give dots; dots are drawn as discs in fine square cells, so that scenes
 * can draw them like any other symbol.
 */
import { bwipRaw } from "./bwip-writer.js";
import { type Modules, modulesFrom } from "./modules.js";

/** Rows and columns of places, 1 = dot. */
export interface Dots {
  readonly width: number;
  readonly height: number;
  readonly cells: Uint8Array;
}

const ELEMENTS = 113;
const PADDING = 106;
const MASKS = [0, 3, 7, 17];
/** Quiet zone in places: AIM ISS DotCode 4.0 clause 5.9. */
const QUIET = 3;

/** bwip-js' own choice of codewords. Options are its own: `rows`, `columns`, `mask`, `parse`, `parsefnc`. */
export function bwipDots(text: string, options: Record<string, unknown> = {}): Dots {
  const { pixs, pixx, pixy } = bwipRaw("dotcode", text, options);
  if (pixs === undefined || pixx === undefined || pixy === undefined) throw new Error("bwip-js wrote no DotCode");
  return { width: pixx, height: pixy, cells: Uint8Array.from(pixs) };
}

/** Any bytes as bwip-js' escapes. */
export const escaped = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => `^${String(byte).padStart(3, "0")}`).join("");

const ones = (pattern: number): number => pattern.toString(2).replaceAll("0", "").length;
const changes = (pattern: number): number => ones((pattern ^ (pattern >> 1)) & 0xff);

/** Pattern of each codeword: words of five dots of nine, those with most changes first (clause 4.2). */
export const DOT_PATTERNS: readonly number[] = Array.from({ length: 512 }, (_, pattern) => pattern)
  .filter((pattern) => ones(pattern) === 5)
  .sort((a, b) => changes(b) - changes(a) || a - b)
  .slice(0, ELEMENTS);

/** Data codewords that a symbol of so many places has room for. */
export function dotCapacity(width: number, height: number): number {
  const words = Math.floor((Math.floor((width * height) / 2) - 2) / 9);
  let count = 0;
  while (count + 1 + 3 + Math.floor((count + 1) / 2) <= words) count++;
  return count;
}

/** Check codewords of so many data codewords. */
export const dotChecks = (count: number): number => 3 + Math.floor(count / 2);

/** Remainder of one block by the polynomial with the roots 3¹ … 3^checks. */
function checksOf(data: readonly number[], checks: number): number[] {
  let generator = [1];
  for (let i = 1, root = 3; i <= checks; i++, root = (root * 3) % ELEMENTS) {
    generator = [...generator, 0].map(
      (value, k) => (value + ELEMENTS - (((generator[k - 1] ?? 0) * root) % ELEMENTS)) % ELEMENTS,
    );
  }
  const rest = [...data, ...Array<number>(checks).fill(0)];
  for (let i = 0; i < data.length; i++) {
    const factor = rest[i] as number;
    generator.forEach((value, k) => {
      rest[i + k] = ((rest[i + k] as number) + ELEMENTS * ELEMENTS - factor * value) % ELEMENTS;
    });
  }
  return rest.slice(data.length).map((value) => (ELEMENTS - value) % ELEMENTS);
}

/** Mask, masked data and check codewords of data codewords that fill their symbol. */
export function dotWord(data: readonly number[], mask: number): number[] {
  const masked = [mask, ...data.map((value, i) => (value + (MASKS[mask] as number) * i) % ELEMENTS)];
  const checks = dotChecks(data.length);
  const total = masked.length + checks;
  const step = Math.ceil(total / (ELEMENTS - 1));
  const word = [...masked, ...Array<number>(checks).fill(0)];
  for (let first = 0; first < step; first++) {
    const block = masked.filter((_, i) => i % step === first);
    const places = word.map((_, i) => i).filter((i) => i % step === first);
    checksOf(block, places.length - block.length).forEach((value, k) => {
      word[places[block.length + k] as number] = value;
    });
  }
  return word;
}

/** Places (row · width + column) in the order of the dot stream, clause 5.6. */
export function dotStream(width: number, height: number): number[] {
  const isOdd = height % 2 === 1;
  const last = isOdd
    ? [
        [width - 2, 0],
        [width - 2, height - 1],
        [width - 1, 1],
        [width - 1, height - 2],
        [0, 0],
        [0, height - 1],
      ]
    : [
        [width - 1, height - 2],
        [0, height - 2],
        [width - 2, height - 1],
        [1, height - 1],
        [width - 1, 0],
        [0, 0],
      ];
  const corners = last.map(([x, y]) => (y as number) * width + (x as number));
  const stream: number[] = [];
  const add = (x: number, y: number): void => {
    const at = y * width + x;
    if ((x + y) % 2 === 0 && !corners.includes(at)) stream.push(at);
  };
  if (isOdd) for (let y = height - 1; y >= 0; y--) for (let x = 0; x < width; x++) add(x, y);
  else for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) add(x, y);
  return [...stream, ...corners];
}

/** Dots of a whole word (mask first), as dotWord() gives it or damaged. `litCorners` is what the primed masks do. */
export function dotsOfWord(width: number, height: number, word: readonly number[], litCorners = false): Dots {
  const stream = dotStream(width, height);
  const cells = new Uint8Array(width * height);
  const bits = [...(word[0] as number).toString(2).padStart(2, "0")];
  for (const value of word.slice(1)) bits.push(...(DOT_PATTERNS[value] as number).toString(2).padStart(9, "0"));
  stream.forEach((at, i) => {
    const isLit = bits[i] === undefined || bits[i] === "1" || (litCorners && i >= stream.length - 6);
    cells[at] = isLit ? 1 : 0;
  });
  return { width, height, cells };
}

/** A symbol of data codewords, filled up with padding. */
export function dotsOf(width: number, height: number, data: readonly number[], mask = 0, litCorners = false): Dots {
  const room = dotCapacity(width, height) - data.length;
  if (room < 0) throw new Error(`${data.length} codewords have no room in ${width} × ${height}`);
  return dotsOfWord(width, height, dotWord([...data, ...Array<number>(room).fill(PADDING)], mask), litCorners);
}

/** Smallest width for data codewords in so many rows. */
export function dotWidth(height: number, count: number): number {
  let width = height % 2 === 0 ? 5 : 6;
  while (dotCapacity(width, height) < count) width += 2;
  return width;
}

/** Cells of a place's width in a drawn symbol. */
export const DOT_CELLS = 10;

export interface DotInk {
  /** Diameter of a dot in places. @default 0.8 */
  readonly size?: number;
  /** Moves each dot by so much at most, in places; numbers 0–1. */
  readonly jitter?: number;
  readonly next?: () => number;
  /** Squares instead of discs: prints of one cell for each dot touch at their corners. */
  readonly square?: boolean;
}

/** A symbol of fine cells with round dots. */
export function drawnDots(
  dots: Dots,
  { size = 0.8, jitter = 0, next = () => 0.5, square = false }: DotInk = {},
): Modules {
  const { width, height, cells } = dots;
  const fine = new Uint8Array(width * height * DOT_CELLS * DOT_CELLS);
  const across = width * DOT_CELLS;
  const radius = (size / 2) * DOT_CELLS;
  cells.forEach((cell, at) => {
    if (cell === 0) return;
    const x = ((at % width) + 0.5 + (2 * next() - 1) * jitter) * DOT_CELLS;
    const y = (Math.floor(at / width) + 0.5 + (2 * next() - 1) * jitter) * DOT_CELLS;
    for (let fy = Math.max(0, Math.floor(y - radius)); fy < Math.min(height * DOT_CELLS, y + radius); fy++) {
      for (let fx = Math.max(0, Math.floor(x - radius)); fx < Math.min(across, x + radius); fx++) {
        const [dx, dy] = [fx + 0.5 - x, fy + 0.5 - y];
        if (square ? Math.max(Math.abs(dx), Math.abs(dy)) <= radius : dx * dx + dy * dy <= radius * radius)
          fine[fy * across + fx] = 1;
      }
    }
  });
  return modulesFrom(across, height * DOT_CELLS, QUIET * DOT_CELLS, (x, y) => fine[y * across + x] === 1);
}
