/** Routes of what was used and refused. Days are those that the devices counted in, UTC. */
import { Type } from "typebox";
import type { UsageQuery } from "../../ports.js";
import { refusalsOf, slotsOfDay, USAGE_ROWS, usagePage } from "../../usecases/admin-usage.js";
import { type AdminRoute, adminRoute, day, ofServerToo, paged, pageOf, recordId } from "./admin-route.js";

const RANGE = { from: day("First day."), to: day("Last day, included.") };
const GROUPS = ["day", "metric", "code", "device"] as const;
const GROUP = `(${GROUPS.join("|")})`;

const USAGE_ROW = Type.Object(
  {
    day: Type.Optional(Type.String()),
    metric: Type.Optional(Type.String({ description: "Symbology." })),
    code: Type.Optional(Type.String({ description: "Handshake code." })),
    device: Type.Optional(Type.String()),
    count: Type.Integer({ description: "Scans." }),
  },
  { title: "UsageRow" },
);

const REFUSAL = Type.Object(
  {
    day: Type.String(),
    code: Type.String({ description: "Handshake code; empty where none is known." }),
    refusal: Type.String({ description: "Stable code of the reason." }),
    count: Type.Integer({ description: "Authorisations that were refused." }),
  },
  { title: "Refusal" },
);

export const USAGE_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/usage",
    id: "getUsage",
    summary: "Count scans by day, symbology, code and device.",
    description: "Rows are in the order of their groups; one row where no group is asked for.",
    tag: "usage",
    action: "usage.read",
    query: Type.Object({
      ...RANGE,
      groupBy: Type.Optional(
        Type.String({
          pattern: `^${GROUP}(,${GROUP}){0,3}$`,
          description: `Any of ${GROUPS.join(", ")}, with commas; metric is the symbology.`,
          examples: ["day,metric"],
        }),
      ),
      code: Type.Optional(recordId("Only this handshake code, as a whole.")),
      device: Type.Optional(recordId("Only this device.")),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: USAGE_ROWS, default: 1000 })),
      after: Type.Optional(
        Type.String({ pattern: "^[A-Za-z0-9_-]{1,1000}$", description: "`next` of the page before." }),
      ),
    }),
    reply: paged(USAGE_ROW),
    run: ({ admin, organisation, query: { groupBy, limit = 1000, after, ...rest } }) => {
      const groups = [...new Set(groupBy?.split(",") ?? [])] as UsageQuery["groupBy"];
      return usagePage(admin, { ...rest, organisation, groupBy: groups }, pageOf({ limit, ...(after && { after }) }));
    },
  }),
  adminRoute({
    method: "GET",
    path: "/slots",
    id: "getSlots",
    summary: "Count devices at a time, for each three minutes of a day.",
    tag: "usage",
    action: "usage.read",
    query: Type.Object({
      account: recordId("A handshake code as a whole, or the id of a licence item that limits concurrent devices."),
      day: day("The day."),
    }),
    reply: Type.Object({
      counts: Type.Array(Type.Integer(), {
        minItems: 480,
        maxItems: 480,
        description: "Unique devices of each slot of three minutes, from 00:00 UTC on.",
      }),
    }),
    run: async ({ admin, organisation, query }) => ({
      counts: await slotsOfDay(admin, organisation, query.account, query.day),
    }),
  }),
  ...ofServerToo(
    adminRoute({
      method: "GET",
      path: "/refusals",
      id: "getRefusals",
      summary: "Count refused authorisations by day, code and reason.",
      description: "Those for organisations that do not exist are the server's own.",
      tag: "usage",
      action: "refusal.read",
      query: Type.Object(RANGE),
      reply: Type.Object({ rows: Type.Array(REFUSAL) }),
      run: async ({ admin, organisation, query }) => ({ rows: await refusalsOf(admin, organisation, query) }),
    }),
  ),
];
