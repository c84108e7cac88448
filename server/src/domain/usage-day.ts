/**
 * Which day a cell's count is shown under. A device's clock may be wrong by years: what lies outside reason is booked to the
 * day on which it arrived; the day that the device named stays the cell's name. It must not know charges.
 */
import { DAY_MS, dayStart, utcDay } from "../../../src/rules/period.js";

/** Days that are kept apart in charts. */
export const CHART_DAYS = 400;

/** The day to book, decided once, when a cell is first stored. */
export function bookedDay(day: string, receivedAt: number): string {
  const start = dayStart(day);
  const isPlausible = start <= receivedAt + DAY_MS && start >= receivedAt - CHART_DAYS * DAY_MS;
  return isPlausible ? day : utcDay(receivedAt);
}
