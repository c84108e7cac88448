/** The cold records over a connection of either dialect. It must not know the transaction that it is used in. */
import type { Attempts } from "../../domain/attempts.js";
import type { AuditHead, AuditRecord } from "../../domain/audit.js";
import { DomainError } from "../../domain/domain-error.js";
import type { HandshakeCode } from "../../domain/handshake-code.js";
import type { LicenseItem } from "../../domain/license-item.js";
import type { Order } from "../../domain/order.js";
import type { Organisation } from "../../domain/organisation.js";
import type { PortalSession } from "../../domain/portal-session.js";
import type { ServerKey } from "../../domain/server-key.js";
import type { ApiKey, User } from "../../domain/user.js";
import type { Records } from "../../ports.js";
import type { Connection } from "./connection.js";
import { deviceRecords, seatRecords } from "./device-records.js";
import { type DocumentRow, documentTable, paged, startOf } from "./document-table.js";
import { type Statement, statement } from "./statement.js";

const idOf = ({ id }: { readonly id: string }): string => id;

const users = documentTable<User>({
  table: "app_user",
  idOf,
  columns: ["login"],
  columnsOf: ({ login }) => ({ login }),
  conflict: "This login is taken.",
});
const apiKeys = documentTable<ApiKey>({ table: "api_key", idOf });
const sessions = documentTable<PortalSession>({
  table: "portal_session",
  idOf,
  columns: ["user_id", "expires_at"],
  columnsOf: ({ user, expiresAt }) => ({ user_id: user, expires_at: expiresAt }),
});
const attempts = documentTable<Attempts>({
  table: "sign_in_attempt",
  idOf,
  columns: ["since"],
  columnsOf: ({ since }) => ({ since }),
});
const keyring = documentTable<ServerKey>({ table: "server_key", idOf });
const codes = documentTable<HandshakeCode>({ table: "handshake_code", idOf: ({ name }) => name });
const items = documentTable<LicenseItem>({ table: "license_item", idOf });
const orders = documentTable<Order>({ table: "license_order", idOf });

const userByLogin: Statement<DocumentRow> = statement((db, arg) =>
  db.selectFrom("app_user").select("doc").where("login", "=", arg("login")),
);
const removeSessionsOfUser = statement((db, arg) =>
  db.deleteFrom("portal_session").where("org_id", "=", arg("org")).where("user_id", "=", arg("user")),
);
const removeExpiredSessions = statement((db, arg) =>
  db.deleteFrom("portal_session").where("expires_at", "<", arg("before")),
);

const removeExpiredAttempts = statement((db, arg) =>
  db.deleteFrom("sign_in_attempt").where("since", "<", arg("before")),
);

const getOrganisation: Statement<DocumentRow> = statement((db, arg) =>
  db.selectFrom("organisation").select("doc").where("id", "=", arg("id")),
);
const insertOrganisation = statement((db, arg) =>
  db
    .insertInto("organisation")
    .values({ id: arg("id"), doc: arg("doc") })
    .onConflict((conflict) => conflict.doNothing()),
);
const updateOrganisation = statement((db, arg) =>
  db
    .updateTable("organisation")
    .set({ doc: arg("doc") })
    .where("id", "=", arg("id")),
);
const listOrganisations: Statement<DocumentRow> = statement((db, arg) =>
  db.selectFrom("organisation").select("doc").where("id", ">", arg("after")).orderBy("id").limit(arg("limit")),
);

const auditHead: Statement<AuditHead> = statement((db, arg) =>
  db
    .selectFrom("audit_record")
    .select(["sequence", "hash"])
    .where("org_id", "=", arg("org"))
    .orderBy("sequence", "desc")
    .limit(1),
);
const appendAudit = statement((db, arg) =>
  db
    .insertInto("audit_record")
    .values({ org_id: arg("org"), sequence: arg("sequence"), hash: arg("hash"), doc: arg("doc") })
    .onConflict((conflict) => conflict.doNothing()),
);
const listAudit: Statement<DocumentRow> = statement((db, arg) =>
  db
    .selectFrom("audit_record")
    .select("doc")
    .where("org_id", "=", arg("org"))
    .where("sequence", ">", arg("after"))
    .orderBy("sequence")
    .limit(arg("limit")),
);

const organisationOf = ({ doc }: DocumentRow) => JSON.parse(doc) as Organisation;

const organisationRecords = (at: Connection): Records["organisations"] => ({
  async get(id) {
    const row = await getOrganisation.first(at, { id });
    return row && organisationOf(row);
  },
  async insert(organisation) {
    const { id } = organisation;
    if ((await insertOrganisation.run(at, { id, doc: JSON.stringify(organisation) })) > 0) return;
    throw new DomainError("conflict", "This organisation exists already.");
  },
  async update(organisation) {
    const { id } = organisation;
    if ((await updateOrganisation.run(at, { id, doc: JSON.stringify(organisation) })) > 0) return;
    throw new DomainError("not_found", "There is no such organisation.");
  },
  async list(page) {
    const rows = await listOrganisations.all(at, { after: startOf(page), limit: page.limit + 1 });
    return paged(rows.map(organisationOf), page.limit, idOf);
  },
});

const auditRecords = (at: Connection): Records["audit"] => ({
  head: (org) => auditHead.first(at, { org }),
  async append(record) {
    const { organisation: org, sequence, hash } = record;
    const last = (await auditHead.first(at, { org }))?.sequence ?? 0;
    const isNext = sequence === last + 1;
    if (isNext && (await appendAudit.run(at, { org, sequence, hash, doc: JSON.stringify(record) })) > 0) return;
    throw new DomainError("conflict", "The audit log has moved on.");
  },
  list: async (org, after, limit) =>
    (await listAudit.all(at, { org, after, limit })).map(({ doc }) => JSON.parse(doc) as AuditRecord),
});

export const recordsOver = (at: Connection): Records => ({
  organisations: organisationRecords(at),
  users: {
    ...users(at),
    async byLogin(login) {
      const row = await userByLogin.first(at, { login });
      return row && (JSON.parse(row.doc) as User);
    },
  },
  apiKeys: apiKeys(at),
  sessions: {
    ...sessions(at),
    removeOfUser: (org, user) => removeSessionsOfUser.run(at, { org, user }),
    removeExpired: (before) => removeExpiredSessions.run(at, { before }),
  },
  attempts: {
    ...attempts(at),
    removeExpired: (before) => removeExpiredAttempts.run(at, { before }),
  },
  keyring: keyring(at),
  codes: codes(at),
  items: items(at),
  orders: orders(at),
  devices: deviceRecords(at),
  seats: seatRecords(at),
  audit: auditRecords(at),
});
