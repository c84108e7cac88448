import { Ajv2020 } from "ajv/dist/2020.js";
import Fastify, { type RouteOptions } from "fastify";
import { beforeAll, describe, expect, test } from "vitest";
import { pathOf } from "../../../server/src/http/admin/admin-route.js";
import { adminPlugin } from "../../../server/src/http/admin/plugin.js";
import { PROBLEM_TYPE } from "../../../server/src/http/admin/problem.js";
import { ADMIN_ROUTES } from "../../../server/src/http/admin/routes.js";
import { openLab } from "../lab.js";

/** Routes that nobody has to be signed in for. */
const OPEN = ["post /api/v1/session", "get /api/v1/openapi.json"];
const METHODS = ["get", "post", "put", "patch", "delete"];

type Json = Record<string, unknown>;
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly Json[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Json; description?: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Json }>; readonly required?: boolean };
  readonly responses: Record<string, { description: string; content?: Record<string, { readonly schema: Json }> }>;
}

const served: string[] = [];
// biome-ignore lint/suspicious/noExplicitAny: whatever the document says
let document: any;
let operations: (readonly [string, Operation])[] = [];

beforeAll(async () => {
  const app = Fastify();
  app.addHook("onRoute", ({ method, url }: RouteOptions) => {
    served.push(`${String(method).toLowerCase()} ${url}`);
  });
  app.register(adminPlugin({ ports: openLab().ports }), { prefix: "/api/v1" });
  document = (await app.inject({ url: "/api/v1/openapi.json" })).json();
  operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
});

/** Every node of a JSON document, with its way there. */
function* nodes(value: unknown, at = "#"): Generator<readonly [string, unknown]> {
  yield [at, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* nodes(member, `${at}/${key.replaceAll("/", "~1")}`);
}

describe("the OpenAPI document", () => {
  test("has every route that is served, and no other", () => {
    const described = operations.map(([name]) => name.replace(/\{(\w+)\}/g, ":$1")).sort();
    expect(described).toEqual(served.sort());
    const rows = ADMIN_ROUTES.map((row) => `${row.method.toLowerCase()} /api/v1${pathOf(row)}`);
    expect(described).toEqual([...rows, ...OPEN].sort());
  });

  test("is OpenAPI 3.1 as a whole", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect([typeof document.info.title, typeof document.info.version]).toEqual(["string", "string"]);
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual(["apiKey", "session"]);
    expect(document.security).toEqual([{ apiKey: [] }, { session: [] }]);
    const known = new Set(["openapi", "info", "servers", "paths", "components", "security", "tags"]);
    expect(Object.keys(document).filter((key) => !known.has(key))).toEqual([]);
  });

  test("every operation has an id of its own, a summary and a tag that is explained", () => {
    const tags = document.tags.map(({ name }: { name: string }) => name);
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
    for (const [name, { operationId, summary, tags: own }] of operations) {
      expect(METHODS).toContain(name.split(" ")[0]);
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary).toMatch(/^[A-Z].+\.$/);
      expect(own.length === 1 && tags.includes(own[0])).toBe(true);
    }
  });

  test("every parameter of a path is declared, required and explained; none is declared that is not there", () => {
    for (const [name, { parameters = [] }] of operations) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, it]) => it);
      const declared = parameters.filter((it) => it.in === "path");
      expect([name, declared.map((it) => it.name).sort()]).toEqual([name, inPath.sort()]);
      expect(declared.every(({ required, description }) => required === true && description !== undefined)).toBe(true);
    }
  });

  test("every operation tells its success, its problems as problem+json, and who may ask", () => {
    for (const [name, { responses, security, requestBody }] of operations) {
      const statuses = Object.keys(responses);
      expect(statuses.filter((status) => status.startsWith("2")).length).toBe(1);
      const wanted = OPEN.includes(name) ? ["500", "503"] : ["400", "401", "403", "500", "503"];
      expect(wanted.filter((status) => !statuses.includes(status))).toEqual([]);
      expect(security).toEqual(OPEN.includes(name) ? [] : undefined);
      if (requestBody !== undefined) expect(Object.keys(requestBody.content)).toEqual(["application/json"]);
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description.length).toBeGreaterThan(0);
        if (status.startsWith("2")) continue;
        expect(content).toEqual({ [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } });
      }
    }
  });

  test("every schema is one, and every reference leads somewhere", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ ...document, $id: "api" });
    const all = new Map(nodes(document));
    let schemas = 0;
    for (const [at, node] of all) {
      const { $ref, schema } = (node ?? {}) as { $ref?: unknown; schema?: object };
      if (typeof $ref === "string") {
        expect([at, typeof all.get($ref)]).toEqual([at, "object"]);
      }
      if (typeof schema !== "object" || at.includes("/properties/")) continue;
      schemas++;
      expect([at, ajv.validateSchema(schema)]).toEqual([at, true]);
    }
    expect(schemas).toBeGreaterThan(operations.length);
  });

  test("every time names its unit", () => {
    const times = [...nodes(document)].filter(([at]) => /\/properties\/\w*(At|Seen|at|start|end)$/.test(at));
    expect(times.length).toBeGreaterThan(20);
    for (const [at, node] of times) {
      const { type, description } = node as { type?: string; description?: string };
      if (type === "integer") expect([at, description]).toEqual([at, expect.stringContaining("Milliseconds since")]);
    }
  });
});
