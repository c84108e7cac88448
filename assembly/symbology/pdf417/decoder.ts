/**
 * Codewords of a PDF417 symbol to its content: error correction, length descriptor, compaction. A function of codewords
 * alone; it knows nothing of images, so hand-made words test it.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { Pdf417Stream, readPdf417Segments } from "../../content/pdf417-segments";
import { TextMode } from "../../content/pdf417-text";
import { Symbol, clearContent } from "../../io/symbol";
import { capacityUsed, correctCodewords } from "../../kit/codeword-correction";
import { alloc, mark, release } from "../../memory/arena";

/** Check codewords of a level (clause 5.10.1). */
export function checksOf(level: i32): i32 {
  return 2 << level;
}

/**
 * Decodes `count` codewords (u16) in reading order with how sure each is (f32, 0 for unknown). Fills content, level and
 * confidence of the symbol. The codewords are corrected in place.
 */
export function decodeCodewords(words: usize, trust: usize, count: i32, level: i32, symbol: Symbol): i32 {
  const checks = checksOf(level);
  if (checks >= count || !correctCodewords(words, trust, count, checks)) return BAD_CHECKSUM;
  // The first codeword counts the data codewords, itself and padding included (clause 5.4.2).
  const length = <i32>load<u16>(words);
  if (length < 1 || length > count - checks) return BAD_FORMAT;
  const scratch = mark();
  const stream = alloc(offsetof<Pdf417Stream>());
  const text = alloc(offsetof<TextMode>());
  let status: i32 = BAD_FORMAT;
  if (stream != 0 && text != 0) {
    const reader = changetype<Pdf417Stream>(stream);
    reader.text = changetype<TextMode>(text);
    clearContent(symbol);
    status = readPdf417Segments(reader, words + 2, length - 1, false, symbol);
  }
  release(scratch);
  if (status != OK) return status;
  symbol.ecLevel = level;
  symbol.ecUsed = capacityUsed;
  symbol.confidence = confidenceOf(checks, capacityUsed);
  return OK;
}

/** How sure a corrected symbol is: by what of the capacity is left, and how much capacity there is to be sure by. */
export function confidenceOf(checks: i32, used: f32): i32 {
  const left: f32 = 1 - used;
  const strength: f32 = checks >= 8 ? 1 : 0.7 + 0.05 * <f32>(checks - 2);
  return <i32>(<f32>100 * strength * (<f32>0.5 + <f32>0.5 * left));
}
