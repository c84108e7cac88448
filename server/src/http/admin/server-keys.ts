/** Routes of the server's own keys: which there are and how long they hold. The keys themselves stay sealed inside. */
import { Type } from "typebox";
import { listServerKeys } from "../../usecases/admin-server-keys.js";
import { type AdminRoute, adminRoute, choice, PAGE_QUERY, paged, pageOf, time } from "./admin-route.js";

const SERVER_KEY = Type.Object(
  {
    id: Type.String({ description: "Its `kid`." }),
    purpose: choice(["root", "signing", "encryption", "ticket"] as const, {
      description:
        "`root` signs the key set and is named by licence keys; `signing` signs authorisations; `encryption` opens requests to authorise; `ticket` seals session tickets.",
    }),
    createdAt: time("When it was made."),
    retiredAt: Type.Optional(time("From when on it makes nothing new.")),
    expiresAt: Type.Optional(time("Until when what it made is good.")),
  },
  { title: "ServerKey" },
);

export const SERVER_KEY_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/keys",
    scope: "server",
    id: "listServerKeys",
    summary: "List the keys of the server.",
    tag: "server",
    action: "server-key.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(SERVER_KEY),
    run: ({ admin, query }) => listServerKeys(admin, pageOf(query)),
  }),
];
