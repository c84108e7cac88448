/** Routes of users: people of an organisation, and operators of the server. Password hashes never come out. */
import { Type } from "typebox";
import { ROLES } from "../../domain/access.js";
import { changeUser, createUser, getUser, listUsers } from "../../usecases/admin-users.js";
import {
  type AdminRoute,
  adminRoute,
  choice,
  ofServerToo,
  PAGE_QUERY,
  paged,
  pageOf,
  recordId,
  time,
} from "./admin-route.js";
import { NAME } from "./organisations.js";
import { PASSWORD } from "./sessions.js";

const LOGIN = Type.String({
  minLength: 3,
  maxLength: 120,
  description:
    "What is typed to sign in, such as an e-mail address; one of its kind on the server, case does not matter.",
});

/** What somebody may do. */
export const ROLE = choice(ROLES, {
  description: "An operator runs the server, an owner runs one organisation, a viewer looks at one.",
});

const USER = Type.Object(
  {
    id: Type.String(),
    login: Type.String(),
    name: Type.String(),
    role: ROLE,
    createdAt: time("When the user was made."),
    disabledAt: Type.Optional(time("Since when the door is shut.")),
  },
  { title: "User" },
);

const ID = Type.Object({ user: recordId("The user's id.") });

export const USER_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/users",
    id: "listUsers",
    summary: "List the users of an organisation.",
    tag: "users",
    action: "user.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(USER),
    run: ({ admin, organisation, query }) => listUsers(admin, organisation, pageOf(query)),
  }),
  adminRoute({
    method: "POST",
    path: "/users",
    id: "createUser",
    summary: "Make a user.",
    description: "Logins are unique, so repeating the request answers `conflict` and makes nobody twice.",
    tag: "users",
    action: "user.create",
    body: Type.Object({ login: LOGIN, name: NAME, role: ROLE, password: PASSWORD }, { additionalProperties: false }),
    reply: USER,
    status: 201,
    run: ({ admin, organisation, body }) => createUser(admin, organisation, body),
  }),
  adminRoute({
    method: "GET",
    path: "/users/:user",
    id: "getUser",
    summary: "Show a user.",
    tag: "users",
    action: "user.read",
    params: ID,
    reply: USER,
    run: ({ admin, organisation, params }) => getUser(admin, organisation, params.user),
  }),
  adminRoute({
    method: "PATCH",
    path: "/users/:user",
    id: "changeUser",
    summary: "Change a user.",
    description: "Another password or role, and shutting the door, end all sessions of the user.",
    tag: "users",
    action: "user.change",
    params: ID,
    body: Type.Object(
      {
        name: Type.Optional(NAME),
        role: Type.Optional(ROLE),
        password: Type.Optional(PASSWORD),
        isDisabled: Type.Optional(Type.Boolean({ description: "True shuts the door, false opens it." })),
      },
      { additionalProperties: false },
    ),
    reply: USER,
    run: ({ admin, organisation, params, body }) => changeUser(admin, organisation, params.user, body),
  }),
].flatMap(ofServerToo);
