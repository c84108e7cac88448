/** Test and bench builds only: what tests of the DotCode reader reach into. */
import { clearResults, report } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { openBudget } from "./kit/budget";
import { DotDecoder, decodeDots, openDecoder, takeMessage } from "./symbology/dot-code/decoder";
import { openSeeds, scanDots, seedCount } from "./symbology/dot-code/seeds";
import { fillPatterns, placeDots } from "./symbology/dot-code/patterns";

/** Status of height × width dots (f32); on OK the result block with a record for every message is at qrResults(). */
export function dotDecode(soft: usize, width: i32, height: i32): i32 {
  clearResults();
  openBudget();
  const decoder = openDecoder();
  if (decoder == null) return -1;
  let status = decodeDots(decoder, soft, width, height, 0, 1, width);
  while (status == 0 && hasMore(decoder)) {
    const symbol = allocSymbol(13, 8000, 2000);
    if (symbol == null) return -1;
    status = takeMessage(decoder, symbol);
    if (status == 0) report(symbol);
  }
  return status;
}
function hasMore(decoder: DotDecoder): bool {
  return decoder.stream.at < decoder.stream.count;
}
export function dotPatterns(out: usize): void {
  fillPatterns(out);
}
export function dotPlaces(width: i32, height: i32, out: usize): void {
  placeDots(width, height, 0, 1, width, out);
}
/** Number of places in the open frame where dots lie close together. */
export function dotSeeds(level: i32, step: i32, least: i32, withInverted: bool, strict: bool): i32 {
  if (!openSeeds()) return -1;
  scanDots(level, step, least, withInverted, strict);
  return seedCount();
}
