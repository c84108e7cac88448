/**
 * Answers that are no envelopes: problems as JSON, `{ code, message }` and, on the client plane, all of a refusal. Nothing
 * that came from outside is repeated, and an error of the server says nothing of its cause. It must not know routes.
 */
import type { FastifyError, FastifyReply } from "fastify";
import { REFUSALS, type RefusalCode, refusal } from "../../../src/rules/protocol/refusals.js";
import { BusyError, DomainError, type DomainErrorCode } from "../domain/domain-error.js";

const TYPE = "application/problem+json; charset=utf-8";
/** Seconds after which who was sent away may come again. */
export const RETRY_AFTER_S = 5;

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

const STATUS: Readonly<Record<DomainErrorCode, number>> = {
  invalid: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  busy: 503,
};

/** Codes of requests that never reached a handler, by status. */
const REFUSED_EARLY: Readonly<Record<number, string>> = {
  404: "not_found",
  405: "method_not_allowed",
  408: "timeout",
  413: "too_large",
  415: "media_type",
  429: "rate_limited",
  431: "too_large",
};

/** What an error is told as. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    const wait = error instanceof BusyError ? { retryAfterSeconds: error.retryAfterSeconds } : {};
    return { status: STATUS[error.code], code: error.code, message: error.message, ...wait };
  }
  const status = (error as Partial<FastifyError> | undefined)?.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    const code = REFUSED_EARLY[status] ?? "invalid";
    return { status, code, message: `The request cannot be answered: ${code.replaceAll("_", " ")}.` };
  }
  return { status: 500, code: "internal", message: "The server failed; its log says why." };
}

/** Says when to come again. */
function sayWhen(reply: FastifyReply, status: number, seconds = RETRY_AFTER_S): void {
  if (status === 503 && !reply.hasHeader("retry-after")) reply.header("retry-after", Math.max(1, Math.ceil(seconds)));
}

/** Sends a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, code, message } = problem;
  sayWhen(reply, status, problem.retryAfterSeconds);
  return reply.code(status).type(TYPE).serializer(JSON.stringify).send({ code, message });
}

export interface RefusalDetails {
  /** Names the field that is wrong. */
  readonly detail?: string | undefined;
  /** @default that of the refusal */
  readonly status?: number;
  readonly retryAfterSeconds?: number | undefined;
}

/** Sends a refusal in clear. Only refusals that no device stops for go this way. */
export function sendRefusal(reply: FastifyReply, code: RefusalCode, more: RefusalDetails = {}): FastifyReply {
  const { detail, status, retryAfterSeconds } = more;
  const told = refusal(code);
  if (told.isFinal) throw new Error(`The refusal ${code} is final and must be sealed.`);
  const answered = status ?? REFUSALS[code].status;
  sayWhen(reply, answered, retryAfterSeconds);
  return reply
    .code(answered)
    .type(TYPE)
    .serializer(JSON.stringify)
    .send(detail === undefined ? told : { ...told, detail });
}
