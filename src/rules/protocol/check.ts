/**
 * Checks of values that came from outside: each takes an unknown value and gives it back typed, or a problem that names
 * the field. What is not asked for is dropped, so that nothing unforeseen gets any further (R9). It must not know messages.
 */

/** A value that has passed, or why it has not. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Gives the value back or throws the problem to {@link checked}. */
export type Check<T> = (value: unknown, path: string) => T;

class Problem {
  constructor(readonly text: string) {}
}

const fail = (path: string, wanted: string): never => {
  throw new Problem(`${path} must be ${wanted}`);
};

/** Runs a check at the edge: problems become values, never exceptions. */
export function checked<T>(value: unknown, check: Check<T>, path = "message"): Checked<T> {
  try {
    return { ok: true, value: check(value, path) };
  } catch (problem) {
    if (problem instanceof Problem) return { ok: false, problem: problem.text };
    throw problem;
  }
}

/** A text that matches a pattern; `wanted` completes "… must be". */
export const text =
  (pattern: RegExp, wanted: string): Check<string> =>
  (value, path) =>
    typeof value === "string" && pattern.test(value) ? value : fail(path, wanted);

/** A whole number within bounds, both included. */
export const wholeNumber =
  (min: number, max: number): Check<number> =>
  (value, path) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : fail(path, `a whole number from ${min} to ${max}`);

/** Exactly this value. */
export const exactly =
  <T extends string | number | boolean>(wanted: T): Check<T> =>
  (value, path) =>
    value === wanted ? wanted : fail(path, JSON.stringify(wanted));

/** A value that also satisfies a predicate. */
export const that =
  <T>(check: Check<T>, holds: (value: T) => boolean, wanted: string): Check<T> =>
  (value, path) => {
    const found = check(value, path);
    return holds(found) ? found : fail(path, wanted);
  };

/** A list of at most `max` entries. */
export const list =
  <T>(check: Check<T>, max: number): Check<readonly T[]> =>
  (value, path) =>
    Array.isArray(value) && value.length <= max
      ? value.map((entry, index) => check(entry, `${path}[${index}]`))
      : fail(path, `a list of at most ${max}`);

/** A field that may be absent. */
export interface Optional<T> {
  readonly optional: Check<T>;
}

/** Marks a field of {@link record} as one that may be absent. */
export const optional = <T>(check: Check<T>): Optional<T> => ({ optional: check });

type Fields = Readonly<Record<string, Check<unknown> | Optional<unknown>>>;
type RequiredOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Check<unknown> ? K : never]: F[K] extends Check<infer T> ? T : never;
};
type OptionalOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never;
};

/** What {@link record} gives back for a table of fields. */
export type RecordOf<F extends Fields> = RequiredOf<F> & OptionalOf<F>;

/** A plain object; the result has the fields of the table and no other. */
export const record =
  <F extends Fields>(fields: F): Check<RecordOf<F>> =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return fail(path, "an object");
    const found: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      const entry = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
      if (typeof field === "function") found[name] = field(entry, `${path}.${name}`);
      else if (entry !== undefined) found[name] = field.optional(entry, `${path}.${name}`);
    }
    return found as RecordOf<F>;
  };
