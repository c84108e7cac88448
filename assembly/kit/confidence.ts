/**
 * Whether a symbol of a code without error correction stands, and how surely. What it lacks in check characters it has
 * to show in clear characters and in bands that agree.
 */
import { isNamed } from "../io/options";
import {
  characterAt,
  characterCount,
  symbolBands,
  symbolError,
  symbolForm,
  symbolMargin,
  symbolUnevenness,
} from "./character-reader";

/** Log-likelihood by which the least sure character has to stand clear: with agreement of a second band, and without. */
const LEAST_MARGIN: f32 = 7;
const LONE_MARGIN: f32 = 16;
/** What a further band that agrees is worth: little, as all of them share print and lens. */
const PER_BAND: f32 = 0.2;
/** Whatever speaks for a symbol, its characters have to be the best. */
const FLOOR: f32 = 1;
/** Log-likelihood by which something that is no symbol may explain an element of it better. */
const MOST_FORM: f32 = 0.5;
/** By how much more a start or stop pattern may be off where check characters agree, for each of their log-likelihood. */
const PER_CHECK: f32 = 0.25;

/**
 * 1–100 for the symbol last read, or 0 for one that does not stand. `check` is what its check characters are worth: the
 * logarithm of how seldom they agree by chance, 0 where it has none. `mostError` is what its symbology accepts.
 */
export function confidenceOf(check: f32, mostError: f32): i32 {
  if (symbolError > mostError) return 0;
  const least: f32 = symbolBands < 2 ? LONE_MARGIN : LEAST_MARGIN - PER_BAND * <f32>(symbolBands - 2);
  if (symbolMargin < max<f32>(FLOOR, least - check)) return 0;
  if (symbolForm < -MOST_FORM - check || symbolUnevenness > 1 + PER_CHECK * check) return 0;
  const bands = <f32>min(symbolBands - 1, 4);
  const sure: f32 = 35 + min<f32>(symbolMargin, 50) * 0.6 + bands * 5 + check * 3 - symbolError * 400;
  return <i32>max<f32>(1, min<f32>(100, sure));
}

/**
 * True if a symbol without a check character has as many characters as are asked for where no format is named, and not
 * all the same: a grating of that period, of which an end has gone, would look like it.
 */
export function isDistinct(leastCharacters: i32): bool {
  const count = characterCount();
  if (isNamed()) return true;
  if (count < leastCharacters) return false;
  for (let k = 1; k < count; k++) if (characterAt(k) != characterAt(0)) return true;
  return false;
}
