/** The admin plane: handshake codes, orders and the devices of an organisation. */
import { describe, expect, test } from "vitest";
import { DomainError } from "../../server/src/domain/domain-error.js";
import * as codes from "../../server/src/usecases/admin-codes.js";
import * as devices from "../../server/src/usecases/admin-devices.js";
import * as items from "../../server/src/usecases/admin-items.js";
import * as orders from "../../server/src/usecases/admin-orders.js";
import * as organisations from "../../server/src/usecases/admin-organisations.js";
import * as usage from "../../server/src/usecases/admin-usage.js";
import { addMonths } from "../../src/rules/period.js";
import { parseLicenseKey } from "../../src/rules/protocol/license-key.js";
import { judge } from "../../src/rules/verdict.js";
import {
  addOrganisation,
  ask,
  attach,
  buy,
  cell,
  deviceId,
  granted,
  labWith,
  openLab,
  outcomeOf,
  owner,
  readToken,
  START,
  send,
} from "./lab.js";

const PAGE = { limit: 50 };
const TODAY = { from: "2026-05-01", to: "2026-05-01" };

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );

describe("codes and orders", () => {
  test("items change behind a code; the code and its default stay", async () => {
    const lab = await labWith();
    const other = await buy(lab, { type: "per-device", name: "other", units: 3 });
    await attach(lab, [other.item]);
    expect(granted(await ask(lab)).token.item).toBe(other.item);
    await codes.createCode(lab.operator, "100", "kiosk");
    expect(await codeOf(codes.deleteCode(lab.operator, "100", "shop"))).toBe("conflict");
    await codes.setDefaultCode(lab.operator, "100", "kiosk");
    await codes.deleteCode(lab.operator, "100", "shop");
    expect(
      (await codes.listCodes(lab.operator, "100", PAGE)).rows.map(({ code, isDefault }) => [code, isDefault]),
    ).toEqual([["100-kiosk", true]]);
  });

  test("two first codes made at once are not both the default", async () => {
    const lab = openLab();
    await organisations.createOrganisation(lab.operator, "100", "Shop");
    await Promise.all(["a", "b", "c"].map((name) => codes.createCode(lab.operator, "100", name)));
    expect((await codes.listCodes(lab.operator, "100", PAGE)).rows.filter(({ isDefault }) => isDefault).length).toBe(1);
  });

  test("R71 R72 an owner asks for an increase with the current key; it counts once the operator confirms it", async () => {
    const lab = await labWith({ units: 10 });
    const own = lab.as(owner("100"));
    const key = await codes.licenseKeyOf(own, "100", "shop", { servers: ["https://lts.example"] });
    const order = await orders.orderMoreByKey(own, key, { kind: "increase", units: 5 });
    expect(order).toMatchObject({ item: lab.item, kind: "increase", units: 5, status: "requested" });
    const quota = async () => (await items.getItem(own, "100", lab.item)).state.quota;
    expect(await quota()).toBe(10);
    await orders.confirmOrder(lab.operator, "100", order.id);
    expect(await quota()).toBe(15);
    expect(await codeOf(orders.confirmOrder(lab.operator, "100", order.id))).toBe("conflict");
    expect(await quota()).toBe(15);
  });

  test("R71 where several licences stand behind a key, the one must be named; a broken key says what is wrong", async () => {
    const lab = await labWith();
    const other = await buy(lab, { type: "per-scan", name: "other", units: 3 });
    await attach(lab, [lab.item, other.item]);
    const key = await codes.licenseKeyOf(lab.operator, "100", "shop", { servers: ["https://lts.example"] });
    expect(await codeOf(orders.orderMoreByKey(lab.operator, key, { kind: "renewal" }))).toBe("conflict");
    expect(await codeOf(orders.orderMoreByKey(lab.operator, key.slice(0, -9), { kind: "renewal" }))).toBe("invalid");
  });

  test("R71 a trial or a revoked licence behind the key is not what is meant", async () => {
    const lab = await labWith();
    const trial = await items.createTrial(lab.operator, "100", { type: "per-scan", name: "t", days: 7, units: 5 });
    const revoked = await buy(lab, { type: "per-scan", name: "revoked", units: 3 });
    await items.revokeItem(lab.operator, "100", revoked.item);
    await attach(lab, [trial.id, revoked.item, lab.item]);
    const key = await codes.licenseKeyOf(lab.operator, "100", "shop", { servers: ["https://lts.example"] });
    for (const kind of ["increase", "renewal"] as const) {
      expect((await orders.orderMoreByKey(lab.operator, key, { kind, units: 1 })).item).toBe(lab.item);
    }
  });

  test("a per-domain licence takes no more domains than it has units, later neither", async () => {
    const lab = await labWith({ type: "per-domain", units: 1, settings: { domains: ["a.example"] } });
    const change = (...domains: string[]) => codeOf(items.changeSettings(lab.operator, "100", lab.item, { domains }));
    expect([await change("b.example"), await change("a.example", "b.example"), await change()]).toEqual([
      "done",
      "invalid",
      "invalid",
    ]);
  });

  test("R73 a renewal can be ordered at any time before expiry, and twice at once adds two periods", async () => {
    const lab = await labWith();
    const placed = await Promise.all(
      [1, 2].map(() => orders.orderMore(lab.as(owner("100")), "100", lab.item, { kind: "renewal" })),
    );
    await Promise.all(placed.map(({ id }) => orders.confirmOrder(lab.operator, "100", id)));
    const { grants } = await items.getItem(lab.operator, "100", lab.item);
    expect(grants.map(({ period }) => period.end)).toEqual([12, 24, 36].map((months) => addMonths(START, months)));
  });

  test("an order that was withdrawn has no effect", async () => {
    const lab = await labWith();
    const { id } = await orders.orderMore(lab.operator, "100", lab.item, { kind: "increase", units: 5 });
    await orders.cancelOrder(lab.as(owner("100")), "100", id);
    expect(await codeOf(orders.confirmOrder(lab.operator, "100", id))).toBe("conflict");
  });

  test("R15 R35 an offline licence is a key that carries its own authorisation, until the licence ends", async () => {
    const settings = { domains: ["shop.example"] };
    const lab = await labWith({ type: "per-device", units: 20, isOffline: true, settings });
    const key = parseLicenseKey(await items.exportOffline(lab.as(owner("100")), "100", lab.item));
    if (!key.ok || key.value.kind !== "offline") throw new Error("it is no offline key");
    const token = readToken(key.value.authorisation);
    const { end } = token.license.period;
    expect([token.device, token.expiresAt, token.domains]).toEqual([undefined, end, ["shop.example"]]);
    const code = (at: number, origin: string) => judge(token.license, at, token.use, origin).code;
    expect(code(end - 1, "https://shop.example")).toBe("ok");
    expect(code(end, "https://shop.example")).toBe("license_expired");
    expect(code(START, "https://other.example")).toBe("domain_not_bound");
    const online = await labWith();
    expect(await codeOf(items.exportOffline(online.operator, "100", online.item))).toBe("invalid");
  });
});

describe("devices", () => {
  test("R39 R44 R46 the list has each browser on each origin once, with what it calls itself", async () => {
    const lab = await labWith({ type: "per-device", units: 5 });
    await ask(lab, 1, { friendlyName: "Till 1" });
    await ask(lab, 2, {}, "https://other.example");
    await ask(lab, 1, { friendlyName: "Till one" });
    const list = await devices.listDevices(lab.operator, "100", PAGE);
    expect([list.total, list.rows.map(({ id, friendlyName, origin }) => [id, friendlyName, origin])]).toEqual([
      2,
      [
        [deviceId(1), "Till one", "https://shop.example"],
        [deviceId(2), undefined, "https://other.example"],
      ],
    ]);
  });

  test("R45 R47 another UUID is another device, whoever holds it", async () => {
    const lab = await labWith({ type: "per-device", units: 5 });
    for (const n of [1, 2, 3]) await ask(lab, n);
    expect((await items.getItem(lab.operator, "100", lab.item)).used).toBe(3);
  });

  test("one that was refused is not listed", async () => {
    const lab = await labWith({ type: "per-device", units: 1 });
    await ask(lab, 1);
    await ask(lab, 2);
    expect((await devices.listDevices(lab.operator, "100", PAGE)).total).toBe(1);
  });

  test("unregistering frees the seat at once, and keeps what was counted", async () => {
    const lab = await labWith({ type: "per-device", units: 1 });
    await send(lab, granted(await ask(lab, 1)).session, [cell(7)]);
    expect(outcomeOf(await ask(lab, 2))).toBe("seats_taken");
    await devices.unregisterDevice(lab.as(owner("100")), "100", deviceId(1));
    expect(outcomeOf(await ask(lab, 2))).toBe("ok");
    expect(await usage.usageOf(lab.operator, { organisation: "100", ...TODAY, groupBy: ["device"] })).toEqual([
      { device: deviceId(1), count: 7 },
    ]);
    expect(await codeOf(devices.unregisterDevice(lab.operator, "100", deviceId(9)))).toBe("not_found");
  });

  test("R41 R42 the sweep deletes what is out of use for longer than is set, in every organisation", async () => {
    const lab = await labWith({ type: "per-device", units: 5, settings: { deviceExpiryDays: 90 } });
    await addOrganisation(lab, "200");
    await ask(lab, 1);
    lab.clock.pass(90);
    await ask(lab, 2);
    expect(await devices.sweepDevices(lab.ports)).toEqual({ devices: 0, seats: 0 });
    lab.clock.at += 1;
    expect((await devices.listDevices(lab.operator, "100", PAGE)).rows.map(({ id }) => id)).toEqual([deviceId(2)]);
    expect(await devices.sweepDevices(lab.ports)).toEqual({ devices: 1, seats: 1 });
  });
});
