/** The route that opens a session. Attempts are throttled by login and by address. It must not know other routes. */
import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import type { Ports } from "../../ports.js";
import { openSession } from "../../usecases/admin-sessions.js";
import type { AttemptLimit } from "../../usecases/attempt-limit.js";
import { time } from "./admin-route.js";
import { demandAttempt } from "./attempt.js";
import { ProblemError } from "./problem.js";
import { problemReplies } from "./problem-replies.js";
import { ACTOR } from "./sessions.js";

const BODY = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: 120 }),
    password: Type.String({ minLength: 1, maxLength: 256, format: "password" }),
  },
  { additionalProperties: false },
);

const REPLY = Type.Object({
  token: Type.String({ description: "What is sent as Bearer. Shown this once." }),
  expiresAt: time("When the session ends unless it is used."),
  actor: ACTOR,
});

/** Attempts in fifteen minutes: for a login from one address, for a login, from one address. */
const LIMITS = { pair: 10, login: 50, address: 100 };

export function registerSignIn(app: FastifyInstance, ports: Ports, attempts: AttemptLimit): void {
  app.post<{ Body: Static<typeof BODY> }>(
    "/session",
    {
      schema: {
        operationId: "openSession",
        summary: "Sign in.",
        description: `Answers the same, after the same work, whatever is wrong. ${LIMITS.pair} attempts in fifteen minutes for a login from one address, ${LIMITS.login} for a login, ${LIMITS.address} from one address.`,
        tags: ["session"],
        security: [],
        body: BODY,
        response: {
          201: { description: "The session is open.", content: { "application/json": { schema: REPLY } } },
          ...problemReplies(["invalid", "credentials_wrong", "too_many_attempts"]),
        },
      },
    },
    async (request, reply) => {
      const { login, password } = request.body;
      const name = login.trim().toLowerCase();
      const pair = `pair ${name} ${request.ip}`;
      await demandAttempt(attempts, [
        { name: pair, limit: LIMITS.pair },
        { name: `login ${name}`, limit: LIMITS.login },
        { name: `address ${request.ip}`, limit: LIMITS.address },
      ]);
      const session = await openSession(ports, login, password);
      if (session === undefined) throw new ProblemError("credentials_wrong");
      await attempts.forget(pair);
      return reply.code(201).send(session);
    },
  );
}
