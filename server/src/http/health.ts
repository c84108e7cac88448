/** Whether the process lives and whether it can work, for balancers and supervisors. Nothing else is told. */
import type { FastifyPluginAsync } from "fastify";
import type { Ports } from "../ports.js";
import { status } from "../usecases/status.js";

export const healthRoutes =
  (ports: Ports): FastifyPluginAsync =>
  async (app) => {
    app.addHook("onRequest", async (_, reply) => {
      reply.header("cache-control", "no-store");
    });
    app.get("/healthz", { exposeHeadRoute: true }, async () => ({ status: "alive" }));
    app.get("/readyz", { exposeHeadRoute: true }, async (_, reply) => {
      const { isReady } = await status(ports);
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready" });
    });
  };
