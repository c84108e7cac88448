/**
 * Whether a symbol of a code without error correction stands, and how surely. What it lacks in check characters it has
 * to show in clear characters and in bands that agree.
 */
import { symbolBands, symbolError, symbolMargin } from "./character-reader";

/** Margin of the least sure character: with agreement of a second band, and without. */
const LEAST_MARGIN: f32 = 7;
const LONE_MARGIN: f32 = 16;
/** A symbol whose check character agrees may be as much less clear. */
const CHECKED: f32 = 0.6;

/**
 * 1–100 for the symbol last read, or 0 for one that does not stand. `checks` check characters agree; `mostError` is what
 * its symbology accepts.
 */
export function confidenceOf(checks: i32, mostError: f32): i32 {
  const part: f32 = checks > 0 ? CHECKED : 1;
  if (symbolError > mostError) return 0;
  if (symbolMargin < LEAST_MARGIN * part) return 0;
  if (symbolBands < 2 && symbolMargin < LONE_MARGIN * part) return 0;
  const bands = <f32>min(symbolBands - 1, 4);
  const sure: f32 = 35 + min<f32>(symbolMargin, 50) * 0.6 + bands * 5 + <f32>checks * 12 - symbolError * 400;
  return <i32>max<f32>(1, min<f32>(100, sure));
}
