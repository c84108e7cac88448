import fc from "fast-check";
import type { FastifyInstance, InjectOptions } from "fastify";
import { beforeAll, describe, expect, test } from "vitest";
import { type AdminRoute, pathOf } from "../../../server/src/http/admin/admin-route.js";
import { PROBLEM_TYPE, PROBLEMS, type ProblemCode } from "../../../server/src/http/admin/problem.js";
import { ADMIN_ROUTES } from "../../../server/src/http/admin/routes.js";
import { CALLS, changeablePorts, newWorld, type Person, urlOf } from "./calls.js";
import { mount } from "./open-api.js";
import { allowedBy, brokenBy, HOSTILE, type Schema } from "./schema-values.js";

const RUNS = process.env.TALLYMARK_LONG ? 400 : 25;
const SEED = 20260501;

const stage = changeablePorts();
let app: FastifyInstance;
const documented = new Map<string, ReadonlySet<number>>();

beforeAll(async () => {
  stage.world = await newWorld();
  app = mount(stage);
  const { paths } = (await app.inject({ url: "/api/v1/openapi.json" })).json();
  for (const operation of Object.values<object>(paths).flatMap((path) => Object.values(path))) {
    documented.set(operation.operationId, new Set(Object.keys(operation.responses).map(Number)));
  }
});

/** Sends it; what comes back is documented, is no fault of the server's, and says what it is. */
async function sent(id: string, options: InjectOptions): Promise<number> {
  const { statusCode, headers, body } = await app.inject(options);
  // Addresses that the router gives up on are answered by the server that the API is mounted on.
  if (statusCode === 414) return statusCode;
  const said = [options.method, options.url, options.payload, statusCode, body];
  expect([statusCode < 500, ...said]).toEqual([true, ...said]);
  expect([documented.get(id)?.has(statusCode), ...said]).toEqual([true, ...said]);
  expect(headers["cache-control"]).toBe("no-store");
  if (statusCode >= 400) {
    expect(headers["content-type"]).toContain(PROBLEM_TYPE);
    const { code, status, remedy } = JSON.parse(body);
    expect([PROBLEMS[code as ProblemCode]?.status, status, typeof remedy]).toEqual([statusCode, statusCode, "string"]);
  }
  return statusCode;
}

const tokenFor = ({ id }: AdminRoute, { key, session }: Person) => (/^(endSession|changeOwn)/.test(id) ? session : key);

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** URL with these parameters; a lone surrogate cannot be written in one. */
function urlWith(route: AdminRoute, params: Record<string, unknown>, query: Record<string, unknown>): string {
  const written = (value: unknown) => encodeURIComponent(asText(value).replace(/\p{Surrogate}/gu, "?"));
  const path = pathOf(route).replace(/:(\w+)/g, (_, name: string) => written(params[name] ?? ""));
  const pairs = Object.entries(query).map(([name, value]) => `${written(name)}=${written(value)}`);
  return `/api/v1${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}

const ROWS = ADMIN_ROUTES.map((route) => [route.id, route] as const);

describe("fuzzed", () => {
  test.each(ROWS)("%s: by requests that its schemas allow", async (_, route) => {
    const world = await newWorld();
    stage.world = world;
    const token = tokenFor(route, world.people[0] as Person);
    const call = CALLS[route.id]?.(world) ?? {};
    const names = { organisation: "100", ...call.params };
    const request = fc.record({
      params: fc.oneof(fc.constant(names), allowedBy(route.params as Schema)),
      query: allowedBy(route.query as Schema),
      body: route.body === undefined ? fc.constant(undefined) : allowedBy(route.body as Schema),
    });
    let isInvalid = 0;
    await fc.assert(
      fc.asyncProperty(request, async ({ params, query, body }) => {
        const status = await sent(route.id, {
          method: route.method,
          url: urlWith(route, params as Record<string, unknown>, query as Record<string, unknown>),
          headers: { authorization: `Bearer ${token}` },
          ...(body === undefined ? {} : { payload: body as object }),
        });
        if (status === 400) isInvalid++;
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // Values that mean nothing are refused by the use cases; the schemas must not refuse what they describe.
    if (Object.keys(route.query.properties).length === 0 && route.body === undefined) expect(isInvalid).toBe(0);
  });

  test.each(ROWS)("%s: by requests that its schemas forbid", async (_, route) => {
    const world = await newWorld();
    stage.world = world;
    const token = tokenFor(route, world.people[0] as Person);
    const call = CALLS[route.id]?.(world) ?? {};
    const names = { organisation: "100", ...call.params };
    const hostileParams = fc.record(
      Object.fromEntries(Object.keys(route.params.properties).map((name) => [name, HOSTILE])),
    );
    const request = fc.record({
      params: fc.oneof(fc.constant(names), hostileParams),
      query: fc.oneof(
        allowedBy(route.query as Schema),
        fc.dictionary(
          fc.oneof(fc.constantFrom(...Object.keys(route.query.properties), "limit", "__proto__"), fc.string()),
          HOSTILE,
        ),
      ),
      body: brokenBy((route.body ?? { type: "object" }) as Schema),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ params, query, body }) => {
        await sent(route.id, {
          method: route.method,
          url: urlWith(route, params as Record<string, unknown>, query as Record<string, unknown>),
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          ...(route.method === "GET" || body === undefined ? {} : { payload: JSON.stringify(body) }),
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test.each(ROWS)("%s: by headers and bodies that are no JSON", async (_, route) => {
    const world = await newWorld();
    stage.world = world;
    const token = tokenFor(route, world.people[0] as Person);
    const text = fc.string({ maxLength: 80 }).filter((it) => /^[\x20-\x7e]*$/.test(it));
    const request = fc.record({
      authorization: fc.oneof(
        fc.constant(`Bearer ${token}`),
        text,
        text.map((it) => `Bearer ${it}`),
        fc.constant(`Bearer lts_${"a".repeat(9000)}`),
      ),
      type: fc.oneof(
        fc.constantFrom(
          "application/json",
          "text/plain",
          "application/json; charset=utf-16",
          "multipart/form-data",
          "",
          "a/b",
        ),
        text,
      ),
      payload: fc.oneof(
        fc.constantFrom(
          "",
          "{",
          "[".repeat(2000),
          '{"a":1}x',
          '{"__proto__":{"a":1}}',
          '{"constructor":{"prototype":{}}}',
          "x".repeat(70_000),
          "\ufeff{}",
        ),
        fc.string({ unit: "binary" }),
      ),
      accept: text,
      method: text,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ authorization, type, payload, accept, method }) => {
        await sent(route.id, {
          method: route.method,
          url: urlOf(route, CALLS[route.id]?.(world) ?? {}),
          headers: {
            authorization,
            accept,
            "x-http-method-override": method,
            ...(route.method === "GET" ? {} : { "content-type": type }),
          },
          ...(route.method === "GET" ? {} : { payload }),
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test.each(ROWS)("%s: member by member, by text that no store keeps and no name has", async (_, route) => {
    const world = await newWorld();
    stage.world = world;
    const token = tokenFor(route, world.people[0] as Person);
    const { params = {}, query = "", body } = CALLS[route.id]?.(world) ?? {};
    const names: Record<string, unknown> = { organisation: "100", ...params };
    const asked: Record<string, unknown> = Object.fromEntries(new URLSearchParams(query));
    const send = (path: object, search: object, payload: unknown) =>
      sent(route.id, {
        method: route.method,
        url: urlWith(route, { ...names, ...path }, { ...asked, ...search }),
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
      });
    for (const text of ["\0", "a\0b", "\ud800", "\u0085", " ", "x".repeat(90)]) {
      for (const name of Object.keys(route.params.properties)) await send({ [name]: text }, {}, body);
      for (const name of Object.keys(route.query.properties)) await send({}, { [name]: text }, body);
      for (const name of Object.keys((route.body as Schema | undefined)?.properties ?? {})) {
        await send({}, {}, { ...(body as object), [name]: text });
        await send({}, {}, { ...(body as object), [name]: [text] });
        await send({}, {}, { ...(body as object), [name]: { feeNote: text, domains: [text] } });
      }
    }
  });

  test("signing in", async () => {
    const body = fc.oneof(
      brokenBy({ type: "object", properties: { login: { type: "string" }, password: { type: "string" } } }),
      HOSTILE,
    );
    await fc.assert(
      fc.asyncProperty(body, async (payload) => {
        const options = {
          method: "POST",
          url: "/api/v1/session",
          headers: { "content-type": "application/json" },
        } as const;
        await sent("openSession", { ...options, payload: JSON.stringify(payload) ?? "" });
      }),
      { numRuns: RUNS * 5, seed: SEED },
    );
    for (const login of ["\0", "a\0b@shop", "\ud800"]) {
      const payload = { login, password: login };
      expect(await sent("openSession", { method: "POST", url: "/api/v1/session", payload })).not.toBe(201);
    }
  });

  test("addresses that are none are told as problems, or by the server that the API is mounted on", async () => {
    for (const path of [
      "/nothing",
      "/organisations/100/nothing",

      "/openapi.json/x",
      "/session/",
    ]) {
      const { statusCode, headers, body } = await app.inject({ url: `/api/v1${path}` });
      expect([path, statusCode, JSON.parse(body).code]).toEqual([path, 404, "not_found"]);
      expect(headers["content-type"]).toContain(PROBLEM_TYPE);
    }
    expect((await app.inject({ url: "/api/v1/organisations/%zz/items" })).statusCode).toBe(400);
  });
});
