import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { changeCode } from "../../../server/src/usecases/admin-codes.js";
import { revokeItem } from "../../../server/src/usecases/admin-items.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import type { AuthorizeRequest } from "../../../src/rules/protocol/messages.js";
import { REFUSALS } from "../../../src/rules/protocol/refusals.js";
import { attach, buy, cell } from "../lab.js";
import { type Answer, Device, openSite, post, refusalIn, type Site } from "./site.js";
import { newDeviceKey, nonce, openReportAnswer, sealAuthorize, sealFor, sealReport, secret } from "./wire.js";

let site: Site;
let n = 100;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
beforeEach(() => changeCode(site.operator, "100", "shop", { domains: [], passwords: [], items: [site.item] }));

const newDevice = () => Device.open(site, n++);

type Play = () => Promise<{ change?: Partial<AuthorizeRequest>; headers?: Record<string, string> } | undefined>;
const refused: [string, keyof typeof REFUSALS, Play][] = [
  [
    "an organisation that is none",
    "organisation_unknown",
    async () => ({ change: { organisation: "999", code: "999-x" } }),
  ],
  ["a code that is none", "code_unknown", async () => ({ change: { code: "100-nothing" } })],
  [
    "R26 a session password that is missing",
    "password_wrong",
    async () => void (await changeCode(site.operator, "100", "shop", { passwords: ["open sesame"] })),
  ],
  [
    "R26 a wrong session password",
    "password_wrong",
    async () => {
      await changeCode(site.operator, "100", "shop", { passwords: ["open sesame"] });
      return { change: { password: "open simsim" } };
    },
  ],
  [
    "R23 a page on another domain",
    "domain_not_bound",
    async () => {
      await changeCode(site.operator, "100", "shop", { domains: ["shop.example"] });
      return { headers: { origin: "https://shop.example.evil.example" }, change: { origin: "https://shop.example" } };
    },
  ],
  [
    "R23 a page that says another origin than its browser",
    "domain_not_bound",
    async () => ({ headers: { origin: "https://evil.example" } }),
  ],
  [
    "R23 a page without an origin where domains are bound",
    "domain_not_bound",
    async () => {
      await changeCode(site.operator, "100", "shop", { domains: ["shop.example"] });
      return { headers: { origin: "null" }, change: { origin: "null" } };
    },
  ],
  [
    "R64 a licence that has not been activated",
    "license_not_activated",
    async () => {
      const { item } = await buy(site, { type: "per-scan", name: "new", units: 1 }, "100", false);
      await attach(site, [item]);
      return undefined;
    },
  ],
  [
    "a licence that was revoked",
    "license_revoked",
    async () => {
      const { item } = await buy(site, { type: "per-scan", name: "gone", units: 1 });
      await revokeItem(site.operator, "100", item);
      await attach(site, [item]);
      return undefined;
    },
  ],
];

describe("definitive refusals come sealed, with a stable code and a remedy", () => {
  test.each(refused)("%s: %s", async (_, code, play) => {
    const { change = {}, headers = {} } = (await play()) ?? {};
    const device = await newDevice();
    const { answer, reply, request } = await device.ask(change, headers);
    expect(answer.status).toBe(REFUSALS[code].status);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(reply).toMatchObject({ ok: false, nonce: request.nonce, refusal: { code, isFinal: true } });
    expect(reply?.ok === false && reply.refusal.remedy).toBe(REFUSALS[code].remedy);
  });

  test("R26 the right session password opens, also the second of two", async () => {
    await changeCode(site.operator, "100", "shop", { passwords: ["old one", "new one"] });
    await (await newDevice()).authorize({ password: "old one" });
    await (await newDevice()).authorize({ password: "new one" });
  });

  test("R44 a device whose UUID another key claims", async () => {
    const device = await newDevice();
    await device.authorize();
    const { reply } = await device.ask({ key: await newDeviceKey() });
    expect(reply).toMatchObject({ ok: false, refusal: { code: "device_key_mismatch" } });
  });
});

/** What is said in clear must never stop a device. */
function expectInClear(answer: Answer, status: number, code: string): void {
  expect([answer.status, refusalIn(answer).code, refusalIn(answer).isFinal]).toEqual([status, code, false]);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
}

describe("what is no answer to anybody in particular is said in clear, and is never final", () => {
  test("a request sealed for a key that the server does not have", async () => {
    const device = await newDevice();
    const keys = await device.keySet();
    const strange = { ...keys, keys: keys.keys.map((key) => ({ ...key, kid: "A".repeat(43) })) };
    const body = await sealAuthorize(device.request(), strange, site.clock.now());
    expectInClear(await post(site.url + PATHS.authorize, body), 401, "key_unknown");
  });

  test("a request that another key was used for", async () => {
    const device = await newDevice();
    const keys = await device.keySet();
    const { x, y } = await newDeviceKey();
    const strange = { ...keys, keys: keys.keys.map((key) => ({ ...key, x, y })) };
    const body = await sealAuthorize(device.request(), strange, site.clock.now());
    expectInClear(await post(site.url + PATHS.authorize, body), 400, "malformed_request");
  });

  test("a request with a wrong field is told which", async () => {
    const device = await newDevice();
    const { answer } = await device.ask({ device: "no uuid" });
    expectInClear(answer, 400, "malformed_request");
    expect(JSON.parse(answer.body).detail).toBe("authorize.device must be a UUID in lower case");
  });

  test.each([
    ["compressed", { zip: "DEF" }],
    ["of another type", { typ: "tally-report" }],
    ["with a header that has to be understood", { crit: ["exp"], exp: 1 }],
  ])("an envelope %s", async (_, header) => {
    const device = await newDevice();
    const [key] = (await device.keySet()).keys.filter(({ use }) => use === "enc");
    if (key === undefined) throw new Error("no key");
    const content = new TextEncoder().encode(JSON.stringify(device.request()));
    const body = await sealFor(content, key, header).catch(() => "not.a.jwe.at.all");
    expectInClear(await post(site.url + PATHS.authorize, body), 400, "malformed_request");
  });

  test.each([
    ["nothing", ""],
    ["no envelope", "hello"],
    ["half a report", "abc~"],
    ["three parts", "a~b~c"],
    ["invalid UTF-8", Buffer.from([0xff, 0xfe, 0x7e, 0x41])],
  ])("a report that is %s", async (_, body) => {
    const answer = await post(site.url + PATHS.report, body);
    expect([400, 401]).toContain(answer.status);
    expect(refusalIn(answer).isFinal).toBe(false);
  });

  test("another type of body than text", async () => {
    const answer = await post(site.url + PATHS.report, "{}", { "content-type": "application/json" });
    expectInClear(answer, 415, "malformed_request");
  });

  test("a body that is too long", async () => {
    expectInClear(await post(site.url + PATHS.report, "a".repeat(65_537)), 413, "malformed_request");
  });
});

describe("sessions", () => {
  test("a ticket that was changed, made up, or of another server", async () => {
    const device = await newDevice();
    await device.authorize();
    const { ticket = "", sessionKey = "" } = device.grant ?? {};
    await using other = await openSite();
    const stranger = await Device.open(other, 1);
    await stranger.authorize();
    const middle = ticket.length >> 1;
    const changed = ticket.slice(0, middle) + (ticket[middle] === "A" ? "B" : "A") + ticket.slice(middle + 1);
    for (const bad of [changed, randomBytes(200).toString("base64url"), stranger.grant?.ticket ?? ""]) {
      const { body } = await device.sealed([cell(1)], { ticket: bad, sessionKey });
      expectInClear(await post(site.url + PATHS.report, body), 401, "session_unknown");
    }
  });

  test("a ticket carried to another origin is of no use there; a beacon without one is taken", async () => {
    const device = await newDevice();
    await device.authorize();
    const { answer } = await device.report([cell(1)], { origin: "https://evil.example" });
    expectInClear(answer, 401, "session_unknown");
    expect((await device.report([cell(1)], { origin: "null" })).reply?.ok).toBe(true);
  });

  test("a report for another device is refused, sealed", async () => {
    const device = await newDevice();
    await device.authorize();
    const { body, sessionKey } = await device.sealed([cell(1)], { device: "00000000-0000-4000-8000-0000000fffff" });
    const answer = await post(site.url + PATHS.report, body);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toContain("text/plain");
    expect(await openReportAnswer(answer.body, sessionKey)).toMatchObject({ refusal: { code: "session_unknown" } });
  });

  test("a report sealed with another key", async () => {
    const device = await newDevice();
    await device.authorize();
    const report = { v: 1, device: device.id, nonce: nonce(), cells: [cell(1)], slots: [] } as const;
    const body = await sealReport(report, device.grant?.ticket ?? "", secret());
    expectInClear(await post(site.url + PATHS.report, body), 400, "malformed_request");
  });

  test("R32 R33 a ticket of a year ago is still good, one of 400 days is not; authorising again loses nothing", async () => {
    await using old = await openSite({ order: { years: 3 } });
    const device = await Device.open(old, 1);
    await device.authorize();
    old.clock.pass(366);
    await old.ring.refresh();
    expect((await device.report([cell(5, "ean_13", old.clock.now())])).reply).toMatchObject({ ok: true });
    old.clock.pass(34);
    await old.ring.refresh();
    const late = [cell(9, "ean_13", old.clock.now(), 2)];
    expectInClear((await device.report(late)).answer, 401, "session_unknown");
    await device.keySet(true);
    await device.authorize();
    expect((await device.report(late)).reply).toMatchObject({ ok: true, cells: late });
  });

  test("after a report that uses up the quota the device is told to stop, and what it reported is stored", async () => {
    await using small = await openSite({ order: { units: 10 } });
    const device = await Device.open(small, 1);
    await device.authorize();
    const { reply } = await device.report([cell(11)]);
    expect(reply).toMatchObject({ ok: true, next: "authorize", refusal: { code: "quota_exceeded", isFinal: true } });
    expect(reply?.ok && reply.cells).toEqual([cell(11)]);
  });
});
