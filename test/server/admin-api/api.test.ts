import { describe, expect, test } from "vitest";
import { BusyError, DomainError } from "../../../server/src/domain/domain-error.js";
import { ADMIN_ROUTES } from "../../../server/src/http/admin/routes.js";
import type { Store } from "../../../server/src/ports.js";
import { addOrganisation, ask, attach, buy, cell, deviceId, granted, type Lab, labWith, START, send } from "../lab.js";
import { CALLS, newWorld, type Person, SESSION_PASSWORD, urlOf } from "./calls.js";
import { type Api, mount, newApi, openApi, PASSWORD } from "./open-api.js";

const O = "/organisations/100";
const OWN_ID = "6f1d2c3b4a5968778695a4b3c2d1e0f0";
const TODAY = "from=2026-05-01&to=2026-05-01";

async function asOperator<A extends Api>(api: A) {
  const token = await api.keyOf("operator");
  return {
    ...api,
    get: (path: string) => api.ask("GET", path, { token }),
    post: (path: string, body?: unknown) => api.ask("POST", path, { token, body }),
    patch: (path: string, body: unknown) => api.ask("PATCH", path, { token, body }),
  };
}
const operatorApi = async () => asOperator(await newApi());

describe("lists", () => {
  const LISTS = ADMIN_ROUTES.filter(({ query }) => "after" in query.properties).map((row) => [row.id, row] as const);

  test.each(LISTS)("%s comes in pages that together are the whole", async (_, row) => {
    const world = await newWorld();
    const { lab } = world;
    await ask(lab, 2, { password: SESSION_PASSWORD });
    for (const id of ["aa", "bb", "cc"]) await addOrganisation(lab, id);
    const app = mount(lab);
    const [operator] = world.people as [Person];
    const query = CALLS[row.id]?.(world).query?.replace(/&?limit=\d+/, "") ?? "";
    const page = async (more: string) => {
      const url = urlOf(row, { query: `${query}&${more}` });
      return (await app.inject({ url, headers: { authorization: `Bearer ${operator.key}` } })).json();
    };
    const whole = (await page("limit=500")).rows;
    const rows: unknown[] = [];
    let next: string | undefined;
    do {
      const got = await page(`limit=1${next === undefined ? "" : `&after=${encodeURIComponent(next)}`}`);
      expect(got.rows.length).toBe(1);
      rows.push(...got.rows);
      next = got.next;
    } while (next !== undefined && rows.length < 100);
    expect(rows).toEqual(whole);
    expect(whole.length).toBeGreaterThan(row.id === "listServerKeys" || row.id === "getUsage" ? 0 : 1);
  });

  test("of fifty rows where nothing is said, never of more than 500", async () => {
    const api = await operatorApi();
    for (let n = 0; n < 60; n++) await addOrganisation(api.lab, `o${n}`);
    expect((await api.get("/organisations")).body.rows.length).toBe(50);
    expect((await api.get("/organisations?limit=501")).body.code).toBe("invalid");
  });
});

describe("what is sent again", () => {
  const order = { id: OWN_ID, type: "per-scan", name: "Tills", units: 10 };

  test("an order with an id of one's own is placed once, whatever has become of it", async () => {
    const api = await operatorApi();
    const first = await api.post(`${O}/orders`, order);
    expect([first.status, first.body.order.id]).toEqual([201, OWN_ID]);
    await api.post(`${O}/orders/${OWN_ID}/confirmation`);
    await api.patch(`${O}/items/${first.body.item.id}`, { settings: { overage: 3 } });
    const before = (await api.get(`${O}/audit?limit=500`)).body.rows.length;
    const again = await api.post(`${O}/orders`, order);
    expect([again.status, again.body.order.status, again.body.item.id]).toEqual([201, "purchased", first.body.item.id]);
    expect((await api.get(`${O}/audit?limit=500`)).body.rows.length).toBe(before);
    expect((await api.get(`${O}/items`)).body.rows.length).toBe(2);
  });

  test.each([
    ["units", { units: 11 }],
    ["years", { years: 2 }],
    ["name", { name: "Other" }],
    ["type", { type: "per-device" }],
    ["isOffline", { isOffline: true }],
  ])("the same id with other %s is a conflict", async (_, other) => {
    const api = await operatorApi();
    await api.post(`${O}/orders`, order);
    expect((await api.post(`${O}/orders`, { ...order, ...other })).body.code).toBe("conflict");
  });

  test("many at once place one order", async () => {
    const api = await operatorApi();
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.post(`${O}/orders`, order)));
    expect(new Set(answers.map(({ body }) => body.item.id)).size).toBe(1);
    expect((await api.get(`${O}/orders`)).body.rows.length).toBe(2);
  });

  test("a renewal is ordered once, after it took effect too; another item's is another order", async () => {
    const api = await operatorApi();
    const path = `${O}/items/${api.lab.item}/orders`;
    const renewal = { id: OWN_ID, kind: "renewal" };
    await api.post(path, renewal);
    await api.post(`${O}/orders/${OWN_ID}/confirmation`);
    expect((await api.post(path, renewal)).body).toMatchObject({ id: OWN_ID, status: "activated", units: 10 });
    expect((await api.post(path, { ...renewal, kind: "increase", units: 10 })).body.code).toBe("conflict");
    const { item } = await buy(api.lab, { type: "per-scan", name: "other", units: 10 });
    expect((await api.post(`${O}/items/${item}/orders`, renewal)).body.code).toBe("conflict");
    expect((await api.get(`${O}/items/${api.lab.item}`)).body.grants.length).toBe(2);
  });

  test("an increase is ordered once, and its years mean nothing", async () => {
    const api = await operatorApi();
    const increase = { id: OWN_ID, kind: "increase", units: 5, years: 1 };
    const path = `${O}/items/${api.lab.item}/orders`;
    expect([(await api.post(path, increase)).status, (await api.post(path, increase)).status]).toEqual([201, 201]);
    expect((await api.get(`${O}/orders`)).body.rows.length).toBe(2);
  });

  test("a trial is given once; the same id for another is a conflict", async () => {
    const api = await operatorApi();
    const trial = { id: OWN_ID, type: "per-device", name: "Trial", days: 30, units: 5 };
    await api.post(`${O}/trials`, trial);
    api.lab.clock.pass(1);
    expect((await api.post(`${O}/trials`, trial)).body.grants[0].period.start).toBe(START);
    for (const other of [{ days: 31 }, { units: 6 }, { name: "X" }, { type: "per-scan" }]) {
      expect((await api.post(`${O}/trials`, { ...trial, ...other })).body.code).toBe("conflict");
    }
    expect((await api.get(`${O}/items`)).body.rows.length).toBe(2);
  });

  test("steps happen once, and what is to be so can be said again", async () => {
    const api = await operatorApi();
    expect((await api.post(`${O}/orders/${api.lab.order}/activation`)).body.code).toBe("conflict");
    const revoke = () => api.post(`${O}/items/${api.lab.item}/revocation`);
    const first = (await revoke()).body.revokedAt;
    api.lab.clock.pass(1);
    expect([(await revoke()).status, (await revoke()).body.revokedAt]).toEqual([200, first]);
  });
});

describe("problems", () => {
  test("name what is wrong with the request, where, and what to do", async () => {
    const api = await operatorApi();
    const { status, body } = await api.post(`${O}/orders`, { type: "per-scan", name: "x", units: "ten", unitz: 1 });
    expect([status, body.code, body.type, body.status]).toEqual([400, "invalid", "about:blank", 400]);
    expect(body.errors.map(({ at }: { at: string }) => at)).toEqual(expect.arrayContaining(["body/units", "body"]));
    expect(body.remedy.length).toBeGreaterThan(10);
  });

  test("unknown members, parameters and bodies are refused, never ignored", async () => {
    const api = await operatorApi();
    expect((await api.patch(`${O}/items/${api.lab.item}`, { settings: { overrage: 5 } })).status).toBe(400);
    expect((await api.patch(`${O}/codes/shop`, { domain: ["a.example"] })).status).toBe(400);
    expect((await api.get(`${O}/items?limt=5`)).status).toBe(400);
    expect((await api.post(`${O}/orders/${api.lab.order}/activation`, { years: 2 })).status).toBe(400);
    expect((await api.post(`${O}/orders/${api.lab.order}/activation`, {})).body.code).toBe("conflict");
  });

  test("bodies that are too large, no JSON or of another kind", async () => {
    const api = await operatorApi();
    const headers = { authorization: `Bearer ${await api.keyOf("operator")}` };
    const send = async (payload: string, type: string) => {
      const url = `/api/v1${O}/codes`;
      const { statusCode, body } = await api.app.inject({
        method: "POST",
        url,
        payload,
        headers: { ...headers, "content-type": type },
      });
      return [statusCode, JSON.parse(body).code];
    };
    expect(await send(JSON.stringify({ name: "x".repeat(66_000) }), "application/json")).toEqual([413, "too_large"]);
    expect(await send('{"name":"kiosk"', "application/json")).toEqual([400, "invalid"]);
    expect(await send('{"name":"kiosk","__proto__":{"a":1}}', "application/json")).toEqual([400, "invalid"]);
    expect(await send('{"name":"kiosk"}', "text/plain")).toEqual([415, "unsupported_media_type"]);
    expect((await api.get(`${O}/codes`)).body.rows.length).toBe(1);
  });

  test("a store that cannot be written is busy, with a time to come again; other faults tell nothing", async () => {
    const failing = async (error: Error) => {
      const lab = await labWith();
      const api = await operatorApi();
      const token = await api.keyOf("operator");
      const store = new Proxy(api.lab.store, {
        get: (target, name) =>
          name === "transaction" ? () => Promise.reject(error) : Reflect.get(target, name, target).bind?.(target),
      }) as Store;
      const broken = await openApi({ ...lab, ports: { ...api.lab.ports, store } } as Lab);
      return broken.ask("POST", `${O}/codes`, { token, body: { name: "kiosk" } });
    };
    const busy = await failing(new DomainError("busy", "The disk is full."));
    expect([busy.status, busy.body.code, busy.headers["retry-after"]]).toEqual([503, "busy", "5"]);
    const away = await failing(new BusyError("storage_unavailable", "PostgreSQL does not answer.", 7.5));
    expect([away.status, away.headers["retry-after"]]).toEqual([503, "8"]);
    const broken = await failing(new Error("secret of the store"));
    expect([broken.status, broken.body.code, typeof broken.body.request]).toEqual([500, "internal", "string"]);
    expect(JSON.stringify(broken.body)).not.toContain("secret of the store");
  });
});

describe("licence keys", () => {
  test("lead to the servers that are configured, or to those that are named", async () => {
    const api = await operatorApi();
    const path = `${O}/codes/shop/license-key`;
    const serversIn = ({ licenseKey }: { licenseKey: string }) =>
      JSON.parse(Buffer.from(licenseKey.slice("tally1.".length), "base64url").toString()).servers;
    expect(serversIn((await api.post(path, {})).body)).toEqual(["https://lts.example"]);
    const servers = ["https://a.example", "https://b.example"];
    expect(serversIn((await api.post(path, { servers })).body)).toEqual(servers);
    expect((await api.post(path, { servers: ["http://a.example"] })).body.code).toBe("invalid");
    const bare = mount(api.lab, []);
    const headers = { authorization: `Bearer ${await api.keyOf("operator")}` };
    const answer = await bare.inject({ method: "POST", url: `/api/v1${path}`, headers, payload: {} });
    expect([answer.statusCode, answer.json().code]).toEqual([400, "invalid"]);
  });

  test("R71 another organisation's key orders nothing here", async () => {
    const api = await operatorApi();
    const { licenseKey } = (await api.post(`${O}/codes/shop/license-key`, {})).body;
    await addOrganisation(api.lab, "200");
    const order = { licenseKey, kind: "increase", units: 5 };
    expect((await api.post("/organisations/200/license-key-orders", order)).body.code).toBe("invalid");
    expect((await api.post(`${O}/license-key-orders`, order)).body).toMatchObject({ item: api.lab.item, units: 5 });
  });
});

describe("what was used", () => {
  test("R61 is counted by day, symbology, code, device, and in the 480 slots of a day", async () => {
    const api = await operatorApi();
    await send(api.lab, granted(await ask(api.lab, 1)).session, [cell(2), cell(1, "qr_code")]);
    await send(api.lab, granted(await ask(api.lab, 2)).session, [cell(3)]);
    const usage = async (groupBy: string, more = "") =>
      (await api.get(`${O}/usage?${TODAY}${groupBy && `&groupBy=${groupBy}`}${more}`)).body.rows;
    expect(await usage("")).toEqual([{ count: 6 }]);
    expect(await usage("metric")).toEqual([
      { metric: "ean_13", count: 5 },
      { metric: "qr_code", count: 1 },
    ]);
    expect(await usage("day,code,day")).toEqual([{ day: "2026-05-01", code: "100-shop", count: 6 }]);
    expect(await usage("metric", `&device=${deviceId(2)}`)).toEqual([{ metric: "ean_13", count: 3 }]);
    expect(await usage("metric", "&code=100-other")).toEqual([]);
    const slots = (await api.get(`${O}/slots?account=100-shop&day=2026-05-01`)).body.counts;
    expect([slots.length, slots[240], slots[241]]).toEqual([480, 2, 0]);
  });

  test("a page of usage goes on where the last one ended, whatever has been counted since", async () => {
    const api = await operatorApi();
    const { session } = granted(await ask(api.lab, 1));
    await send(api.lab, session, [cell(1, "code_128"), cell(2, "ean_13"), cell(3, "qr_code")]);
    const path = `${O}/usage?${TODAY}&groupBy=metric&limit=2`;
    const first = (await api.get(path)).body;
    await send(api.lab, session, [cell(9, "aztec"), cell(5, "ean_13")]);
    const { body } = await api.get(`${path}&after=${first.next}`);
    expect(body).toEqual({ rows: [{ metric: "qr_code", count: 3 }] });
    expect((await api.get(`${path}&after=bm9uZQ`)).body.code).toBe("invalid");
  });

  test("days that are none, and ranges the wrong way round, are refused", async () => {
    const api = await operatorApi();
    for (const range of [
      "from=2026-02-30&to=2026-03-01",
      "from=2026-05-02&to=2026-05-01",
      "from=0001-01-01&to=9999-12-31",
    ]) {
      expect((await api.get(`${O}/usage?${range}`)).body.code).toBe("invalid");
    }
    expect((await api.get(`${O}/usage?from=2026-05-01`)).body.errors[0].at).toContain("query");
  });

  test("refusals have their reason; strangers' are the server's own", async () => {
    const api = await operatorApi();
    await attach(api.lab, []);
    await ask(api.lab, 1);
    await ask(api.lab, 1, { organisation: "999", code: "999-x" });
    const rows = (path: string) => api.get(`${path}/refusals?${TODAY}`).then(({ body }) => body.rows);
    expect(await rows(O)).toEqual([{ day: "2026-05-01", code: "100-shop", refusal: "license_missing", count: 1 }]);
    expect(await rows("/server")).toEqual([{ day: "2026-05-01", code: "", refusal: "organisation_unknown", count: 1 }]);
  });

  test("the audit log is checked, also against a head that was noted before", async () => {
    const api = await operatorApi();
    const { head } = (await api.get(`${O}/audit/check`)).body;
    await api.post(`${O}/codes`, { name: "kiosk" });
    const check = (sequence: number, hash: string) => api.get(`${O}/audit/check?sequence=${sequence}&hash=${hash}`);
    expect((await check(head.sequence, head.hash)).body).toMatchObject({
      holds: true,
      head: { sequence: head.sequence + 1 },
    });
    expect((await check(head.sequence, "0".repeat(64))).body).toMatchObject({
      holds: false,
      firstBreak: head.sequence,
    });
    expect((await api.get(`${O}/audit/check?sequence=1`)).body.code).toBe("invalid");
  });
});

describe("licence items", () => {
  test("are renamed and set apart from each other; what is not named stays", async () => {
    const api = await operatorApi();
    const path = `${O}/items/${api.lab.item}`;
    await api.patch(path, { settings: { overage: 5, graceDays: 7 } });
    await api.patch(path, { name: " Tills " });
    const { name, settings } = (await api.patch(path, { settings: { overage: 6 } })).body;
    expect([name, settings]).toEqual(["Tills", { overage: 6, graceDays: 7, deviceExpiryDays: 365, domains: [] }]);
    expect((await api.get(path)).body).toMatchObject({
      name: "Tills",
      used: 0,
      state: { status: "active", quota: 10 },
    });
  });
});

describe("people and keys", () => {
  test("the server's own are apart from every organisation's", async () => {
    const api = await operatorApi();
    const user = { login: "op2@lts", name: "Op", password: PASSWORD, role: "operator" };
    expect((await api.post("/server/users", user)).status).toBe(201);
    expect((await api.post(`${O}/users`, { ...user, login: "op3@lts" })).body.code).toBe("invalid");
    expect((await api.get("/server/users")).body.rows.map(({ login }: { login: string }) => login)).toEqual([
      "op2@lts",
    ]);
    expect((await api.get(`${O}/users`)).body.rows).toEqual([]);
  });

  test("an owner makes no operator of anybody, and a login is taken once on the server", async () => {
    const api = await newApi();
    const token = await api.keyOf("owner");
    const user = { login: "ada@shop", name: "Ada", password: PASSWORD, role: "viewer" };
    const { id } = (await api.ask("POST", `${O}/users`, { token, body: user })).body;
    const patch = (body: unknown) => api.ask("PATCH", `${O}/users/${id}`, { token, body });
    expect((await patch({ role: "operator" })).body.code).toBe("forbidden");
    expect((await patch({ role: "owner" })).body.role).toBe("owner");
    expect((await api.ask("POST", `${O}/users`, { token, body: { ...user, login: "ADA@shop" } })).body.code).toBe(
      "conflict",
    );
  });

  test("an API key works until it is revoked or expires", async () => {
    const api = await operatorApi();
    const body = { label: "ci", role: "viewer", expiresAt: START + 1000 };
    const keys = [(await api.post(`${O}/api-keys`, body)).body, (await api.post(`${O}/api-keys`, body)).body];
    const works = async (token: string) => (await api.ask("GET", `${O}/items`, { token })).status;
    expect([await works(keys[0].text), await works(keys[1].text)]).toEqual([200, 200]);
    const token = await api.keyOf("operator");
    expect((await api.ask("DELETE", `${O}/api-keys/${keys[0].id}`, { token })).body.revokedAt).toBe(START);
    expect([await works(keys[0].text), await works(keys[1].text)]).toEqual([401, 200]);
    api.lab.clock.at += 1000;
    expect(await works(keys[1].text)).toBe(401);
    expect((await api.post(`${O}/api-keys`, body)).body.code).toBe("invalid");
  });
});
