/**
 * Whether a read stands, and how surely. The limits are those that no wrong read of the shared corpus reached (62 sets,
 * two orientations, every attempt counted), with room to spare: a wrong read weighs ten misses.
 */
import { EAN_13 } from "./layout";

/** Nothing is accepted below this margin or above this error of the guards. */
export const LEAST_MARGIN: f32 = 10;
export const MOST_GUARD_ERROR: f32 = 0.2;
/** Guards as the standard's prints show them; above this the digits must be clearer. */
const CLEAN_GUARD_ERROR: f32 = 0.08;
const MARGIN_OF_POOR_GUARDS: f32 = 14;
/** Margin of a band that no other band confirms. */
const LONE_MARGIN: f32 = 18;

/**
 * 1–100, or 0 for a read that is not accepted. `margin` is the log-likelihood ratio to the second best string, errors
 * are mean squares per sample, `agreed` the number of bands that give the same string.
 */
export function confidenceOf(kind: i32, margin: f32, error: f32, guard: f32, agreed: i32): i32 {
  const isClean = guard <= CLEAN_GUARD_ERROR;
  // Short symbols are found within longer ones, and in texture: their guards must be seen.
  if (!isClean && kind != EAN_13) return 0;
  if (!isClean && margin < MARGIN_OF_POOR_GUARDS) return 0;
  if (agreed < 2 && (margin < LONE_MARGIN || !isClean)) return 0;
  if (margin < LEAST_MARGIN) return 0;
  const sure: f32 = 50 + (margin - LEAST_MARGIN) * 1.5 + <f32>min(agreed - 1, 3) * 6 - guard * 100 - error * 300;
  return <i32>max<f32>(1, min<f32>(100, sure));
}
