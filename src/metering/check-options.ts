/**
 * Checks what a caller says about counting, before anything is opened. Knows nothing of how counts are kept.
 */
import { describe } from "../describe.js";
import { ScanError } from "../errors.js";

/** @throws ScanError `invalid_option` */
export function checkMeterOptions(options: object): void {
  const { organisation, store, databaseName, now, retainMs } = options as Record<string, unknown>;
  for (const [name, value] of Object.entries({ organisation, databaseName }))
    if (value !== undefined && typeof value !== "string") refuse(name, "a text", value);
  if (now !== undefined && typeof now !== "function") refuse("now", "a function that gives milliseconds", now);
  if (retainMs !== undefined && !(typeof retainMs === "number" && retainMs >= 0))
    refuse("retainMs", "a number of milliseconds, 0 or more", retainMs);
  if (store !== undefined && (typeof store !== "object" || store === null)) refuse("store", "a store", store);
}

function refuse(name: string, wanted: string, value: unknown): never {
  throw new ScanError("invalid_option", `${name} takes ${wanted}, not ${describe(value)}.`);
}
