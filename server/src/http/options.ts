/** What the http floor is told by whoever composes the server. Data only. */
import type { FastifyPluginAsync } from "fastify";
import type { Envelopes, Ports } from "../ports.js";

/** The ports of use cases, and the envelopes that their messages travel in. */
export interface HttpPorts extends Ports {
  readonly envelopes: Envelopes;
}

/** What is logged: this level and those before it. */
export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Requests per minute, 0 for no limit; each node counts for itself. */
export interface Limits {
  readonly authorizePerAddress: number;
  readonly authorizePerDevice: number;
  readonly reportPerAddress: number;
  readonly reportPerDevice: number;
  /** Requests of the client plane that may be in work at once; whoever comes then is told to come again. */
  readonly inFlight: number;
}

/**
 * A site's devices often share one address, so that limits by address are wide. A device reports every three minutes or
 * twenty scans, and authorises at each start of the page.
 */
export const USUAL_LIMITS: Limits = {
  authorizePerAddress: 300,
  authorizePerDevice: 30,
  reportPerAddress: 6000,
  reportPerDevice: 120,
  inFlight: 2000,
};

/** Another part of the server, under its prefix. */
export interface Mount {
  readonly prefix: string;
  readonly plugin: FastifyPluginAsync;
}

export interface Tls {
  /** PEM texts. */
  readonly cert: string;
  readonly key: string;
}

export interface HttpOptions {
  /** Where it is given, the server speaks https itself. */
  readonly tls?: Tls;
  /** Proxies whose forwarded headers are believed: addresses and networks. */
  readonly trustedProxies?: readonly string[];
  /** True where https is configured, here or at the proxy: plain http is then refused (R22). */
  readonly isHttpsOnly?: boolean;
  /** @default USUAL_LIMITS */
  readonly limits?: Partial<Limits>;
  readonly plugins?: readonly Mount[];
}
