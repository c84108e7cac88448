/** An attempt to give a password, as requests make it. It must not know how attempts are counted. */
import type { AttemptLimit, AttemptRule } from "../../usecases/attempt-limit.js";
import { ProblemError } from "./problem.js";

/** Takes an attempt; throws `too_many_attempts` where it may not be made. */
export async function demandAttempt(attempts: AttemptLimit, rules: readonly AttemptRule[]): Promise<void> {
  const wait = await attempts.take(rules);
  if (wait !== undefined) throw new ProblemError("too_many_attempts", undefined, wait);
}
