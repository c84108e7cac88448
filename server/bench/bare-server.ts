/**
 * The server without a store, for `load.mjs`: the same http, envelopes, licence look-up and rules, but a report is answered as
 * if it had been stored. What it reaches is the most that any store could let the server reach.
 */
import { openWorkbench } from "../src/cli/workbench.js";
import { readConfig } from "../src/config.js";
import { createLogger } from "../src/http/logger.js";
import { createMetrics } from "../src/http/metrics.js";
import { buildOperations } from "../src/http/operations.js";
import type { HttpPorts } from "../src/http/options.js";
import { buildServer } from "../src/http/server.js";
import type { Store } from "../src/ports.js";

const config = readConfig({ env: process.env, folder: process.cwd(), readFile: () => undefined });
const bench = await openWorkbench(config);
let sequence = 0;
const store: Store = {
  ...bench.store,
  mergeUsage: async (writes) => ({
    generation: "bare",
    sequence: ++sequence,
    results: writes.map(({ cells, slots, accounts }) => ({
      cells: cells.map(({ bookedDay: _, ...cell }) => cell),
      slots: slots.map(({ limit: _, ...row }) => ({ ...row, excess: [] })),
      used: accounts.map(() => 0),
      hasSeat: true,
    })),
  }),
};
const ports: HttpPorts = { ...bench.ports, store };
const logger = createLogger(config.logLevel);
const metrics = createMetrics(true);
const app = await buildServer({ ports, logger, metrics }, { limits: config.limits });
await app.listen({ host: config.host, port: config.port });
const operations = await buildOperations(ports, metrics, logger);
const where = await operations.listen({ host: config.operationsHost, port: config.operationsPort });
process.stderr.write(`metrics and health on ${where.replace("http://", "")}.\n`);
// A profile (`--profile`) is written when the process ends by itself.
process.once("SIGTERM", () => process.exit());
