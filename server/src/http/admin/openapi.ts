/**
 * What the OpenAPI document says beside the routes: the API as a whole, how one signs in, and schemas by their names. It must
 * not know single routes.
 */
import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { TAGS } from "./admin-route.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The document with every schema that has a title moved to the components, and a reference in its place. */
function byName(document: Json): Json {
  const schemas: Record<string, Json> = {};
  const visit = (node: Json, isMember: boolean): Json => {
    if (Array.isArray(node)) return node.map((it: Json) => visit(it, false));
    if (node === null || typeof node !== "object") return node;
    const { title, ...rest } = node as { readonly [key: string]: Json };
    const members = Object.entries(isMember || typeof title !== "string" ? node : rest).map(
      ([key, value]) => [key, visit(value as Json, key === "properties")] as const,
    );
    const copy = Object.fromEntries(members);
    if (isMember || typeof title !== "string" || !("type" in copy)) return copy;
    schemas[title] = copy;
    return { $ref: `#/components/schemas/${title}` };
  };
  const { info, ...rest } = document as { readonly [key: string]: Json };
  const parts = visit(rest, false) as { readonly [key: string]: Json };
  const components = parts.components as { readonly [key: string]: Json } | undefined;
  return { ...parts, info: info ?? null, components: { ...components, schemas } };
}

export const OPENAPI: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: "3.1.0",
    info: {
      title: "License Tracking Server, admin API",
      version: "1",
      description:
        "Everything an operator or the owner of an organisation does. Times are milliseconds since 1970-01-01T00:00:00Z, days are of UTC. Lists come in pages: give `next` as `after`. Whatever goes wrong is told as application/problem+json with a stable code and a remedy. Members and parameters that are not known are refused.",
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "lts_…",
          description: "An API key, for programs.",
        },
        session: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "ltss_…",
          description:
            "Token of a session, for people: ends when it has not been used for an hour, or up to a quarter less, and twelve hours after it was opened.",
        },
      },
    },
    security: [{ apiKey: [] }, { session: [] }],
  },
  transformObject: (document) => {
    if (!("openapiObject" in document)) throw new Error("The document is not OpenAPI 3.");
    return byName(document.openapiObject as unknown as Json) as unknown as typeof document.openapiObject;
  },
};
