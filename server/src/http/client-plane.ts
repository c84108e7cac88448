/**
 * The client plane: what libraries in pages ask of the server. Each body is one sealed text, so that browsers send it as a
 * simple request, by fetch (also with keepalive) and by beacon. Definitive refusals travel sealed; what is said in clear
 * never stops a device. It must not know where things are stored.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { ENVELOPE_TYPE, PATHS, splitReport } from "../../../src/rules/protocol/envelopes.js";
import { REFUSALS, type RefusalCode } from "../../../src/rules/protocol/refusals.js";
import { parseAuthorizeRequest, parseReportRequest } from "../../../src/rules/protocol/requests.js";
import { DomainError } from "../domain/domain-error.js";
import { authorize } from "../usecases/authorize.js";
import { report } from "../usecases/report.js";
import { status } from "../usecases/status.js";
import { allowEveryOrigin, HTTPS_ONLY, isOriginText, originOf } from "./cross-origin.js";
import type { Metrics } from "./metrics.js";
import type { HttpPorts, Limits } from "./options.js";
import { problemOf, sendRefusal } from "./problem.js";

/** Its length is the server's `bodyLimit`, counted in bytes on the way in; a schema would count characters once more. */
const SEALED = Type.String();
const STATUS = Type.Object({
  v: Type.Literal(1),
  isReady: Type.Boolean(),
  generation: Type.String(),
  serverTime: Type.Integer(),
});

const MINUTE_MS = 60_000;

export interface ClientPlaneOptions {
  readonly limits: Limits;
  readonly metrics: Metrics;
  /** Tells browsers to ask over https only (R22). */
  readonly isHttpsOnly: boolean;
}

/**
 * What keeps an answer from being taken for a page or a script (R21). Of helmet's other headers none says anything of what is
 * no document, and they are more than the answer itself.
 */
const GUARDS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Asks whether a device may send one more request within the minute. */
type DeviceLimit = (request: FastifyRequest) => Promise<{ isAllowed: boolean; isExceeded?: boolean }>;

export const clientPlane =
  (ports: HttpPorts, { limits, metrics, isHttpsOnly }: ClientPlaneOptions): FastifyPluginAsync =>
  async (root) => {
    const guards = isHttpsOnly ? { ...GUARDS, "strict-transport-security": HTTPS_ONLY } : GUARDS;
    const app = root.withTypeProvider<TypeBoxTypeProvider>();
    app.removeContentTypeParser(["application/json"]);
    app.decorateRequest("deviceId", "");
    app.addHook("onRequest", (request, reply, done) => {
      reply.headers(guards);
      allowEveryOrigin(request, reply);
      done();
    });
    keepWithin(app, limits.inFlight, metrics);
    app.setErrorHandler((error, request, reply) => {
      const { status, retryAfterSeconds } = problemOf(error);
      if (status === 429) return sendRefusal(reply, "rate_limited");
      if (status < 500) return sendRefusal(reply, "malformed_request", { status });
      if (!(error instanceof DomainError)) request.log.error({ err: error }, "client plane failed");
      return sendRefusal(reply, "server_busy", { retryAfterSeconds });
    });

    const deviceLimit = (max: number): DeviceLimit | undefined =>
      max === 0
        ? undefined
        : app.createRateLimit({ max, timeWindow: MINUTE_MS, keyGenerator: ({ deviceId }) => deviceId });
    const mayAuthorize = deviceLimit(limits.authorizePerDevice);
    const mayReport = deviceLimit(limits.reportPerDevice);

    const refuse = (reply: FastifyReply, code: RefusalCode, detail?: string) => {
      metrics.refusals.inc({ code });
      return sendRefusal(reply, code, { detail });
    };

    app.route({
      method: "POST",
      url: PATHS.authorize,
      schema: { body: SEALED },
      config: addressLimit(limits.authorizePerAddress),
      async handler(request, reply) {
        const origin = originOf(request);
        if (origin !== undefined && !isOriginText(origin)) return refuse(reply, "malformed_request", "Origin");
        const opened = await ports.envelopes.openAuthorize(request.body);
        if (!opened.ok) return refuse(reply, opened.reason === "key-unknown" ? "key_unknown" : "malformed_request");
        const asked = parseAuthorizeRequest(opened.content);
        if (!asked.ok) return refuse(reply, "malformed_request", asked.problem);
        if (mayAuthorize !== undefined && (await isOverLimit(mayAuthorize, request, reply, asked.value.device))) {
          return refuse(reply, "rate_limited");
        }
        const answer = await authorize(ports, asked.value, origin);
        if (!answer.ok) metrics.refusals.inc({ code: answer.refusal.code });
        reply.code(answer.ok ? 200 : REFUSALS[answer.refusal.code].status).type(ENVELOPE_TYPE);
        return ports.envelopes.sealAuthorizeReply(answer, asked.value.replyKey);
      },
    });

    app.route({
      method: "POST",
      url: PATHS.report,
      schema: { body: SEALED },
      config: addressLimit(limits.reportPerAddress),
      async handler(request, reply) {
        const parts = splitReport(request.body);
        if (parts === undefined) return refuse(reply, "malformed_request");
        const session = await ports.keys.openTicket(parts.ticket);
        if (session === undefined || !isOwnPage(originOf(request), session.origin)) {
          return refuse(reply, "session_unknown");
        }
        if (mayReport !== undefined && (await isOverLimit(mayReport, request, reply, session.device))) {
          return refuse(reply, "rate_limited");
        }
        const opened = ports.envelopes.openReport(parts.sealed, session.sessionKey);
        const reported = opened.ok ? parseReportRequest(opened.content) : undefined;
        if (reported?.ok !== true) return refuse(reply, "malformed_request", reported?.problem);
        const answer = await report(ports, session, reported.value);
        if (answer.ok) metrics.reportedCells.inc(answer.cells.length);
        else metrics.refusals.inc({ code: answer.refusal.code });
        reply.code(answer.ok ? 200 : REFUSALS[answer.refusal.code].status).type(ENVELOPE_TYPE);
        return ports.envelopes.sealReportReply(answer, session.sessionKey);
      },
    });

    app.get(PATHS.status, { schema: { response: { 200: STATUS } } }, async (_, reply) => {
      reply.header("cache-control", "no-store");
      return status(ports);
    });

    app.get(PATHS.keys, async (_, reply) => {
      // Clients keep it for as long as it says; one that asks again needs to know what holds now.
      reply.header("cache-control", "no-store").type(ENVELOPE_TYPE);
      return ports.envelopes.keySet();
    });

    for (const url of Object.values(PATHS)) app.options(url, async (_, reply) => reply.code(204).send());
  };

/** Limits requests by address; IPv6 by the network of one customer. */
const addressLimit = (max: number) =>
  max === 0 ? { rateLimit: false as const } : { rateLimit: { max, timeWindow: MINUTE_MS, ipv6Subnet: 64 } };

async function isOverLimit(
  limit: DeviceLimit,
  request: FastifyRequest,
  reply: FastifyReply,
  device: string,
): Promise<boolean> {
  request.deviceId = device;
  const { isExceeded } = await limit(request);
  if (isExceeded === true) reply.header("retry-after", MINUTE_MS / 1000);
  return isExceeded === true;
}

/**
 * Whether a report comes from a page of the origin that its session was opened for. Beacons of pages that hide their referrer
 * say `null`, and clients that are no browsers say nothing; the seal is what proves a session, this only keeps a session
 * that was carried elsewhere from being used there by the library.
 */
const isOwnPage = (said: string | undefined, authorised: string | undefined): boolean =>
  said === undefined || said === "null" || authorised === undefined || said === authorised;

/** Sends requests away while too many are in work (503), before their bodies are read. */
function keepWithin(app: FastifyInstance, inFlight: number, { inWork, refusals }: Metrics): void {
  const leave = () => {
    inWork.requests--;
  };
  app.addHook("onRequest", (request, reply, done) => {
    if (request.method !== "POST") return done();
    if (inFlight > 0 && inWork.requests >= inFlight) {
      refusals.inc({ code: "server_busy" });
      // Its body is not read, so the connection cannot carry another request.
      reply.header("connection", "close");
      return void sendRefusal(reply, "server_busy");
    }
    inWork.requests++;
    reply.raw.once("close", leave);
    return done();
  });
}

declare module "fastify" {
  interface FastifyRequest {
    /** Device whose request it is, once its envelope has been opened; for the limits. */
    deviceId: string;
  }
}
