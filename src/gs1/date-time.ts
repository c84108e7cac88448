/** Dates and times as GS1 element strings write them. */

/**
 * True for YYMMDD or YYYYMMDD.
 * @param mayLackDay day 00 stands for the whole month (GS1 General Specifications, 3.4)
 */
export function isDate(text: string, mayLackDay: boolean): boolean {
  const year = text.slice(0, -4);
  const month = Number(text.slice(-4, -2));
  const day = Number(text.slice(-2));
  if (month < 1 || month > 12) return false;
  if (day === 0) return mayLackDay;
  // Of years with two digits 00 is 2000, a leap year, and so is every fourth.
  return day <= new Date(Date.UTC(year.length === 2 ? 2000 + Number(year) : Number(year), month, 0)).getUTCDate();
}

/** True for hhmm. */
export const isTime = (text: string): boolean => Number(text.slice(0, 2)) < 24 && Number(text.slice(2)) < 60;
