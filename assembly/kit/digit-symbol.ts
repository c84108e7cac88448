/**
 * Makes a symbol of the digits that were just read, for codes without a check digit of their own; one that agrees by the
 * weights of a GTIN is told, not taken off. Knows no symbology.
 */
import { SYMBOL_CHECKED } from "../abi/layout";
import { gtinSum } from "../content/gtin-check";
import { report } from "../io/results";
import { putByte } from "../io/symbol";
import { characterAt, characterCount } from "./character-reader";
import { confidenceOf } from "./confidence";
import { openSymbol } from "./linear-symbol";
import { Strip } from "./strip";

const digits = memory.data(96);

/** `mostError` is the mean squared error per sample above which nothing is reported. */
export function reportDigits(format: i32, strip: Strip, mostError: f32): void {
  const confidence = confidenceOf(0, mostError);
  if (confidence == 0) return;
  const count = characterCount();
  const symbol = openSymbol(format, strip, count, confidence);
  if (symbol == null) return;
  for (let k = 0; k < count; k++) {
    store<u8>(digits + <usize>k, <u8>characterAt(k));
    putByte(symbol, 48 + characterAt(k));
  }
  if (gtinSum(digits, count) == 0) symbol.flags |= SYMBOL_CHECKED;
  report(symbol);
}
