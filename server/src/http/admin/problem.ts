/**
 * Problems as they are sent (RFC 9457): a stable code with its status and remedy, whatever was thrown. Nothing of a fault of
 * the server's own is told. It must not know routes.
 */
import type { FastifyError } from "fastify";
import { Type } from "typebox";
import { BusyError, DomainError } from "../../domain/domain-error.js";

interface ProblemRow {
  readonly status: number;
  readonly title: string;
  /** What to do about it; `detail` often knows better. */
  readonly remedy: string;
}

/** Every code that the admin API answers with. */
export const PROBLEMS = {
  invalid: {
    status: 400,
    title: "The request is not valid.",
    remedy: "Correct what detail and errors name; the OpenAPI document says what is expected.",
  },
  not_signed_in: {
    status: 401,
    title: "Nobody is signed in.",
    remedy: "Send Authorization: Bearer with an API key or the token of a session that has not ended.",
  },
  credentials_wrong: {
    status: 401,
    title: "Login or password is wrong.",
    remedy: "Try again, or ask an owner or the operator for another password.",
  },
  forbidden: {
    status: 403,
    title: "This is not allowed.",
    remedy: "Ask an owner of the organisation or the operator of the server.",
  },
  not_found: {
    status: 404,
    title: "There is nothing here.",
    remedy: "Check the address and the ids in it; lists say what there is.",
  },
  conflict: {
    status: 409,
    title: "The present state does not allow this.",
    remedy: "Look at the present state, then decide whether it is still needed.",
  },
  too_large: { status: 413, title: "The request is too large.", remedy: "Send less at once; a body takes 64 KiB." },
  unsupported_media_type: {
    status: 415,
    title: "The body is of a kind that is not understood.",
    remedy: "Send JSON with Content-Type: application/json.",
  },
  too_many_attempts: {
    status: 429,
    title: "Too many attempts.",
    remedy: "Wait for the seconds that Retry-After names.",
  },
  internal: {
    status: 500,
    title: "The server has failed.",
    remedy: "Try again; if it stays, the server's log has the reason under this request's id.",
  },
  busy: {
    status: 503,
    title: "The server cannot do this now.",
    remedy: "Try again after the seconds that Retry-After names.",
  },
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Media type of a problem. */
export const PROBLEM_TYPE = "application/problem+json";

/** A problem as it is sent. */
export const PROBLEM = Type.Object(
  {
    type: Type.Literal("about:blank"),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ enum: Object.keys(PROBLEMS), description: "Stable; programs switch on it." }),
    detail: Type.Optional(Type.String({ description: "What is wrong this time, for people." })),
    remedy: Type.String({ description: "What to do about it, for people." }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          at: Type.String({ description: "Where in the request, such as body/units." }),
          problem: Type.String(),
        }),
      ),
    ),
    request: Type.Optional(Type.String({ description: "Id of the request in the server's log." })),
  },
  { title: "Problem", description: "What went wrong (RFC 9457)." },
);

export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly remedy: string;
  readonly errors?: readonly { readonly at: string; readonly problem: string }[];
  readonly request?: string;
}

/** Something to be answered with a problem that no use case throws. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    message?: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message ?? PROBLEMS[code].title);
    this.name = "ProblemError";
  }
}

const problem = (code: ProblemCode, more: Partial<Pick<Problem, "detail" | "errors" | "request">> = {}): Problem => {
  const { status, title, remedy } = PROBLEMS[code];
  return { type: "about:blank", title, status, code, remedy, ...more };
};

/** Faults of the request that the framework finds, by their status. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: "not_found",
  413: "too_large",
  415: "unsupported_media_type",
};

/** The problem to answer with; `request` is told where only the log knows more. */
export function problemOf(error: unknown, request: string): Problem {
  if (error instanceof ProblemError) return problem(error.code, { detail: error.message });
  if (error instanceof DomainError) return problem(error.code, { detail: error.message });
  const { validation, validationContext, statusCode = 500 } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const errors = validation.slice(0, 16).map(({ instancePath, message }) => ({
      at: `${validationContext ?? "request"}${instancePath}`,
      problem: message ?? "is not valid",
    }));
    return problem("invalid", { errors });
  }
  if (statusCode >= 400 && statusCode < 500) return problem(BY_STATUS[statusCode] ?? "invalid");
  return problem("internal", { request });
}

/** Seconds after which to try again; undefined where time changes nothing. */
export function retryAfterOf(error: unknown): number | undefined {
  if (error instanceof ProblemError) return error.retryAfterSeconds;
  if (error instanceof BusyError) return Math.max(1, Math.ceil(error.retryAfterSeconds));
  return error instanceof DomainError && error.code === "busy" ? 5 : undefined;
}
