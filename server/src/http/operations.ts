/** The operator's own port: metrics and health, on an address that the world does not reach. */
import { type FastifyInstance, fastify, LogController } from "fastify";
import type { Logger } from "pino";
import type { Ports } from "../ports.js";
import { healthRoutes } from "./health.js";
import type { Metrics } from "./metrics.js";
import { problemOf, sendProblem } from "./problem.js";

export async function buildOperations(ports: Ports, metrics: Metrics, logger: Logger): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  }) as unknown as FastifyInstance;
  app.setErrorHandler((error, _, reply) => sendProblem(reply, problemOf(error)));
  await app.register(healthRoutes(ports));
  app.get("/metrics", async (_, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  return app;
}
