/**
 * Checks of values that came from outside: each takes an unknown value and gives it back typed, or a problem that names
 * the field. What is not asked for is dropped, so that nothing unforeseen gets any further (R9). It must not know messages.
 */

/** A value that has passed, or why it has not. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Gives the value back or throws the problem to {@link checked}. */
export type Check<T> = (value: unknown) => T;

/** Learns on its way out where it was found: what passes, as nearly everything does, costs no path. */
class Problem {
  path = "";

  constructor(readonly wanted: string) {}
}

const fail = (wanted: string): never => {
  throw new Problem(wanted);
};

/** The problem as it is seen from outside: `step` leads to it. */
function outwards(problem: unknown, step: string): unknown {
  if (problem instanceof Problem) problem.path = step + problem.path;
  return problem;
}

/** Runs a check at the edge: problems become values, never exceptions. */
export function checked<T>(value: unknown, check: Check<T>, name = "message"): Checked<T> {
  try {
    return { ok: true, value: check(value) };
  } catch (problem) {
    if (problem instanceof Problem) return { ok: false, problem: `${name}${problem.path} must be ${problem.wanted}` };
    throw problem;
  }
}

/** A text that matches a pattern; `wanted` completes "… must be". */
export const text =
  (pattern: RegExp, wanted: string): Check<string> =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? value : fail(wanted);

/** A whole number within bounds, both included. */
export const wholeNumber =
  (min: number, max: number): Check<number> =>
  (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : fail(`a whole number from ${min} to ${max}`);

/** Exactly this value. */
export const exactly =
  <T extends string | number | boolean>(wanted: T): Check<T> =>
  (value) =>
    value === wanted ? wanted : fail(JSON.stringify(wanted));

/** A value that also satisfies a predicate. */
export const that =
  <T>(check: Check<T>, holds: (value: T) => boolean, wanted: string): Check<T> =>
  (value) => {
    const found = check(value);
    return holds(found) ? found : fail(wanted);
  };

/** A list of at most `max` entries. */
export const list =
  <T>(check: Check<T>, max: number): Check<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value) || value.length > max) return fail(`a list of at most ${max}`);
    const found: T[] = [];
    try {
      for (const entry of value) found.push(check(entry));
    } catch (problem) {
      throw outwards(problem, `[${found.length}]`);
    }
    return found;
  };

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

/**
 * A plain object; the result has the fields of the table and no other. The annotation lets bundlers leave out checks that nobody
 * makes: a page makes none.
 */
export const record = /* @__NO_SIDE_EFFECTS__ */ <F extends Fields>(fields: F): Check<RecordOf<F>> => {
  const table = Object.entries(fields).map(([name, field]) =>
    typeof field === "function"
      ? { name, check: field, isOptional: false }
      : { name, check: field.optional, isOptional: true },
  );
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return fail("an object");
    const found: Record<string, unknown> = {};
    let at = "";
    try {
      for (const { name, check, isOptional } of table) {
        at = name;
        const entry = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
        if (entry !== undefined || !isOptional) found[name] = check(entry);
      }
    } catch (problem) {
      throw outwards(problem, `.${at}`);
    }
    return found as RecordOf<F>;
  };
};
