import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../../server/src/storage/memory/memory-store.js";
import { changeCode } from "../../../server/src/usecases/admin-codes.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { cell } from "../lab.js";
import { Device, openSite, post } from "./site.js";

const CANARY = "canary4711";

class FailingStore extends MemoryStore {
  isFailing = false;

  override async mergeUsage(...writes: Parameters<MemoryStore["mergeUsage"]>) {
    if (!this.isFailing) return super.mergeUsage(...writes);
    const cause = new TypeError(`cause ${CANARY}`);
    throw Object.assign(new Error(`could not store ${CANARY} for ${JSON.stringify(writes)}`, { cause }), {
      code: "SQLITE_IOERR",
      detail: CANARY,
    });
  }
}

describe("R78 the log, at its most talkative", () => {
  test("holds no payload, no secret and no name, in failure paths too; yet says what happened", async () => {
    const lines: string[] = [];
    const store = new FailingStore("g1");
    await using site = await openSite({
      store,
      log: (line) => lines.push(line),
      limits: { reportPerDevice: 3 },
      plugins: [
        {
          prefix: "/api/v1",
          plugin: async (app) => {
            app.get("/fails", async () => {
              throw new Error(CANARY);
            });
          },
        },
      ],
    });
    await changeCode(site.operator, "100", "shop", { passwords: [`pass ${CANARY}`] });
    const device = await Device.open(site);
    await device.authorize({ friendlyName: `name ${CANARY}`, password: `pass ${CANARY}`, library: `1.0-${CANARY}` });
    const { ticket = "", sessionKey = "", authorisation = "" } = device.grant ?? {};

    await device.ask({ password: `wrong ${CANARY}` });
    await device.ask({ nonce: CANARY });
    await device.ask({}, { origin: `https://${CANARY}.example`, "x-secret": CANARY, cookie: `a=${CANARY}` });
    await device.report([cell(1, CANARY)]);
    store.isFailing = true;
    expect((await device.report([cell(2, CANARY)])).answer.status).toBe(503);
    store.isFailing = false;
    for (let turn = 0; turn < 3; turn++) await device.report([cell(3, CANARY)]);
    await post(site.url + PATHS.report, CANARY);
    await post(site.url + PATHS.authorize, `{"${CANARY}":`, { "content-type": "application/json" });
    await post(`${site.url}${PATHS.report}?${CANARY}=${CANARY}`, CANARY.repeat(8000));
    await fetch(`${site.url}/${CANARY}?q=${CANARY}`);
    await fetch(`${site.url}/${CANARY}/%zz`);
    expect((await fetch(`${site.url}/api/v1/fails`)).status).toBe(500);

    const log = lines.filter((line) => !line.includes("Server listening at")).join("");
    const secrets = [CANARY, device.id, ticket, sessionKey, authorisation, "100-shop", device.key.x, "127.0.0.1"];
    for (const secret of secrets) expect(log).not.toContain(secret);
    const told = lines.map((line) => JSON.parse(line));
    expect(told).toContainEqual(
      expect.objectContaining({ level: "info", route: PATHS.authorize, method: "POST", status: 200 }),
    );
    const failure = told.find(({ msg }) => msg === "client plane failed");
    expect(failure).toMatchObject({
      level: "error",
      err: { type: "Error", code: "SQLITE_IOERR", cause: { type: "TypeError" } },
    });
    expect(failure.err.stack.join()).toContain("mergeUsage");
    expect(told.some(({ msg }) => msg === "request failed")).toBe(true);
  });

  test("answers tell nothing of a failure's cause either", async () => {
    const store = new FailingStore("g1");
    await using site = await openSite({ store });
    const device = await Device.open(site);
    await device.authorize();
    store.isFailing = true;
    expect((await device.report([cell(1)])).answer.body).not.toContain(CANARY);
  });

  test("metrics name no organisation, device or address", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    await device.authorize({ friendlyName: CANARY });
    await device.report([cell(1, CANARY)]);
    await fetch(`${site.url}/${CANARY}`);
    const text = await site.metrics.registry.metrics();
    for (const name of [CANARY, device.id, "100-shop", "127.0.0.1"]) expect(text).not.toContain(name);
    expect(text).toContain('lts_requests_total{method="any",route="none",status="404"} 1');
    expect(text).toContain("lts_reported_cells_total 1");
  });
});
