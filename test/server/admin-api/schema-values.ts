/** Arbitrary values for JSON schemas: those that a schema allows, and those that try to break it. It must not know routes. */
import fc from "fast-check";

export interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Values that the schema allows. */
export function allowedBy(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.type === "integer") return integerOf(schema);
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "string") return stringOf(schema);
  if (schema.type === "array") {
    return fc.array(allowedBy(schema.items ?? {}), {
      minLength: schema.minItems ?? 0,
      maxLength: Math.min(schema.maxItems ?? 4, 4),
    });
  }
  if (schema.type === "object") return objectOf(schema, allowedBy);
  throw new Error(`no values for ${JSON.stringify(schema)}`);
}

function integerOf({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Schema) {
  const near = fc.integer({ min: Math.max(minimum, 0), max: Math.min(maximum, 400) });
  return fc.oneof(
    near,
    fc.maxSafeInteger().map((n) => Math.min(Math.max(n, minimum), maximum)),
    fc.constantFrom(minimum, maximum),
  );
}

function stringOf({ pattern, format, minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (format === "uri") return fc.webUrl();
  return fc.oneof(
    fc
      .string({ minLength, maxLength: Math.min(maxLength, 40), unit: "grapheme" })
      .filter((text) => text.length <= maxLength),
    fc.constantFrom("a".repeat(maxLength), "b".repeat(Math.max(minLength, 1))),
  );
}

function objectOf({ properties = {}, required = [] }: Schema, valueOf: (schema: Schema) => fc.Arbitrary<unknown>) {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueOf(schema)]));
  return fc.record(members, { requiredKeys: required.filter((name) => name in members) });
}

/** What nobody should send. */
export const HOSTILE: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    "",
    " ",
    "\0",
    "\u202e",
    "\ud800",
    "..",
    "../../etc/passwd",
    "%00",
    "__proto__",
    "constructor",
    "' or 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "-1",
    "1e999",
    "NaN",
    "9".repeat(400),
    "x".repeat(5000),
    -1,
    0,
    0.5,
    1e308,
    -0,
    2 ** 53,
    true,
    [],
    {},
    [[[[]]]],
    { __proto__: null },
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 60 }),
);

/** Objects of which some members are not what the schema allows, missing, or too many. */
export function brokenBy(schema: Schema): fc.Arbitrary<unknown> {
  const spoiled = objectOf({ ...schema, required: [] }, (member) =>
    fc.oneof(allowedBy(member), member.type === "object" ? brokenBy(member) : HOSTILE),
  );
  const extra = fc.dictionary(
    fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "id"), fc.string()),
    HOSTILE,
    { maxKeys: 2 },
  );
  return fc.oneof(
    HOSTILE,
    spoiled,
    fc.tuple(spoiled, extra).map(([a, b]) => ({ ...(a as object), ...b })),
  );
}
