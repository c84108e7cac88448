/**
 * The frame of every admin verb: the actor must be allowed to, and each change leaves a record in the audit chain of its
 * organisation, in the same transaction. It must not know what the verbs do.
 */
import { type Action, type Actor, demandMay } from "../domain/access.js";
import { type AuditDraft, nextRecord } from "../domain/audit.js";
import { demand, found } from "../domain/domain-error.js";
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

/** What was asked for had been done already: a repeated request changes nothing and is not noted again. */
export interface Repeated<T> {
  readonly repeated: T;
}

/** Most rows of a page. */
export const PAGE_LIMIT = 500;

/** A page within bounds. */
export const pageWithin = ({ limit, after }: Page): Page => ({
  limit: Math.min(Math.max(Math.trunc(limit) || 1, 1), PAGE_LIMIT),
  ...(after === undefined ? {} : { after }),
});

/** The id for a new record: a fresh one, or the caller's own, under which a repeated request makes nothing twice. */
export function newId({ ports }: Admin, own: string | undefined): string {
  demand(own === undefined || /^[A-Za-z0-9]{16,64}$/.test(own), "An id of your own takes 16–64 letters and digits.");
  return own ?? ports.random.id();
}

const demandOrganisation = async (records: Records, organisation: string): Promise<void> => {
  if (organisation !== SERVER) found(await records.organisations.get(organisation), "such organisation");
};

/** Changes something of an organisation, and notes it. */
export async function change<T>(
  { ports, actor }: Admin,
  action: Action,
  organisation: string,
  work: (records: Records, now: number) => Promise<Noted<T> | Repeated<T>>,
): Promise<T> {
  demandMay(actor, action, organisation);
  const now = ports.clock.now();
  const changed = ports.store.transaction(async (records) => {
    if (action !== "organisation.create") await demandOrganisation(records, organisation);
    const done = await work(records, now);
    if ("repeated" in done) return done.repeated;
    const { result, target, detail = {} } = done;
    const draft = { organisation, at: now, actor: actor.id, action, target, detail };
    const head = await records.audit.head(organisation);
    await records.audit.append(nextRecord(head, draft, ports.keys.sha256));
    return result;
  });
  // Also after a failure: nobody knows whether a commit whose answer was lost took place.
  return changed.finally(() => ports.memory?.forget(organisation));
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
