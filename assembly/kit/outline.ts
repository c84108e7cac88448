/** Puts a linear symbol's place into the record: corners of its bars, orientation, module size, colours. */
import { SYMBOL_INVERTED } from "../abi/layout";
import { Symbol } from "../io/symbol";
import { Strip } from "./strip";

const DEGREES: f32 = 57.29577951308232;

/** The bars stand between two places of the strip, in samples, and are so many modules wide together. */
export function outline(strip: Strip, from: f32, to: f32, modules: i32, symbol: Symbol): void {
  symbol.x0 = strip.topX + strip.topStepX * from;
  symbol.y0 = strip.topY + strip.topStepY * from;
  symbol.x1 = strip.topX + strip.topStepX * to;
  symbol.y1 = strip.topY + strip.topStepY * to;
  symbol.x2 = strip.bottomX + strip.bottomStepX * to;
  symbol.y2 = strip.bottomY + strip.bottomStepY * to;
  symbol.x3 = strip.bottomX + strip.bottomStepX * from;
  symbol.y3 = strip.bottomY + strip.bottomStepY * from;
  const dx = symbol.x1 - symbol.x0 + symbol.x2 - symbol.x3;
  const dy = symbol.y1 - symbol.y0 + symbol.y2 - symbol.y3;
  const angle = Mathf.atan2(dy, dx) * DEGREES;
  symbol.orientation = angle < 0 ? angle + 360 : angle >= 360 ? 0 : angle;
  symbol.moduleSize = (0.5 * Mathf.sqrt(dx * dx + dy * dy)) / <f32>modules;
  if (strip.inverted) symbol.flags |= SYMBOL_INVERTED;
}
