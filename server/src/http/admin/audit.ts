/** Routes of the audit log. */
import { Type } from "typebox";
import { demand } from "../../domain/domain-error.js";
import { PAGE_LIMIT } from "../../usecases/admin.js";
import { auditLog, checkAudit } from "../../usecases/admin-usage.js";
import { type AdminRoute, adminRoute, ofServerToo, paged, time } from "./admin-route.js";

const HASH = Type.String({ pattern: "^[0-9a-f]{64}$", description: "SHA-256, hexadecimal." });
const SEQUENCE = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "1, 2, 3 … without gaps." });

const RECORD = Type.Object(
  {
    sequence: SEQUENCE,
    at: time("When."),
    actor: Type.String({ description: "`user:` or `key:` and its id, or the command line." }),
    action: Type.String(),
    target: Type.String({ description: "Id of what was changed." }),
    detail: Type.Record(
      Type.String(),
      Type.Unsafe<string | number | boolean>({ type: ["string", "number", "boolean"] }),
    ),
    previous: HASH,
    hash: HASH,
  },
  { title: "AuditRecord" },
);

export const AUDIT_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/audit",
    id: "listAudit",
    summary: "List the audit log of an organisation.",
    description: "Oldest first.",
    tag: "audit",
    action: "audit.read",
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT, default: 50 })),
      after: Type.Optional(
        Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "`next` of the page before." }),
      ),
    }),
    reply: paged(RECORD),
    run: async ({ admin, organisation, query: { limit = 50, after = 0 } }) => {
      const rows = await auditLog(admin, organisation, after, limit);
      const last = rows.at(-1)?.sequence;
      const isCut = rows.length === limit && (await auditLog(admin, organisation, last, 1)).length > 0;
      return isCut ? { rows, next: String(last) } : { rows };
    },
  }),
  adminRoute({
    method: "GET",
    path: "/audit/check",
    id: "checkAudit",
    summary: "Check the chain of the audit log of an organisation.",
    description:
      "With a head that was noted elsewhere (`sequence` and `hash`), also that nothing was cut off or written anew since.",
    tag: "audit",
    action: "audit.read",
    query: Type.Object({ sequence: Type.Optional(SEQUENCE), hash: Type.Optional(HASH) }),
    reply: Type.Object({
      holds: Type.Boolean(),
      firstBreak: Type.Optional(Type.Integer({ description: "The first record that does not fit." })),
      head: Type.Optional(
        Type.Object({ sequence: SEQUENCE, hash: HASH }, { description: "Note it somewhere else for later checks." }),
      ),
    }),
    run: async ({ admin, organisation, query: { sequence, hash } }) => {
      demand((sequence === undefined) === (hash === undefined), "A head that was noted has both sequence and hash.");
      const noted = sequence !== undefined && hash !== undefined ? { sequence, hash } : undefined;
      const { head, firstBreak } = await checkAudit(admin, organisation, noted);
      return {
        holds: firstBreak === undefined,
        ...(firstBreak === undefined ? {} : { firstBreak }),
        ...(head === undefined ? {} : { head }),
      };
    },
  }),
].flatMap(ofServerToo);
