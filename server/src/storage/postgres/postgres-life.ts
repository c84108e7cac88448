/**
 * Which life of a PostgreSQL an answer is from, and how far it had come: all of it read from the database itself inside the
 * transaction, so that nodes agree without talking and a pooler cannot deceive them. It must not know what is stored.
 */
import { createHash } from "node:crypto";
import type { Commit } from "../../ports.js";
import type { Connection } from "../sql/connection.js";

/**
 * A life ends with another cluster (system identifier), a promotion or a recovery to a point in time (timeline), a database
 * that was dropped or restored from a dump (object ids), and when an operator says so (the kept text). The sequence is the
 * position in the write-ahead log, which every writing transaction moves on and no two nodes have to queue for.
 */
const LIFE = `SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS sequence, concat_ws('/',
    (SELECT system_identifier FROM pg_control_system()), left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'usage_cell'::regclass::oid, generation) AS life
  FROM store_state`;

/** Short names of lives: a hash, because clients have no business with the cluster's identity. */
const names = new Map<string, string>();
function nameOf(life: string): string {
  const name = names.get(life) ?? createHash("sha256").update(life).digest("base64url").slice(0, 16);
  names.set(life, name);
  return name;
}

/** Where the store stands; after a transaction's writes, so that its sequence is above all before it. */
export async function lifeOf(at: Connection): Promise<Commit> {
  const [row] = await at.all<{ sequence: number; life: string }>(LIFE, []);
  if (row === undefined) throw new Error("the store's state is missing");
  return { generation: nameOf(row.life), sequence: row.sequence };
}

/** True where a generation has gone back behind what this node saw before: the whole machine was set back. */
export const hasGoneBack = (before: Commit | undefined, now: Commit): boolean =>
  before !== undefined && before.generation === now.generation && now.sequence < before.sequence;
