/**
 * What a caller may say about counting, checked before anything is opened. Knows nothing of how counts are kept.
 */
import { between, type Checks, clock, takes, text } from "../option-check.js";
import type { Store } from "./store.js";

/** Whom a meter counts for, and where it keeps its counts. */
export interface MeterOptions {
  /** Whom the scans are counted for; empty without a licence. @default "" */
  readonly organisation?: string;
  /** Where counts are kept. @default IndexedDB, or memory where that cannot be had */
  readonly store?: Store;
  /** Name of the database. @default "tallymark" */
  readonly databaseName?: string;
  /** Clock in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** How long counts stay after the server has accepted them (R13). @default 35 days */
  readonly retainMs?: number;
}

/** A check for each meter option. */
export const METER_CHECKS = {
  organisation: text,
  store: takes<Store>((value) => typeof value === "object" && value !== null, "a store")(undefined),
  databaseName: text,
  now: clock(undefined),
  retainMs: between(0, 0, Number.POSITIVE_INFINITY, "a number of milliseconds, 0 or more"),
} satisfies Checks<MeterOptions>;
