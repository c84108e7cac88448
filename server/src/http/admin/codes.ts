/** Routes of handshake codes and of the licence keys that lead to them. Session passwords go in and never come out. */
import { Type } from "typebox";
import {
  changeCode,
  createCode,
  deleteCode,
  getCode,
  licenseKeyOf,
  listCodes,
  setDefaultCode,
} from "../../usecases/admin-codes.js";
import { type AdminRoute, adminRoute, choice, PAGE_QUERY, paged, pageOf, recordId, time } from "./admin-route.js";

const CODE_NAME = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$",
  description: "The part after `organisation-`; never changes.",
});
const ITEMS = Type.Array(recordId("A licence item's id."), {
  maxItems: 64,
  description: "Ids of the licence items behind the code, in the owner's order.",
});
const ORDER = choice(["automatic", "owner"] as const, {
  description:
    "Which item is used first: `automatic` takes the nearest expiry, then the most specific, then the least restrictive; `owner` the order of `items`.",
});

/** Domains that something is bound to. */
export const DOMAINS = Type.Array(Type.String({ minLength: 1, maxLength: 260 }), {
  maxItems: 64,
  description: "Exact names or `*.` names, without https:// and port; none binds to nothing: every domain may.",
});
const SESSION_PASSWORD = Type.String({ minLength: 1, maxLength: 128, format: "password" });

const CODE = Type.Object(
  {
    name: CODE_NAME,
    code: Type.String({ description: "The code as a whole, `organisation-name`." }),
    isDefault: Type.Boolean({ description: "Used where an application names the organisation only." }),
    items: ITEMS,
    order: ORDER,
    domains: DOMAINS,
    passwords: Type.Integer({ description: "How many session passwords are accepted; what they are cannot be read." }),
    createdAt: time("When the code was made."),
  },
  { title: "Code" },
);

const NAMED = Type.Object({ code: CODE_NAME });

export const CODE_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/codes",
    id: "listCodes",
    summary: "List handshake codes.",
    tag: "codes",
    action: "code.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(CODE),
    run: ({ admin, organisation, query }) => listCodes(admin, organisation, pageOf(query)),
  }),
  adminRoute({
    method: "POST",
    path: "/codes",
    id: "createCode",
    summary: "Make a handshake code.",
    description: "The first becomes the default. Names are unique: repeating the request answers `conflict`.",
    tag: "codes",
    action: "code.create",
    body: Type.Object({ name: CODE_NAME }, { additionalProperties: false }),
    reply: CODE,
    status: 201,
    run: ({ admin, organisation, body: { name } }) => createCode(admin, organisation, name),
  }),
  adminRoute({
    method: "GET",
    path: "/codes/:code",
    id: "getCode",
    summary: "Show a handshake code.",
    tag: "codes",
    action: "code.read",
    params: NAMED,
    reply: CODE,
    run: ({ admin, organisation, params }) => getCode(admin, organisation, params.code),
  }),
  adminRoute({
    method: "PATCH",
    path: "/codes/:code",
    id: "changeCode",
    summary: "Change what stands behind a code and who may use it.",
    description: "What is left out stays. The code itself never changes, so applications need no change.",
    tag: "codes",
    action: "code.change",
    params: NAMED,
    body: Type.Object(
      {
        items: Type.Optional(ITEMS),
        order: Type.Optional(ORDER),
        domains: Type.Optional(DOMAINS),
        passwords: Type.Optional(
          Type.Array(SESSION_PASSWORD, {
            maxItems: 2,
            description: "Session passwords to accept from now on: one, two while one replaces the other, or none.",
          }),
        ),
      },
      { additionalProperties: false },
    ),
    reply: CODE,
    run: ({ admin, organisation, params, body }) => changeCode(admin, organisation, params.code, body),
  }),
  adminRoute({
    method: "PUT",
    path: "/codes/:code/default",
    id: "setDefaultCode",
    summary: "Make a code the default.",
    tag: "codes",
    action: "code.change",
    params: NAMED,
    run: async ({ admin, organisation, params }) => {
      await setDefaultCode(admin, organisation, params.code);
    },
  }),
  adminRoute({
    method: "DELETE",
    path: "/codes/:code",
    id: "deleteCode",
    summary: "Delete a handshake code.",
    description: "Applications with its licence key are refused from then on. The default goes last.",
    tag: "codes",
    action: "code.remove",
    params: NAMED,
    run: ({ admin, organisation, params }) => deleteCode(admin, organisation, params.code),
  }),
  adminRoute({
    method: "POST",
    path: "/codes/:code/license-key",
    id: "getLicenseKey",
    summary: "Write the licence key that leads to a code.",
    description:
      "Changes nothing: the same content always gives the same key. An increase or a renewal needs no other.",
    tag: "codes",
    action: "code.read",
    params: NAMED,
    body: Type.Object(
      {
        servers: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 512, format: "uri" }), {
            minItems: 1,
            maxItems: 8,
            description: "URLs of servers, the main one first; this server's own where absent.",
          }),
        ),
        password: Type.Optional(SESSION_PASSWORD),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ licenseKey: Type.String() }),
    run: async ({ admin, organisation, params, body, servers }) => {
      const { password } = body;
      const to = { servers: body.servers ?? servers, ...(password === undefined ? {} : { password }) };
      return { licenseKey: await licenseKeyOf(admin, organisation, params.code, to) };
    },
  }),
];
