/** Whether a string of characters stands, and how surely. Knows no image. */
import { PER_MODULE } from "../../kit/template";
import { lead, leastCost, settledCost } from "./settle";

/** Error that even a perfect print shows, per sample. */
const FLOOR: f32 = 0.002;
/** Log-likelihood that the check sum may cost against the characters taken one by one. */
const MOST_CORRECTION: f32 = 4;
/** Log-likelihood by which the best string must beat the second best; without agreement of a second look. */
const LEAST_MARGIN: f32 = 14;
const LONE_MARGIN: f32 = 40;

/**
 * 1–100, or 0 for a string that is not accepted. `error` is the mean squared error per sample, `agreed` the looks that
 * gave the same, `extra` what a reading outside of the string costs.
 */
export function certaintyOf(error: f32, agreed: i32, extra: f32): i32 {
  // Noise is judged over the whole symbol, one sample per module counted.
  const unit: f32 = 2 * <f32>PER_MODULE * (error + FLOOR);
  if (settledCost - leastCost + extra > MOST_CORRECTION * unit) return 0;
  const margin = lead / unit;
  if (margin < LEAST_MARGIN || (agreed < 2 && margin < LONE_MARGIN)) return 0;
  const sure: f32 = 45 + margin * 0.8 + <f32>min(agreed - 1, 4) * 6 - error * 500;
  return <i32>max<f32>(1, min<f32>(100, sure));
}
