/** Routes of a session that is open: who one is, signing out, one's own password. */
import { Type } from "typebox";
import { ROLES } from "../../domain/access.js";
import { DomainError } from "../../domain/domain-error.js";
import { changeOwnPassword, endSession } from "../../usecases/admin-sessions.js";
import { type AdminRoute, adminRoute, choice } from "./admin-route.js";
import { demandAttempt } from "./attempt.js";

/** A stolen session must not try out passwords. */
const ATTEMPTS = 10;

/** Who asks. */
export const ACTOR = Type.Object(
  {
    id: Type.String({ description: "`user:` or `key:` and its id, as in the audit log." }),
    role: choice(ROLES),
    organisation: Type.String({ description: "Empty for the server's own people and keys." }),
  },
  { title: "Actor" },
);

/** A new password. */
export const PASSWORD = Type.String({ minLength: 12, maxLength: 256, format: "password" });

export const SESSION_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/session",
    scope: "own",
    id: "getSession",
    summary: "Tell who is signed in.",
    tag: "session",
    action: "session.read",
    reply: Type.Object({ actor: ACTOR }),
    run: async ({ admin }) => ({ actor: admin.actor }),
  }),
  adminRoute({
    method: "DELETE",
    path: "/session",
    scope: "own",
    id: "endSession",
    summary: "Sign out.",
    description: "Ends the session whose token is sent. An API key is no session: it is revoked.",
    tag: "session",
    action: "session.end",
    run: async ({ admin, session }) => {
      if (session === undefined)
        throw new DomainError("conflict", "An API key has no session; revoke the key instead.");
      await endSession(admin, session);
    },
  }),
  adminRoute({
    method: "PUT",
    path: "/session/password",
    scope: "own",
    id: "changeOwnPassword",
    summary: "Give oneself another password.",
    description: `Ends all sessions of the user, this one too. ${ATTEMPTS} attempts in fifteen minutes.`,
    tag: "session",
    action: "password.change",
    problems: ["too_many_attempts"],
    body: Type.Object(
      { current: Type.String({ minLength: 1, maxLength: 256, format: "password" }), next: PASSWORD },
      { additionalProperties: false },
    ),
    run: async ({ admin, body: { current, next }, attempts, session }) => {
      // A key has no password to try.
      if (session === undefined) return changeOwnPassword(admin, current, next);
      const name = `password of ${admin.actor.organisation} ${admin.actor.id}`;
      await demandAttempt(attempts, [{ name, limit: ATTEMPTS }]);
      await changeOwnPassword(admin, current, next);
      return attempts.forget(name);
    },
  }),
];
