/** What has been used, refused and changed: usage by day, format, code and device; slots; refusals; the audit log. */
import { DAY_MS, dayStart } from "../../../src/rules/period.js";
import { encodeBase64url } from "../../../src/rules/protocol/base64url.js";
import { demandMay } from "../domain/access.js";
import { type AuditHead, type AuditRecord, firstBreak } from "../domain/audit.js";
import { demand } from "../domain/domain-error.js";
import type { DayRange, Page, Paged, Records, RefusalCount, UsageQuery, UsageRow } from "../ports.js";
import { type Admin, look, PAGE_LIMIT } from "./admin.js";

/** Most days of one question. */
export const DAYS_AT_MOST = 3660;

function demandRange({ from, to }: DayRange): void {
  const [first, last] = [dayStart(from), dayStart(to)];
  demand(!Number.isNaN(first) && !Number.isNaN(last), "A day is written YYYY-MM-DD.");
  demand(first <= last && last - first <= DAYS_AT_MOST * DAY_MS, `A range takes 1–${DAYS_AT_MOST} days, in order.`);
}

/** Sums of scans, by whatever is asked for; the days are those that the devices counted them in. */
export async function usageOf(admin: Admin, query: UsageQuery): Promise<readonly UsageRow[]> {
  demandRange(query);
  await look(admin, "usage.read", query.organisation, async () => undefined);
  return admin.ports.store.usage(query);
}

/** Most rows of a page of usage. */
export const USAGE_ROWS = 10_000;

/** The same in pages. A page begins after the group that the last one ended with, whatever has been counted since. */
export async function usagePage(admin: Admin, query: UsageQuery, page: Page): Promise<Paged<UsageRow>> {
  const rows = await usageOf(admin, query);
  const cursorOf = (row: UsageRow) =>
    encodeBase64url(new TextEncoder().encode(JSON.stringify(query.groupBy.map((name) => row[name]))));
  const first = page.after === undefined ? 0 : rows.findIndex((row) => cursorOf(row) === page.after) + 1;
  demand(page.after === undefined || first > 0, "`after` is not from an answer to this question.");
  const limit = Math.min(Math.max(page.limit, 1), USAGE_ROWS);
  const shown = rows.slice(first, first + limit);
  const last = shown.at(-1);
  return last !== undefined && first + limit < rows.length ? { rows: shown, next: cursorOf(last) } : { rows: shown };
}

/** The 480 counters of a day: of a code, or of an item that limits concurrent devices (R60–R62). */
export async function slotsOfDay(
  admin: Admin,
  organisation: string,
  account: string,
  day: string,
): Promise<readonly number[]> {
  demandRange({ from: day, to: day });
  await look(admin, "usage.read", organisation, async () => undefined);
  return admin.ports.store.slotCounts(organisation, account, day);
}

/** Refused authorisations by day, code and reason; those for nobody that exists are the server's own. */
export async function refusalsOf(
  admin: Admin,
  organisation: string,
  range: DayRange,
): Promise<readonly RefusalCount[]> {
  demandRange(range);
  demandMay(admin.actor, "refusal.read", organisation);
  return admin.ports.store.refusals(organisation, range);
}

/** Records of the audit log, oldest first, from the one after a sequence number. */
export const auditLog = (
  admin: Admin,
  organisation: string,
  afterSequence = 0,
  limit = PAGE_LIMIT,
): Promise<readonly AuditRecord[]> =>
  look(admin, "audit.read", organisation, (records) =>
    records.audit.list(organisation, afterSequence, Math.min(Math.max(limit, 1), PAGE_LIMIT)),
  );

async function wholeChain(records: Records, organisation: string): Promise<AuditRecord[]> {
  const chain: AuditRecord[] = [];
  let page: readonly AuditRecord[];
  do {
    page = await records.audit.list(organisation, chain.at(-1)?.sequence ?? 0, PAGE_LIMIT);
    chain.push(...page);
  } while (page.length === PAGE_LIMIT);
  return chain;
}

/** Whether the chain holds; with a head that was noted elsewhere, also that nothing was cut off or written anew. */
export const checkAudit = (
  admin: Admin,
  organisation: string,
  noted?: AuditHead,
): Promise<{ readonly head: AuditHead | undefined; readonly firstBreak: number | undefined }> =>
  look(admin, "audit.read", organisation, async (records) => {
    const chain = await wholeChain(records, organisation);
    const head = await records.audit.head(organisation);
    return { head, firstBreak: firstBreak(chain, admin.ports.keys.sha256, noted) };
  });
