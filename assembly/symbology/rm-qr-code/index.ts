/** Rectangular Micro QR Code (rMQR), ISO/IEC 23941: looks for symbols at single finders of the frame and reports them. */
import { OK } from "../../abi/status";
import { isThorough } from "../../io/options";
import { isFull, report } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { isSpent } from "../../kit/budget";
import { finderAt } from "../../kit/concentric-finder";
import { seekFinders, seekMoreFinders } from "../../kit/finder-passes";
import { nextLoneFinder } from "../../kit/lone-finders";
import { allocGrid } from "../../kit/module-grid";
import { mark, release } from "../../memory/arena";
import { attempt } from "./attempt";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 11;

/** Content of the largest symbol: 361 digits (R17x139-M), and an application indicator. A segment takes a byte at least. */
const MOST_BYTES: i32 = 400;
const MOST_SEGMENTS: i32 = 160;

/** Function patterns of R17x139. */
const MOST_KNOWN: i32 = 512;

/** Quality of a finder that is worth the look. */
const LEAST_QUALITY: f32 = 0.75;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  seekFinders();
  if (isThorough()) seekMoreFinders();
  const start = mark();
  const grid = allocGrid(MOST_KNOWN);
  if (grid == null) return;
  let isAny = false;
  for (let i = nextLoneFinder(0, LEAST_QUALITY); i >= 0 && !isSpent() && !isFull(); ) {
    const finder = finderAt(i);
    const scratch = mark();
    const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
    if (symbol != null && attempt(grid, finder, symbol) == OK) {
      finder.isUsed = true;
      if (report(symbol)) isAny = true;
      else release(scratch);
    } else release(scratch);
    i = nextLoneFinder(i + 1, LEAST_QUALITY);
  }
  if (!isAny) release(start);
}
