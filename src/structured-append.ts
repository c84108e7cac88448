/**
 * Joins the parts of structured-append sequences: one message spread over several symbols. Pure. Must not know how or when
 * the parts were read.
 */
import { joinBytes, textOf } from "./engine/text.js";
import type { BarcodeFormat } from "./formats.js";
import type { Barcode, Segment } from "./types.js";

/** A sequence of symbols that carry one message. */
export interface JoinedSequence {
  readonly format: BarcodeFormat;
  /** What the parts have in common. */
  readonly id: string;
  /** Number of symbols in the sequence; 0 where none of them says. */
  readonly count: number;
  /** The symbols in their order, each position once. */
  readonly parts: readonly Barcode[];
  /** Positions that have not been read, from 0; where `count` is 0, those between the ones that have. */
  readonly missing: readonly number[];
  /** True where the number of symbols is known and all of them are there. */
  readonly isComplete: boolean;
  /** The whole message; undefined until the sequence is complete. */
  readonly rawValue: string | undefined;
  readonly bytes: Uint8Array | undefined;
}

/**
 * The sequences among some barcodes, of one image or of many. Barcodes that are part of none are left out; of several
 * readings of one position the surest counts.
 *
 * @example
 * const [message] = joinStructuredAppend(await reader.read(image));
 * if (message?.isComplete) console.log(message.rawValue);
 */
export function joinStructuredAppend(barcodes: readonly Barcode[]): readonly JoinedSequence[] {
  const sequences = new Map<string, Barcode[]>();
  for (const barcode of barcodes) {
    if (!barcode.structuredAppend) continue;
    const { id, count } = barcode.structuredAppend;
    const key = JSON.stringify([barcode.format, id, count]);
    const known = sequences.get(key);
    if (known) known.push(barcode);
    else sequences.set(key, [barcode]);
  }
  return [...sequences.values()].map(join);
}

const indexOf = ({ structuredAppend }: Barcode): number => structuredAppend?.index ?? 0;

function join(barcodes: readonly Barcode[]): JoinedSequence {
  const [first] = barcodes as [Barcode];
  // The surest reading of a position comes first of its equals.
  const parts = [...barcodes]
    .sort((a, b) => indexOf(a) - indexOf(b) || b.confidence - a.confidence)
    .filter((part, at, all) => at === 0 || indexOf(part) !== indexOf(all[at - 1] as Barcode));
  const { id, count } = first.structuredAppend as NonNullable<Barcode["structuredAppend"]>;
  const end = count > 0 ? count : indexOf(parts.at(-1) as Barcode) + 1;
  const missing = Array.from({ length: end }, (_, index) => index).filter(
    (index) => !parts.some((part) => indexOf(part) === index),
  );
  const isComplete = count > 0 && missing.length === 0 && parts.length === count;
  return {
    format: first.format,
    id,
    count,
    parts,
    missing,
    isComplete,
    rawValue: isComplete ? textOfParts(parts) : undefined,
    bytes: isComplete ? bytesOf(parts) : undefined,
  };
}

/** A character of several bytes may begin in one symbol and end in the next, so segments are joined before they are read. */
function textOfParts(parts: readonly Barcode[]): string {
  const segments = parts.flatMap((part) => part.segments);
  let text = "";
  for (let from = 0; from < segments.length; ) {
    const { eci } = segments[from] as Segment;
    let to = from + 1;
    while (to < segments.length && segments[to]?.eci === eci) to++;
    text += textOfRun(segments.slice(from, to), eci);
    from = to;
  }
  return text;
}

/**
 * Text of segments under one assignment; without one, UTF-8 where that is what all of them together are. Otherwise their own
 * texts: of a character set that is not at hand, which is one of single bytes, no character is torn.
 */
function textOfRun(run: readonly Segment[], eci: number | undefined): string {
  const bytes = bytesOf(run);
  try {
    if (eci !== undefined) return textOf(bytes, eci);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return run.map(({ text }) => text).join("");
  }
}

const bytesOf = (parts: readonly { readonly bytes: Uint8Array }[]): Uint8Array =>
  joinBytes(parts.map(({ bytes }) => bytes));
