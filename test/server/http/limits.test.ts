import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { BusyError } from "../../../server/src/domain/domain-error.js";
import { MemoryStore } from "../../../server/src/storage/memory/memory-store.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { cell } from "../lab.js";
import { Device, openSite, post, refusalIn } from "./site.js";

describe("limits", () => {
  test("by address: authorising and reporting each have their own", async () => {
    await using site = await openSite({ limits: { authorizePerAddress: 3, reportPerAddress: 4 } });
    const device = await Device.open(site);
    await device.authorize();
    const seen: number[] = [];
    for (let turn = 0; turn < 5; turn++) seen.push((await device.report([cell(turn)])).answer.status);
    expect(seen).toEqual([200, 200, 200, 200, 429]);
    await device.authorize();
    await device.authorize();
    const { answer } = await device.ask();
    expect([answer.status, refusalIn(answer).code, refusalIn(answer).isFinal]).toEqual([429, "rate_limited", false]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.headers.get("access-control-expose-headers")).toBe("retry-after");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("by device: one that asks too often does not stop another behind the same address", async () => {
    await using site = await openSite({ limits: { authorizePerDevice: 2, reportPerDevice: 3 } });
    const [first, second] = [await Device.open(site, 1), await Device.open(site, 2)];
    await first.authorize();
    await second.authorize();
    const seen: number[] = [];
    for (let turn = 0; turn < 5; turn++) seen.push((await first.report([cell(turn)])).answer.status);
    expect(seen).toEqual([200, 200, 200, 429, 429]);
    expect((await second.report([cell(1)])).answer.status).toBe(200);
    await first.authorize();
    const { answer } = await first.ask();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "60"]);
    await second.authorize();
  });

  test("behind a trusted proxy each client is an address of its own", async () => {
    await using site = await openSite({ limits: { authorizePerAddress: 1 }, trustedProxies: ["127.0.0.1"] });
    const device = await Device.open(site);
    const from = async (address: string) => (await device.ask({}, { "x-forwarded-for": address })).answer.status;
    expect([await from("192.0.2.1"), await from("192.0.2.2"), await from("192.0.2.1")]).toEqual([200, 200, 429]);
    expect([await from("2001:db8::1"), await from("2001:db8::2")]).toEqual([200, 429]);
  });

  test("what a stranger says of its address is not believed", async () => {
    await using site = await openSite({ limits: { authorizePerAddress: 1 } });
    const device = await Device.open(site);
    const from = async (address: string) => (await device.ask({}, { "x-forwarded-for": address })).answer.status;
    expect([await from("192.0.2.1"), await from("192.0.2.2")]).toEqual([200, 429]);
  });
});

/** A store that holds reports up until it is told to go on, or fails as it is told to. */
class HeldStore extends MemoryStore {
  open: () => void = () => undefined;
  gate: Promise<unknown> = Promise.resolve();
  failure: Error | undefined;

  hold(): void {
    this.gate = new Promise<void>((resolve) => {
      this.open = resolve;
    });
  }

  override async mergeUsage(...writes: Parameters<MemoryStore["mergeUsage"]>) {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return super.mergeUsage(...writes);
  }
}

describe("a server that cannot keep up", () => {
  test("sends devices away with 503 and a time, and takes what it can", async () => {
    const store = new HeldStore("g1");
    await using site = await openSite({ store, limits: { inFlight: 3 } });
    const device = await Device.open(site);
    await device.authorize();
    store.hold();
    const bodies = await Promise.all([1, 2, 3, 4, 5].map((count) => device.sealed([cell(count)])));
    const sent = bodies.slice(0, 3).map(({ body }) => post(site.url + PATHS.report, body));
    await expect.poll(async () => (await site.metrics.inFlight.get()).values[0]?.value).toBe(3);
    const away = await post(site.url + PATHS.report, bodies[3]?.body ?? "");
    expect([away.status, refusalIn(away).code, refusalIn(away).isFinal]).toEqual([503, "server_busy", false]);
    expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await fetch(site.url + PATHS.status)).status).toBe(200);
    store.open();
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect.poll(async () => (await site.metrics.inFlight.get()).values[0]?.value).toBe(0);
    expect((await post(site.url + PATHS.report, bodies[4]?.body ?? "")).status).toBe(200);
  });

  test("requests that break off do not stay counted", async () => {
    await using site = await openSite({ limits: { inFlight: 2 } });
    for (let turn = 0; turn < 5; turn++) {
      await new Promise<void>((resolve) => {
        const socket = connect(site.port, "127.0.0.1", () => {
          socket.write(
            `POST ${PATHS.report} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nhalf`,
          );
          setTimeout(() => socket.destroy(), 20);
        });
        socket.once("close", () => resolve());
      });
    }
    const device = await Device.open(site);
    await expect.poll(async () => (await device.ask()).answer.status).toBe(200);
  });

  test.each([
    ["a full queue", new BusyError("queue_full", "The queue is full.", 2)],
    ["a full disk", Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" })],
  ])("%s is 503, never a false acknowledgement and never a refusal; then it recovers", async (_, failure) => {
    const store = new HeldStore("g1");
    await using site = await openSite({ store });
    const device = await Device.open(site);
    await device.authorize();
    store.failure = failure;
    const { answer } = await device.report([cell(3)]);
    expect([answer.status, refusalIn(answer).code, refusalIn(answer).isFinal]).toEqual([503, "server_busy", false]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    store.failure = undefined;
    expect((await device.report([cell(3)])).reply).toMatchObject({ ok: true, cells: [cell(3)] });
  });

  test("stopping: what is in work is answered, what comes after is not taken", async () => {
    const store = new HeldStore("g1");
    const site = await openSite({ store });
    const device = await Device.open(site);
    await device.authorize();
    store.hold();
    const { body } = await device.sealed([cell(4)]);
    const sent = post(site.url + PATHS.report, body);
    await expect.poll(async () => (await site.metrics.inFlight.get()).values[0]?.value).toBe(1);
    const closed = site.close();
    await expect.poll(() => site.app.server.listening).toBe(false);
    const late = await post(site.url + PATHS.report, body).then(
      ({ status }) => status,
      () => "no connection",
    );
    expect([503, "no connection"]).toContain(late);
    store.open();
    expect((await sent).status).toBe(200);
    await closed;
  });
});
