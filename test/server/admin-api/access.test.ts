import { Ajv2020 } from "ajv/dist/2020.js";
import type { FastifyInstance } from "fastify";
import { beforeAll, describe, expect, test } from "vitest";
import { ACTIONS } from "../../../server/src/domain/access.js";
import type { AdminRoute } from "../../../server/src/http/admin/admin-route.js";
import { ADMIN_ROUTES } from "../../../server/src/http/admin/routes.js";
import type { MemoryStore } from "../../../server/src/storage/memory/memory-store.js";
import { deviceId, request } from "../lab.js";
import { CALLS, changeablePorts, newWorld, type Person, SEALED, SESSION_PASSWORD, urlOf, type World } from "./calls.js";
import { mount, PASSWORD } from "./open-api.js";

const stage = changeablePorts();
let app: FastifyInstance;
// biome-ignore lint/suspicious/noExplicitAny: whatever the document says
let openapi: any;
const ajv = new Ajv2020({ strict: false, validateFormats: false });

beforeAll(async () => {
  stage.world = await newWorld();
  app = mount(stage);
  openapi = (await app.inject({ url: "/api/v1/openapi.json" })).json();
  ajv.addSchema({ $id: "api", components: openapi.components });
});

const stateOf = ({ lab }: World) => (lab.store as MemoryStore).backup();

async function send(route: AdminRoute, world: World, token: string | undefined) {
  const call = CALLS[route.id]?.(world) ?? {};
  return app.inject({
    method: route.method,
    url: urlOf(route, call),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(call.body === undefined ? {} : { payload: call.body as object }),
  });
}

const isAllowed = ({ action, scope }: AdminRoute, { actor: { role, organisation } }: Person): boolean =>
  (ACTIONS[action] as readonly string[]).includes(role) &&
  (scope === "own" || role === "operator" || (scope === "organisation" && organisation === "100"));

/** Whether a body is what the OpenAPI document says of this route's reply. */
function fitsDocument({ id }: AdminRoute, status: number, body: unknown): unknown {
  const operations = Object.values<Record<string, { operationId: string; responses: Record<string, unknown> }>>(
    openapi.paths,
  ).flatMap((path) => Object.values(path));
  const reply = operations.find(({ operationId }) => operationId === id)?.responses[status] as {
    readonly content: Readonly<Record<string, { readonly schema: object }>>;
  };
  const [media] = Object.values(reply.content);
  const schema = JSON.parse(JSON.stringify(media?.schema).replaceAll('"#/components', '"api#/components'));
  return ajv.validate(schema, body) ? "fits" : ajv.errors;
}

/** Needs a session: an API key has none, nor a password. */
const SESSION_ONLY = ["endSession", "changeOwnPassword"];

describe("every route of the admin API", () => {
  test("has a call here", () => {
    expect(Object.keys(CALLS).sort()).toEqual(ADMIN_ROUTES.map(({ id }) => id).sort());
    expect(new Set(ADMIN_ROUTES.map(({ id }) => id)).size).toBe(ADMIN_ROUTES.length);
  });

  test.each(ADMIN_ROUTES.map((route) => [route.id, route] as const))(
    "%s: by role, organisation and credentials",
    async (_, route) => {
      const names = (await newWorld()).people.map(({ name }) => name);
      for (const [index, name] of names.entries()) {
        for (const by of ["session", "key"] as const) {
          const world = await newWorld();
          stage.world = world;
          const person = world.people[index] as Person;
          const before = stateOf(world);
          const { statusCode, body, headers } = await send(route, world, person[by]);
          expect(headers["cache-control"]).toBe("no-store");
          if (!isAllowed(route, person)) {
            expect([name, by, statusCode, JSON.parse(body).code]).toEqual([name, by, 403, "forbidden"]);
            // Who may not, changes nothing.
            expect(stateOf(world)).toEqual(before);
          } else if (by === "key" && SESSION_ONLY.includes(route.id)) {
            expect([name, statusCode < 500, stateOf(world)]).toEqual([name, true, before]);
          } else {
            expect([name, by, statusCode, body]).toEqual([name, by, route.status, body]);
            if (route.reply === undefined) expect(body).toBe("");
            else expect(fitsDocument(route, statusCode, JSON.parse(body))).toBe("fits");
          }
        }
      }
    },
  );

  test.each(ADMIN_ROUTES.map((route) => [route.id, route] as const))(
    "%s: not without credentials",
    async (_, route) => {
      const world = await newWorld();
      stage.world = world;
      const [operator] = world.people as [Person];
      const before = stateOf(world);
      const swapped = operator.key.replace("lts__", "lts_100_");
      const other = operator.session.replace("ltss_", "lts_");
      for (const token of [undefined, "", "x", `${operator.key}x`, `${operator.session}x`, swapped, other]) {
        const { statusCode, headers, body } = await send(route, world, token);
        const { code } = JSON.parse(body);
        expect([token, statusCode, code]).toEqual([token, 401, "not_signed_in"]);
        expect([headers["www-authenticate"], headers["content-type"]]).toEqual([
          "Bearer",
          "application/problem+json; charset=utf-8",
        ]);
      }
      expect(stateOf(world)).toEqual(before);
    },
  );

  test.each(
    ADMIN_ROUTES.filter(({ method, id }) => method !== "GET" && id !== "getLicenseKey").map(
      (it) => [it.id, it] as const,
    ),
  )("%s: is in the audit log by its action", async (_, route) => {
    const world = await newWorld();
    stage.world = world;
    const [operator] = world.people as [Person];
    const before = stateOf(world);
    await send(route, world, operator.session);
    const added = [...stateOf(world).tenants].flatMap(([id, { audit }]) =>
      audit.slice(before.tenants.get(id)?.audit.length ?? 0),
    );
    expect(added.map(({ action, actor }) => [action, actor])).toEqual([[route.action, operator.actor.id]]);
  });
});

describe("who may not", () => {
  test.each(ADMIN_ROUTES.filter(({ scope }) => scope !== "own").map((it) => [it.id, it] as const))(
    "%s: is told so before anything of the request is looked at",
    async (_, route) => {
      const world = await newWorld();
      stage.world = world;
      const stranger = world.people.find(({ name }) => name === "owner@200") as Person;
      const { statusCode } = await app.inject({
        method: route.method,
        url: `${urlOf(route, { query: "unknown=1" })}`,
        headers: { authorization: `Bearer ${stranger.key}`, "content-type": "application/json" },
        ...(route.method === "GET" ? {} : { payload: "{" }),
      });
      expect(statusCode).toBe(403);
    },
  );
});

describe("nothing secret", () => {
  test("comes out of any route, but for what is shown once to who makes it", async () => {
    const seen: string[] = [];
    for (const route of ADMIN_ROUTES) {
      const world = await newWorld();
      stage.world = world;
      const { keys } = world.lab.ports;
      const [operator] = world.people as [Person];
      const texts = world.people.flatMap(({ key, session }) => [key, session]);
      const hidden = [
        ...texts,
        ...texts.map(keys.sha256),
        "hash:",
        PASSWORD,
        SESSION_PASSWORD,
        SEALED,
        request(1).key.x,
      ];
      const { body } = await send(route, world, operator.session);
      seen.push(body);
      // The session password is in the licence key of who gives it, which is what that is for.
      expect(hidden.filter((text) => body.includes(text)).map((text) => [route.id, text])).toEqual([]);
    }
    expect(seen.join("")).toContain(deviceId(1));
  });

  test("no list shows anything of another organisation", async () => {
    for (const route of ADMIN_ROUTES.filter(({ scope, method }) => scope === "own" && method === "GET")) {
      const world = await newWorld();
      stage.world = world;
      for (const { actor, session } of world.people.filter(({ actor }) => actor.organisation === "200")) {
        const { statusCode, body } = await send(route, world, session);
        expect([actor.role, statusCode, body.includes('"100"')]).toEqual([actor.role, 200, false]);
      }
    }
  });

  test("who asks for what is another's or not there is told the same", async () => {
    const world = await newWorld();
    stage.world = world;
    const stranger = world.people.find(({ name }) => name === "owner@200") as Person;
    const headers = { authorization: `Bearer ${stranger.key}` };
    const tell = async (id: string) => {
      const { statusCode, body } = await app.inject({ url: `/api/v1/organisations/${id}/items`, headers });
      return [statusCode, body];
    };
    expect(await tell("100")).toEqual(await tell("999"));
  });
});
