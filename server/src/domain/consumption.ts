/**
 * Which of several items behind a code is used first, and how units are spread over them. Pure; it must not know where
 * balances are kept.
 */
import { SEATS } from "../../../src/rules/seats.js";
import type { HandshakeCode } from "./handshake-code.js";
import { type LicenseItem, quotaAt, termAt } from "./license-item.js";

/** Exact names are more specific than `*.`, and that more than no binding; the widest domain of the list counts. */
function breadth({ settings: { domains } }: LicenseItem): number {
  if (domains.length === 0) return 2;
  return domains.some((domain) => domain.startsWith("*.")) ? 1 : 0;
}

const RESTRICTION = { unlimited: 0, "refuse-new-device": 1, "refuse-all": 2 };

type Rank = (item: LicenseItem, now: number) => number;

/** Smaller is used earlier: nearest expiry, then most specific, then least restrictive. */
const RANKS: readonly Rank[] = [
  (item, now) => termAt(item, now)?.end ?? Number.MAX_VALUE,
  breadth,
  (item) => RESTRICTION[SEATS[item.type].atLimit],
  (item) => -item.settings.graceDays,
  (item) => -item.settings.overage,
  (item) => item.createdAt,
];

/** Order of two items by the rules; the id decides between equals, so that every node sees the same order. */
export function compareItems(a: LicenseItem, b: LicenseItem, now: number): number {
  for (const rank of RANKS) {
    const difference = rank(a, now) - rank(b, now);
    if (difference !== 0) return difference;
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The items of a code in the order in which they are used: by the rules, or as the owner has put them. */
export function consumptionOrder(code: HandshakeCode, items: readonly LicenseItem[], now: number): LicenseItem[] {
  const behind = code.items.flatMap((id) => items.find((item) => item.id === id) ?? []);
  return code.order === "owner" ? behind : behind.sort((a, b) => compareItems(a, b, now));
}

/** An account that scans are charged to: one item in one of its periods. */
export interface Account {
  readonly item: string;
  /** Start of the period; another period is another account, so nothing rolls over (R75). */
  readonly period: number;
  readonly quota: number;
  readonly overage: number;
}

export const accountOf = (item: LicenseItem, now: number): Account => ({
  item: item.id,
  period: termAt(item, now)?.start ?? 0,
  quota: quotaAt(item, now),
  overage: item.settings.overage,
});

/**
 * Spreads units over accounts in their order: first up to the quotas, then up to the overages; what is left is excess and
 * stays with the last account, so that nothing is ever lost. Returns the units added to each account.
 */
export function allot(units: number, accounts: readonly Account[], used: readonly number[]): number[] {
  const added = accounts.map(() => 0);
  let left = units;
  const fill = (limitOf: (account: Account) => number) =>
    accounts.forEach((account, index) => {
      const taken = (used[index] ?? 0) + (added[index] as number);
      const part = Math.min(left, Math.max(limitOf(account) - taken, 0));
      added[index] = (added[index] as number) + part;
      left -= part;
    });
  fill(({ quota }) => quota);
  fill(({ quota, overage }) => quota + overage);
  if (accounts.length > 0) added[accounts.length - 1] = (added.at(-1) as number) + left;
  return added;
}
