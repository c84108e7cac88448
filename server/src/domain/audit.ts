/**
 * The audit log of an organisation: records chained by hash, so that none can be changed, left out or put in between
 * without a trace. Pure; the hash function is passed in. It must not know what the actions mean.
 */

export interface AuditDraft {
  readonly organisation: string;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** Facts for people; never a secret. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditRecord extends AuditDraft {
  /** 1, 2, 3 … within the organisation. */
  readonly sequence: number;
  /** Hash of the record before; {@link CHAIN_START} for the first. */
  readonly previous: string;
  readonly hash: string;
}

/** End of a chain, as it is noted outside the server: shows that nothing was cut off. */
export type AuditHead = Pick<AuditRecord, "sequence" | "hash">;

export const CHAIN_START = "0".repeat(64);

/** SHA-256 of a text, 64 hexadecimal digits. */
export type Sha256 = (text: string) => string;

/** What is hashed: every field, in a fixed order, details by name. */
const canonical = (record: Omit<AuditRecord, "hash">): string =>
  JSON.stringify([
    record.organisation,
    record.sequence,
    record.at,
    record.actor,
    record.action,
    record.target,
    Object.entries(record.detail).sort(([a], [b]) => (a < b ? -1 : 1)),
    record.previous,
  ]);

/** The record that follows the last one of a chain. */
export function nextRecord(last: AuditHead | undefined, draft: AuditDraft, sha256: Sha256): AuditRecord {
  const record = { ...draft, sequence: (last?.sequence ?? 0) + 1, previous: last?.hash ?? CHAIN_START };
  return { ...record, hash: sha256(canonical(record)) };
}

/**
 * Sequence number of the first record that does not fit: changed, missing, moved or put in. Undefined where the chain
 * holds. With a head that was noted elsewhere, a cut or rewritten chain shows too.
 */
export function firstBreak(chain: readonly AuditRecord[], sha256: Sha256, head?: AuditHead): number | undefined {
  let last: AuditRecord | undefined;
  for (const record of chain) {
    const { hash, ...rest } = record;
    const isNext = record.sequence === (last?.sequence ?? 0) + 1 && record.previous === (last?.hash ?? CHAIN_START);
    const isSameTenant = last === undefined || record.organisation === last.organisation;
    if (!isNext || !isSameTenant || sha256(canonical(rest)) !== hash) return (last?.sequence ?? 0) + 1;
    if (head?.sequence === record.sequence && head.hash !== hash) return record.sequence;
    last = record;
  }
  const length = last?.sequence ?? 0;
  return head !== undefined && head.sequence > length ? length + 1 : undefined;
}
