/**
 * What browsers ask of a server that pages of other origins talk to. Every origin may read the answers: they are sealed for
 * who asked, and a page on a wrong domain has to learn that it is refused. No cookie is read here, so no credential is
 * allowed. It must not know what is asked.
 */
import type { FastifyReply, FastifyRequest } from "fastify";

/** Seconds for which a browser remembers that it may ask: two hours is the most that any accepts. */
const REMEMBER_S = 7200;

/** Browsers that came over https never again ask otherwise, for a year. */
export const HTTPS_ONLY = "max-age=31536000";

/** In lower case, because they are kept as they are written. */
const ALLOWED = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "retry-after",
  // A beacon is sent without asking for an answer; it must not be blocked for what it does not read.
  "cross-origin-resource-policy": "cross-origin",
};

export function allowEveryOrigin(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(ALLOWED);
  if (request.method !== "OPTIONS") return;
  // The library's own requests need no preflight. A page on the internet asking an intranet's server makes one (R34).
  reply.header("access-control-allow-methods", "GET, POST");
  reply.header("access-control-allow-headers", "content-type");
  reply.header("access-control-max-age", REMEMBER_S);
  if (request.headers["access-control-request-private-network"] === "true") {
    reply.header("access-control-allow-private-network", "true");
  }
}

/**
 * The origin that the browser says the page has; undefined where nothing was said. It is the text `null` for pages without
 * one (files, sandboxes).
 */
export const originOf = (request: FastifyRequest): string | undefined => request.headers.origin;

/** True for an origin as browsers write it. */
export const isOriginText = (origin: string): boolean => /^[^\s\0]{1,512}$/.test(origin);
