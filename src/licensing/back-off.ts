/** How long to wait after failures: full jitter, so that many devices do not come back at once. Pure but for the dice. */

const FIRST_MS = 2000;
const MOST_MS = 15 * 60_000;

/**
 * Milliseconds to wait after so many failures in a row.
 * @param dice random number, 0 ≤ dice < 1
 * @param atLeastMs what the server asked for
 */
export function backOffMs(failures: number, dice: number, atLeastMs = 0): number {
  const most = Math.min(FIRST_MS * 2 ** Math.max(failures - 1, 0), MOST_MS);
  // What the server asks for is spread over half as much again.
  return Math.max(dice * most, atLeastMs * (1 + dice / 2));
}
