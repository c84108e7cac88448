/** How clearly the best string beats the second best. */
import { digitsOf } from "./layout";
import { DIGIT_MODULES } from "./tables";
import { PER_MODULE } from "../../kit/template";

/** Error that even a perfect print shows, per sample: keeps the likelihood of clean symbols finite. */
const FLOOR: f32 = 0.002;

/** Log-likelihood ratio of best and second best string under noise of unknown strength, one sample per module. */
export function marginOf(kind: i32, best: f32, second: f32): f32 {
  const modules = <f32>(digitsOf(kind) * DIGIT_MODULES);
  const floor = modules * <f32>PER_MODULE * FLOOR;
  return modules * 0.5 * Mathf.log((second + floor) / (best + floor));
}
