/**
 * The frame of every admin verb: the actor must be allowed to, and each change leaves a record in the audit chain of its
 * organisation, in the same transaction. It must not know what the verbs do.
 */
import { type Action, type Actor, demandMay } from "../domain/access.js";
import { type AuditDraft, nextRecord } from "../domain/audit.js";
import { found } from "../domain/domain-error.js";
import { SERVER } from "../domain/organisation.js";
import type { Page, Ports, Records } from "../ports.js";

/** Who asks, and with which ports. */
export interface Admin {
  readonly ports: Ports;
  readonly actor: Actor;
}

/** What a change did, for the audit log. Never a secret. */
export interface Noted<T> {
  readonly result: T;
  readonly target: string;
  readonly detail?: AuditDraft["detail"];
}

/** Most rows of a page. */
export const PAGE_LIMIT = 500;

/** A page within bounds. */
export const pageWithin = ({ limit, after }: Page): Page => ({
  limit: Math.min(Math.max(Math.trunc(limit) || 1, 1), PAGE_LIMIT),
  ...(after === undefined ? {} : { after }),
});

const demandOrganisation = async (records: Records, organisation: string): Promise<void> => {
  if (organisation !== SERVER) found(await records.organisations.get(organisation), "such organisation");
};

/** Changes something of an organisation, and notes it. */
export async function change<T>(
  { ports, actor }: Admin,
  action: Action,
  organisation: string,
  work: (records: Records, now: number) => Promise<Noted<T>>,
): Promise<T> {
  demandMay(actor, action, organisation);
  const now = ports.clock.now();
  return ports.store.transaction(async (records) => {
    if (action !== "organisation.create") await demandOrganisation(records, organisation);
    const { result, target, detail = {} } = await work(records, now);
    const draft = { organisation, at: now, actor: actor.id, action, target, detail };
    const head = await records.audit.head(organisation);
    await records.audit.append(nextRecord(head, draft, ports.keys.sha256));
    return result;
  });
}

/** Looks at something of an organisation. */
export async function look<T>(
  { ports, actor }: Admin,
  action: Action,
  organisation: string,
  work: (records: Records, now: number) => Promise<T>,
): Promise<T> {
  demandMay(actor, action, organisation);
  return ports.store.read(async (records) => {
    await demandOrganisation(records, organisation);
    return work(records, ports.clock.now());
  });
}
