/**
 * The admin API as a Fastify plugin, to be mounted at /api/v1: routes from their rows, who may use them, problems, and the
 * OpenAPI document. It must not know storage, nor what the rows do.
 */
import swagger from "@fastify/swagger";
import { registerAjvFormats, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { demandMay } from "../../domain/access.js";
import { demand } from "../../domain/domain-error.js";
import { SERVER } from "../../domain/organisation.js";
import type { KeyRotation, Ports } from "../../ports.js";
import { AttemptLimit } from "../../usecases/attempt-limit.js";
import { type AdminRoute, pathOf } from "./admin-route.js";
import { type SignedIn, signedIn } from "./credentials.js";
import { OPENAPI } from "./openapi.js";
import { PROBLEM_TYPE, type ProblemCode, problemOf, retryAfterOf } from "./problem.js";
import { problemReplies } from "./problem-replies.js";
import { ADMIN_ROUTES } from "./routes.js";
import { registerSignIn } from "./sign-in.js";

export interface AdminDeps {
  readonly ports: Ports;
  /** URLs of this server for licence keys, the main one first. @default none: requests have to name them */
  readonly servers?: readonly string[];
  /** @default none: keys are rotated from the command line */
  readonly rotation?: KeyRotation;
}

/** Largest body, in bytes. */
const BODY_LIMIT = 65_536;

const DOCUMENT = {
  operationId: "getDocument",
  summary: "Get this document.",
  tags: ["server"],
  security: [],
  response: {
    200: {
      description: "OpenAPI 3.1.",
      content: { "application/json": { schema: Type.Object({}, { additionalProperties: true }) } },
    },
    ...problemReplies([]),
  },
};

const WHO = new WeakMap<FastifyRequest, SignedIn>();

/** The plugin; attempts to sign in are counted in the store, by all that share it. */
export const adminPlugin =
  (deps: AdminDeps): FastifyPluginAsync =>
  async (app) => {
    registerAjvFormats();
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("application/json", { parseAs: "string" }, app.getDefaultJsonParser("error", "error"));
    app.addHook("onRequest", async (_, reply) => {
      reply.header("cache-control", "no-store");
    });
    app.setErrorHandler(sendProblem);
    app.setNotFoundHandler((request, reply) => sendProblem({ statusCode: 404 }, request, reply));
    await app.register(swagger, OPENAPI);
    const attempts = new AttemptLimit(deps.ports);
    registerSignIn(app, deps.ports, attempts);
    for (const row of ADMIN_ROUTES) registerRow(app, deps, attempts, row);
    app.get("/openapi.json", { exposeHeadRoute: false, schema: DOCUMENT }, async () => app.swagger());
  };

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = problemOf(error, request.id);
  if (problem.status >= 500) request.log.error({ err: error }, problem.title);
  const wait = retryAfterOf(error);
  if (wait !== undefined) reply.header("retry-after", wait);
  if (problem.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
}

function registerRow(
  app: FastifyInstance,
  { ports, servers = [], rotation }: AdminDeps,
  attempts: AttemptLimit,
  row: AdminRoute,
): void {
  app.route({
    method: row.method,
    url: pathOf(row),
    exposeHeadRoute: false,
    bodyLimit: BODY_LIMIT,
    schema: schemaOf(row),
    // Before the body is read: who may not, is told nothing of what is wrong with the request.
    onRequest: async (request) => {
      const who = await signedIn(ports, request.headers.authorization);
      demandMay(who.actor, row.action, organisationOf(row, request, who));
      WHO.set(request, who);
    },
    handler: async (request, reply) => {
      const who = WHO.get(request) as SignedIn;
      if (row.body === undefined) demandNoBody(request);
      const result = await row.run({
        admin: { ports, actor: who.actor },
        organisation: organisationOf(row, request, who),
        params: request.params,
        query: request.query,
        body: request.body,
        servers,
        session: who.session,
        rotation,
        attempts,
      });
      reply.code(row.status);
      return row.reply === undefined ? reply.send() : result;
    },
  });
}

/** What would be ignored must not look as if it were heeded. */
function demandNoBody({ body }: FastifyRequest): void {
  const isEmpty = body === undefined || (typeof body === "object" && Object.keys(body ?? {}).length === 0);
  demand(isEmpty, "This takes no body; send none.");
}

function organisationOf({ scope }: AdminRoute, { params }: FastifyRequest, { actor }: SignedIn): string {
  if (scope === "own") return actor.organisation;
  return scope === "server" ? SERVER : (params as { readonly organisation: string }).organisation;
}

function schemaOf(row: AdminRoute) {
  const { id, summary, description, tag, params, query, body, reply, status, method } = row;
  const isLookup = Object.keys(params.properties).length > 0;
  const problems: ProblemCode[] = [
    ...(row.problems ?? []),
    "invalid",
    "not_signed_in",
    "forbidden",
    ...(isLookup ? (["not_found"] as const) : []),
    ...(method === "GET" ? [] : (["conflict", "too_large", "unsupported_media_type"] as const)),
  ];
  const done = { description: summary };
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    params,
    querystring: query,
    ...(body === undefined ? {} : { body }),
    response: {
      [status]:
        reply === undefined
          ? { ...done, type: "null" }
          : { ...done, content: { "application/json": { schema: reply } } },
      ...problemReplies(problems),
    },
  };
}
