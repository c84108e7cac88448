/**
 * Says in a few words what a wrong value is and which known name a wrong name comes closest to: the halves of an
 * error message that names the remedy. Never throws, whatever it is given; knows nothing of options or formats.
 */

const LONGEST_QUOTE = 40;

/** The value in a few words: its text where that is short and harmless, otherwise its kind. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : describeObject(value);
    default:
      return `a ${typeof value}`;
  }
}

/** The platform's own name of an object's class ("ImageData", "Array"), the same in every realm. */
export function brandOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return "Object";
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  const brand = brandOf(value).slice(0, LONGEST_QUOTE);
  return brand === "Object" ? "an object" : `an object of type ${brand}`;
}

/** The known name with the fewest edits from `name`, or undefined where none is near enough to be meant. */
export function nearestName<Name extends string>(name: string, known: readonly Name[]): Name | undefined {
  const wanted = bareName(name).slice(0, LONGEST_QUOTE);
  let best: Name | undefined;
  // More than every second letter wrong is another word, not a slip.
  let fewest = Math.max(1, Math.floor(wanted.length / 2)) + 1;
  for (const candidate of known) {
    const edits = editDistance(wanted, bareName(candidate));
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** A name without case and separators: "EAN-13", "ean 13" and "ean_13" are one name. */
export const bareName = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "");

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
