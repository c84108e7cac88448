/**
 * How well the guard patterns of a place agree with the standard's, quiet zones at their sides included. Half a symbol
 * that resembles a shorter one gives itself away here.
 */
import { sampleModules } from "../../kit/darkness";
import { squaredDistance } from "../../kit/floats";
import { PER_MODULE, buildTemplate } from "../../kit/template";
import { digitFrom, digitTo, fittedRadius, fittedSpread } from "./digits";
import { EAN_13, UPC_E, digitsOf } from "./layout";
import { DIGIT_MODULES } from "./tables";

/** Element widths with a quiet zone of four modules, of which three are not compared: what lies there is not known. */
const START_WIDTHS = memory.data<u8>([4, 1, 1, 1]);
const CENTRE_WIDTHS = memory.data<u8>([1, 1, 1, 1, 1]);
const END_WIDTHS = memory.data<u8>([1, 1, 1, 4]);
const UPC_E_END_WIDTHS = memory.data<u8>([1, 1, 1, 1, 1, 1, 4]);
const UNKNOWN: i32 = 3;
const template = memory.data(10 * 4 * 4);
const window = memory.data(10 * 4 * 4);
/** A guard may stand so many modules off the place that the digits beside it suggest. */
const OFF: f32 = 0.2;

/** Mean squared error per sample of the worst guard of a symbol. */
export function guardError(darkness: usize, length: i32, kind: i32): f32 {
  const last = digitsOf(kind) - 1;
  const first = (digitTo(0) - digitFrom(0)) / <f32>DIGIT_MODULES;
  const end = (digitTo(last) - digitFrom(last)) / <f32>DIGIT_MODULES;
  buildTemplate(START_WIDTHS, 4, 7, false, fittedRadius(), fittedSpread(), template);
  const start = compare(darkness, length, digitFrom(0) - 4 * first, first, 4, UNKNOWN);
  if (kind == UPC_E) {
    buildTemplate(UPC_E_END_WIDTHS, 7, 10, false, fittedRadius(), fittedSpread(), template);
    return max(start, compare(darkness, length, digitTo(last), end, 7, 0));
  }
  buildTemplate(END_WIDTHS, 4, 7, true, fittedRadius(), fittedSpread(), template);
  const stop = compare(darkness, length, digitTo(last), end, 4, 0);
  const half = kind == EAN_13 ? 6 : 4;
  buildTemplate(CENTRE_WIDTHS, 5, 5, false, fittedRadius(), fittedSpread(), template);
  const from = digitTo(half - 1);
  const centre = compare(darkness, length, from, (digitFrom(half) - from) / 5, 5, 0);
  return max(max(start, stop), centre);
}

/** Least error of so many modules from a place on, moved a little either way. */
function compare(darkness: usize, length: i32, from: f32, module: f32, modules: i32, skip: i32): f32 {
  const count = modules * PER_MODULE;
  let least: f32 = 1e9;
  for (let s = -1; s <= 1; s++) {
    const a = from + OFF * module * <f32>s;
    sampleModules(darkness, length, a, a + module * <f32>modules, modules, window);
    least = min(least, squaredDistance(window, template + ((<usize>(skip * PER_MODULE)) << 2), count));
  }
  return least / <f32>count;
}
