/**
 * Codewords of a MicroPDF417 symbol to its content: error correction, compaction. A function of codewords alone; it knows
 * nothing of images.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { Pdf417Stream, readPdf417Segments } from "../../content/pdf417-segments";
import { TextMode } from "../../content/pdf417-text";
import { Symbol, clearContent } from "../../io/symbol";
import { checksOf, columnsOf, rowsOf } from "../../kit/addressed-sizes";
import { capacityUsed, correctCodewords } from "../../kit/codeword-correction";
import { alloc, mark, release } from "../../memory/arena";

/** Decodes the codewords (u16) of a size with how sure each is (f32); they are corrected in place. */
export function decodeCodewords(words: usize, trust: usize, size: i32, symbol: Symbol): i32 {
  const count = rowsOf(size) * columnsOf(size);
  const checks = checksOf(size);
  if (!correctCodewords(words, trust, count, checks)) return BAD_CHECKSUM;
  const scratch = mark();
  const stream = alloc(offsetof<Pdf417Stream>());
  const text = alloc(offsetof<TextMode>());
  let status: i32 = BAD_FORMAT;
  if (stream != 0 && text != 0) {
    const reader = changetype<Pdf417Stream>(stream);
    reader.text = changetype<TextMode>(text);
    clearContent(symbol);
    status = readPdf417Segments(reader, words, count - checks, true, symbol);
  }
  release(scratch);
  if (status != OK) return status;
  symbol.rows = rowsOf(size);
  symbol.columns = columnsOf(size);
  symbol.version = size + 1;
  symbol.ecUsed = capacityUsed;
  const strength: f32 = min<f32>(1, 0.7 + 0.03 * <f32>checks);
  symbol.confidence = <i32>(<f32>100 * strength * (<f32>1 - <f32>0.5 * capacityUsed));
  return OK;
}
