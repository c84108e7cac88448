/** Routes of the server's own keys: which there are, how long they hold, and replacing them. The keys themselves stay sealed inside. */
import { Type } from "typebox";
import { listServerKeys, rotateKeys } from "../../usecases/admin-server-keys.js";
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
    action: "keys.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(SERVER_KEY),
    run: ({ admin, query }) => listServerKeys(admin, pageOf(query)),
  }),
  adminRoute({
    method: "POST",
    path: "/keys/rotation",
    scope: "server",
    id: "rotateServerKeys",
    summary: "Replace keys of the server.",
    description:
      "What the old keys made stays good, unless they were stolen: then every device has to authorise again. The root key stays, for licence keys name it.",
    tag: "server",
    action: "keys.rotate",
    body: Type.Object(
      {
        purposes: Type.Array(choice(["signing", "encryption", "ticket"]), { minItems: 1, maxItems: 3 }),
        isStolen: Type.Optional(Type.Boolean({ description: "The old keys are good for nothing from now on." })),
      },
      { additionalProperties: false },
    ),
    run: ({ admin, rotation, body }) => rotateKeys(admin, rotation, body.purposes, body.isStolen === true),
  }),
];
