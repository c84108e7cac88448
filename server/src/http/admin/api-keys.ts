/** Routes of API keys. A key's text comes out once, when it is made; its hash never. */
import { Type } from "typebox";
import { createApiKey, listApiKeys, revokeApiKey } from "../../usecases/admin-users.js";
import { type AdminRoute, adminRoute, ofServerToo, PAGE_QUERY, paged, pageOf, recordId, time } from "./admin-route.js";
import { NAME } from "./organisations.js";
import { ROLE } from "./users.js";

const FIELDS = {
  id: Type.String(),
  label: Type.String(),
  role: ROLE,
  createdAt: time("When the key was made."),
  expiresAt: Type.Optional(time("From when on it is none.")),
  revokedAt: Type.Optional(time("Since when it is none.")),
};
const API_KEY = Type.Object(FIELDS, { title: "ApiKey" });
const NEW_API_KEY = Type.Object(
  {
    ...FIELDS,
    text: Type.String({ description: "What is sent as Bearer. Shown this once: nobody can read it again." }),
  },
  { title: "NewApiKey" },
);

export const API_KEY_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/api-keys",
    id: "listApiKeys",
    summary: "List the API keys of an organisation.",
    tag: "api-keys",
    action: "key.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(API_KEY),
    run: ({ admin, organisation, query }) => listApiKeys(admin, organisation, pageOf(query)),
  }),
  adminRoute({
    method: "POST",
    path: "/api-keys",
    id: "createApiKey",
    summary: "Make an API key.",
    description: "Repeating the request makes another key; revoke the one whose text was lost.",
    tag: "api-keys",
    action: "key.create",
    body: Type.Object(
      { label: NAME, role: ROLE, expiresAt: Type.Optional(time("From when on it is none; never where absent.")) },
      { additionalProperties: false },
    ),
    reply: NEW_API_KEY,
    status: 201,
    run: ({ admin, organisation, body }) => createApiKey(admin, organisation, body),
  }),
  adminRoute({
    method: "DELETE",
    path: "/api-keys/:key",
    id: "revokeApiKey",
    summary: "Revoke an API key.",
    description: "At once and for good; the key stays in the list.",
    tag: "api-keys",
    action: "key.revoke",
    params: Type.Object({ key: recordId("The key's id, which is not its text.") }),
    reply: API_KEY,
    run: ({ admin, organisation, params }) => revokeApiKey(admin, organisation, params.key),
  }),
].flatMap(ofServerToo);
