import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENVELOPES, PATHS } from "../../../src/rules/protocol/envelopes.js";
import { cell } from "../lab.js";
import { Device, openSite, post, refusalIn, type Site } from "./site.js";
import { openReportAnswer, openWith } from "./wire.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe("over real http with real keys", () => {
  test("R19 R24 R25 a device is authorised, reports, and hears what is stored", async () => {
    const device = await Device.open(site, 1);
    const authorisation = await device.authorize({ friendlyName: "Till 1" });
    expect(authorisation).toMatchObject({ organisation: "100", code: "100-shop", device: device.id, key: device.key });
    expect(authorisation.expiresAt).toBeGreaterThan(site.clock.now());

    const { answer, reply, nonce } = await device.report([cell(3), cell(2, "qr_code")]);
    expect(answer.status).toBe(200);
    expect(reply).toMatchObject({
      ok: true,
      nonce,
      generation: "g1",
      next: "continue",
      cells: [cell(3), cell(2, "qr_code")],
    });
    expect(
      await site.store.usage({ organisation: "100", from: "2026-01-01", to: "2026-12-31", groupBy: ["metric"] }),
    ).toEqual([
      { metric: "ean_13", count: 3 },
      { metric: "qr_code", count: 2 },
    ]);
  });

  test("a lost acknowledgement, a repetition and a replay count once", async () => {
    const device = await Device.open(site, 2);
    await device.authorize();
    const before = await total(site);
    const { body, sessionKey } = await device.sealed([cell(7, "ean_13", undefined, 2)]);
    const acks = [];
    for (let turn = 0; turn < 3; turn++) {
      const { body: ack } = await post(site.url + PATHS.report, body);
      acks.push(await openReportAnswer(ack, sessionKey));
    }
    expect(acks.map((ack) => ack.ok && ack.cells[0]?.count)).toEqual([7, 7, 7]);
    expect((await total(site)) - before).toBe(7);
  });

  test("answers carry what browsers ask for, and no cookie", async () => {
    const device = await Device.open(site, 3);
    const { answer } = await device.ask();
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("the state is told to anybody, and says nothing of an organisation", async () => {
    const response = await fetch(site.url + PATHS.status);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(await response.json()).toEqual({ v: 1, isReady: true, generation: "g1", serverTime: site.clock.now() });
  });

  test("an acknowledgement cannot be taken for a report", async () => {
    const device = await Device.open(site, 4);
    await device.authorize();
    const { body, sessionKey } = await device.sealed([cell(1)]);
    const { body: ack } = await post(site.url + PATHS.report, body);
    await expect(openWith(ack, sessionKey, ENVELOPES.report)).rejects.toThrow();
    const reflected = await post(site.url + PATHS.report, `${device.grant?.ticket}~${ack}`);
    expect([reflected.status, refusalIn(reflected).code]).toEqual([400, "malformed_request"]);
  });
});

async function total({ store }: Site): Promise<number> {
  const [row] = await store.usage({ organisation: "100", from: "2026-01-01", to: "2026-12-31", groupBy: [] });
  return row?.count ?? 0;
}
