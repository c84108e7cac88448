/**
 * The server's http side put together: what holds for every request, the client plane, health, and whatever else is mounted.
 * It must not know storage or keys.
 */
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import { type FastifyInstance, type FastifyPluginAsync, type FastifyRequest, fastify, LogController } from "fastify";
import type { Logger } from "pino";
import { BODY_LENGTH, PATHS } from "../../../src/rules/protocol/envelopes.js";
import { clientPlane } from "./client-plane.js";
import { healthRoutes } from "./health.js";
import { createMetrics, type Metrics } from "./metrics.js";
import { type HttpOptions, type HttpPorts, type Mount, USUAL_LIMITS } from "./options.js";
import { problemOf, sendProblem, sendRefusal } from "./problem.js";

export interface ServerDeps {
  readonly ports: HttpPorts;
  readonly logger: Logger;
  /** @default counted and shown to nobody */
  readonly metrics?: Metrics;
}

/** Slower clients are cut off, so that none can hold a connection for nothing. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than proxies keep idle connections, so that it is they who close them. */
const KEEP_ALIVE_MS = 72_000;

/** A server that is ready to listen. */
export async function buildServer(
  { ports, logger, metrics = createMetrics() }: ServerDeps,
  options: HttpOptions = {},
): Promise<FastifyInstance> {
  const { tls, trustedProxies = [], isHttpsOnly = tls !== undefined, limits, plugins = [] } = options;
  const app = fastify({
    ...(tls === undefined ? {} : { https: { cert: tls.cert, key: tls.key, minVersion: "TLSv1.2" as const } }),
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_LENGTH,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 256 },
    // Names in requests are told to nobody, not even by their absence.
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, problemOf(error)),
  }) as unknown as FastifyInstance;

  observe(app, metrics);
  letGoWhenClosing(app);
  if (isHttpsOnly) refusePlainHttp(app);
  await app.register(rateLimit, { global: false });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status === 500) request.log.error({ err: error }, "request failed");
    return sendProblem(reply, problem);
  });
  await app.register(clientPlane(ports, { limits: { ...USUAL_LIMITS, ...limits }, metrics, isHttpsOnly }));
  await app.register(everythingElse(ports, isHttpsOnly, plugins));
  return app;
}

/** The client plane has guards of its own: helmet's take as long as a report. */
const everythingElse =
  (ports: HttpPorts, isHttpsOnly: boolean, plugins: readonly Mount[]): FastifyPluginAsync =>
  async (app) => {
    await app.register(helmet, {
      strictTransportSecurity: isHttpsOnly ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    });
    app.setNotFoundHandler((_, reply) =>
      sendProblem(reply, { status: 404, code: "not_found", message: "There is nothing here." }),
    );
    await app.register(healthRoutes(ports));
    for (const { prefix, plugin } of plugins) await app.register(plugin, { prefix });
  };

/** Counts and logs each request by its route: paths and queries may hold what should not be kept. */
function observe(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics.requests.inc({ method: request.is404 ? "any" : method, route, status });
    metrics.seconds.observe({ route }, elapsedTime / 1000);
    request.log.info({ method, route, status, ms: Math.round(elapsedTime * 10) / 10 }, "answered");
    done();
  });
}

/**
 * What is answered while the server stops ends its connection: else the server would wait for clients that keep theirs.
 */
function letGoWhenClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onSend", (_, reply, _payload, done) => {
    if (isClosing) reply.header("connection", "close");
    done();
  });
}

const CLIENT_PATHS: ReadonlySet<string> = new Set(Object.values(PATHS));

/**
 * Refuses what came over plain http (R22). A server with a certificate of its own never meets any; behind a trusted proxy
 * it is what the proxy says. Health may be asked plainly: balancers do, and it tells nothing.
 */
function refusePlainHttp(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    const route = request.routeOptions.url;
    if (request.protocol === "https" || isHealth(request)) return done();
    if (route !== undefined && CLIENT_PATHS.has(route)) return void sendRefusal(reply, "https_required");
    const message = "This server is asked over https only.";
    return void sendProblem(reply, { status: 400, code: "https_required", message });
  });
}

const isHealth = ({ routeOptions: { url } }: FastifyRequest): boolean => url === "/healthz" || url === "/readyz";
