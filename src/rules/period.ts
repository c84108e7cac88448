/**
 * Days and licence periods in UTC, half-open: [start, end). It must not know a wall clock; times are milliseconds since
 * the epoch and are passed in.
 */

export const MINUTE_MS = 60_000;
/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** A span of time; `start` belongs to it, `end` does not. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** Days that were asked for last: nearly always the next ones too, and a date takes long to be written and read. */
let written = { start: 0, day: "1970-01-01" };
let read = written;

/** The UTC day of a time, as `YYYY-MM-DD`. */
export function utcDay(at: number): string {
  const start = Math.floor(at / DAY_MS) * DAY_MS;
  if (start !== written.start) written = { start, day: new Date(at).toISOString().slice(0, 10) };
  return written.day;
}

/** First millisecond of a UTC day, or NaN for what is no day. */
export function dayStart(day: string): number {
  if (day === read.day) return read.start;
  const start = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(start) || utcDay(start) !== day) return Number.NaN;
  read = { start, day };
  return start;
}

/** The same date and time so many months later; the month's last day where it is shorter (29 February + 1 year → 28). */
export function addMonths(at: number, months: number): number {
  const from = new Date(at);
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const to = new Date(first);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  const timeOfDay = at - Math.floor(at / DAY_MS) * DAY_MS;
  return first + (Math.min(from.getUTCDate(), lastDay) - 1) * DAY_MS + timeOfDay;
}

/** The period that begins when an initial order is activated (R68); longer ones can be sold (R74). */
export const initialPeriod = (activatedAt: number, years = 1): Period => ({
  start: activatedAt,
  end: addMonths(activatedAt, 12 * years),
});

/** The period of a renewal: it begins where the current one ends (R66, R70). */
export const renewalPeriod = (current: Period, years = 1): Period => initialPeriod(current.end, years);

/** The period of an increase: from the purchase to the end of the current period (R65, R69). */
export const increasePeriod = (current: Period, purchasedAt: number): Period => ({
  start: Math.max(purchasedAt, current.start),
  end: current.end,
});

/** True for a time in a period; the start belongs to it, the end does not. */
export const isWithin = (at: number, period: Period): boolean => at >= period.start && at < period.end;
