/** What the server counts of its own work, for Prometheus. No label holds a name of an organisation, device or address. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;

/** Seconds; finest where answers usually are. */
const BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** @param withProcess whether the process itself is measured too: memory, event loop, garbage collection. */
export function createMetrics(withProcess = false) {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  /** A plain number, because it changes twice with each request. */
  const inWork = { requests: 0 };
  return {
    registry,
    inWork,
    requests: new Counter({
      name: "lts_requests_total",
      help: "Requests answered",
      labelNames: ["method", "route", "status"] as const,
      registers,
    }),
    seconds: new Histogram({
      name: "lts_request_seconds",
      help: "Time from a request's head to the end of its answer",
      labelNames: ["route"] as const,
      buckets: BUCKETS,
      registers,
    }),
    refusals: new Counter({
      name: "lts_refusals_total",
      help: "Refusals of the client plane by code",
      labelNames: ["code"] as const,
      registers,
    }),
    reportedCells: new Counter({
      name: "lts_reported_cells_total",
      help: "Cells of accepted reports, repeated ones too",
      registers,
    }),
    inFlight: new Gauge({
      name: "lts_client_requests_in_flight",
      help: "Requests of the client plane in work",
      registers,
      collect() {
        this.set(inWork.requests);
      },
    }),
  };
}
