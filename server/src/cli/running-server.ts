/**
 * The running server: listens, keeps house, and stops when it is told to: requests end, what waits to be written is written.
 * The composition root of `lts serve`; it must not know signals.
 */
import { readFile } from "node:fs/promises";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { MINUTE_MS } from "../../../src/rules/period.js";
import type { Config } from "../config.js";
import { adminPlugin } from "../http/admin/plugin.js";
import { createMetrics } from "../http/metrics.js";
import { buildOperations } from "../http/operations.js";
import type { HttpOptions, Mount } from "../http/options.js";
import { buildServer } from "../http/server.js";
import { SETTINGS, type SettingName } from "../settings.js";
import { CHORES_EVERY_MS, keepHouse } from "../usecases/housekeeping.js";
import { openWorkbench, type Workbench } from "./workbench.js";

export interface RunningServer {
  /** Where it listens. */
  readonly port: number;
  readonly operationsPort: number;
  /** Reads the certificate's files again. */
  reloadCertificate(folder: string): Promise<void>;
  /** Ends what is in work, then closes everything. */
  stop(): Promise<void>;
}

/** What is served beside the client plane. */
const mounts = ({ ports, ring }: Workbench, { servers }: Config): readonly Mount[] => [
  { prefix: "/api/v1", plugin: adminPlugin({ ports, servers, rotation: ring }) },
];

/** Starts a server; throws where it cannot listen. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const bench = await openWorkbench(config);
  const { ports, store } = bench;
  const metrics = createMetrics(true);
  const options: HttpOptions = {
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    trustedProxies: config.trustedProxies,
    isHttpsOnly: config.isHttpsOnly,
    limits: config.limits,
    plugins: mounts(bench, config),
  };
  const opened: FastifyInstance[] = [];
  const timers: NodeJS.Timeout[] = [];
  const stop = async () => {
    for (const timer of timers) clearInterval(timer);
    const limit = setTimeout(() => {
      for (const app of opened) app.server.closeAllConnections();
    }, config.stopSeconds * 1000);
    try {
      for (const app of opened) await app.close();
    } finally {
      clearTimeout(limit);
      await store.close();
    }
  };
  try {
    const app = await buildServer({ ports, logger, metrics }, options);
    opened.push(app);
    await listen(app, config.host, config.port, "port");
    const operations = await buildOperations(ports, metrics, logger);
    opened.push(operations);
    await listen(operations, config.operationsHost, config.operationsPort, "operationsPort");
    timers.push(...scheduleChores(bench, logger));
    return {
      port: portOf(app),
      operationsPort: portOf(operations),
      reloadCertificate: (folder) => reloadCertificate(app, config, folder),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const portOf = (app: FastifyInstance): number => (app.server.address() as AddressInfo).port;

async function listen(app: FastifyInstance, host: string, port: number, setting: SettingName): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as { code?: string };
    const where = `${SETTINGS[setting].variable} ("${setting}") is ${port}`;
    if (code === "EADDRINUSE")
      throw new Error(`${where}, where another program listens. Choose another port.`, { cause: error });
    if (code === "EACCES") throw new Error(`${where}, which this user may not open. Choose a port above 1023.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new Error(`This machine has no address ${host}. Write another into the setting of the host.`);
    }
    throw error;
  }
}

/** Fresh keys, freed seats, ended sessions. A failure is logged and tried again next time. */
function scheduleChores({ ports, ring }: Workbench, logger: Logger): readonly NodeJS.Timeout[] {
  const failed = (task: string, error: unknown) => logger.error({ err: error, task }, "housekeeping failed");
  const refreshKeys = () => ring.refresh().catch((error: unknown) => failed("keys", error));
  const keep = async () => {
    for (const { chore, error } of (await keepHouse(ports)).failures) failed(chore, error);
  };
  return [setInterval(refreshKeys, MINUTE_MS).unref(), setInterval(keep, CHORES_EVERY_MS).unref()];
}

async function reloadCertificate(app: FastifyInstance, { tlsCert, tlsKey }: Config, folder: string): Promise<void> {
  if (tlsCert === undefined || tlsKey === undefined) return;
  const [cert, key] = await Promise.all([readFile(resolve(folder, tlsCert)), readFile(resolve(folder, tlsKey))]);
  (app.server as unknown as HttpsServer).setSecureContext({ cert, key, minVersion: "TLSv1.2" });
}
