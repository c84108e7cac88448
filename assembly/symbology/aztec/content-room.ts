/** Room for what an Aztec symbol may hold. */
import { Symbol, allocSymbol } from "../../io/symbol";
import { alloc } from "../../memory/arena";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 7;

/** Content of the largest symbol: 3,832 digits, clause 5.2. */
const MOST_BYTES: i32 = 4096;
/** An ECI takes 17 bits at least, of 19,968. */
const MOST_SEGMENTS: i32 = 1200;
/** Id of a structured append sequence; the standard sets no limit, readers do. */
const MOST_ID: i32 = 64;

/** An empty symbol, null where memory is exhausted. */
export function allocAztecSymbol(): Symbol | null {
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (symbol == null) return null;
  symbol.appendText = alloc(<usize>MOST_ID);
  symbol.appendTextCapacity = symbol.appendText == 0 ? 0 : MOST_ID;
  return symbol;
}
