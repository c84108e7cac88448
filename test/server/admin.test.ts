import { describe, expect, test } from "vitest";
import type { Actor } from "../../server/src/domain/access.js";
import { DomainError } from "../../server/src/domain/domain-error.js";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import type { Admin } from "../../server/src/usecases/admin.js";
import * as codes from "../../server/src/usecases/admin-codes.js";
import * as devices from "../../server/src/usecases/admin-devices.js";
import * as items from "../../server/src/usecases/admin-items.js";
import * as orders from "../../server/src/usecases/admin-orders.js";
import * as organisations from "../../server/src/usecases/admin-organisations.js";
import * as serverKeys from "../../server/src/usecases/admin-server-keys.js";
import * as usage from "../../server/src/usecases/admin-usage.js";
import * as users from "../../server/src/usecases/admin-users.js";
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
  OPERATOR,
  openLab,
  outcomeOf,
  owner,
  readToken,
  START,
  send,
  viewer,
} from "./lab.js";

const PAGE = { limit: 50 };
const TODAY = { from: "2026-05-01", to: "2026-05-01" };
const PASSWORD = "correct horse battery";

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );

describe("verb × role × organisation", () => {
  /** Every verb of the admin plane, asked of organisation 100. */
  const VERBS: Record<
    string,
    (admin: Admin, is: { item: string; order: string; key: string; user: string }) => unknown
  > = {
    createOrganisation: (admin) => organisations.createOrganisation(admin, "300", "New"),
    renameOrganisation: (admin) => organisations.renameOrganisation(admin, "100", "Other"),
    getOrganisation: (admin) => organisations.getOrganisation(admin, "100"),
    createUser: (admin) =>
      users.createUser(admin, "100", { login: "eve@shop", name: "Eve", role: "viewer", password: PASSWORD }),
    getUser: (admin, { user }) => users.getUser(admin, "100", user),
    listUsers: (admin) => users.listUsers(admin, "100", PAGE),
    changeUser: (admin, { user }) => users.changeUser(admin, "100", user, { isDisabled: true }),
    createApiKey: (admin) => users.createApiKey(admin, "100", { label: "ci", role: "viewer" }),
    listApiKeys: (admin) => users.listApiKeys(admin, "100", PAGE),
    revokeApiKey: (admin, { key }) => users.revokeApiKey(admin, "100", key),
    getCode: (admin) => codes.getCode(admin, "100", "shop"),
    listCodes: (admin) => codes.listCodes(admin, "100", PAGE),
    createCode: (admin) => codes.createCode(admin, "100", "kiosk"),
    setDefaultCode: (admin) => codes.setDefaultCode(admin, "100", "shop"),
    changeCode: (admin) => codes.changeCode(admin, "100", "shop", { order: "owner" }),
    deleteCode: (admin) => codes.deleteCode(admin, "100", "shop"),
    licenseKeyOf: (admin) => codes.licenseKeyOf(admin, "100", "shop", { servers: ["https://lts.example"] }),
    listItems: (admin) => items.listItems(admin, "100", PAGE),
    getItem: (admin, { item }) => items.getItem(admin, "100", item),
    createTrial: (admin) => items.createTrial(admin, "100", { type: "per-scan", name: "t", days: 7, units: 5 }),
    changeSettings: (admin, { item }) => items.changeSettings(admin, "100", item, { overage: 1 }),
    revokeItem: (admin, { item }) => items.revokeItem(admin, "100", item),
    exportOffline: (admin, { item }) => items.exportOffline(admin, "100", item),
    orderItem: (admin) => orders.orderItem(admin, "100", { type: "per-scan", name: "more", units: 5 }),
    orderMore: (admin, { item }) => orders.orderMore(admin, "100", item, { kind: "increase", units: 5 }),
    orderMoreByKey: (admin) => orders.orderMoreByKey(admin, KEY, { kind: "increase", units: 5 }),
    confirmOrder: (admin, { order }) => orders.confirmOrder(admin, "100", order),
    activateOrder: (admin, { order }) => orders.activateOrder(admin, "100", order),
    cancelOrder: (admin, { order }) => orders.cancelOrder(admin, "100", order),
    getOrder: (admin, { order }) => orders.getOrder(admin, "100", order),
    listOrders: (admin) => orders.listOrders(admin, "100", PAGE),
    getDevice: (admin) => devices.getDevice(admin, "100", deviceId(1)),
    listDevices: (admin) => devices.listDevices(admin, "100", PAGE),
    unregisterDevice: (admin) => devices.unregisterDevice(admin, "100", deviceId(1)),
    usageOf: (admin) => usage.usageOf(admin, { organisation: "100", ...TODAY, groupBy: [] }),
    usagePage: (admin) => usage.usagePage(admin, { organisation: "100", ...TODAY, groupBy: [] }, PAGE),
    slotsOfDay: (admin) => usage.slotsOfDay(admin, "100", "100-shop", "2026-05-01"),
    refusalsOf: (admin) => usage.refusalsOf(admin, "100", TODAY),
    auditLog: (admin) => usage.auditLog(admin, "100"),
    checkAudit: (admin) => usage.checkAudit(admin, "100"),
    rotateKeys: (admin) => serverKeys.rotateKeys(admin, { rotate: async () => undefined }, ["signing"], false),
    listServerKeys: (admin) => serverKeys.listServerKeys(admin, PAGE),
  };
  const KEY = `tally1.${Buffer.from(
    JSON.stringify({ organisation: "100", code: "100-shop", servers: ["https://lts.example"], root: "r".repeat(43) }),
  ).toString("base64url")}`;
  const BY_OPERATOR = [
    "createOrganisation",
    "createTrial",
    "changeSettings",
    "revokeItem",
    "confirmOrder",
    "listServerKeys",
    "rotateKeys",
  ];
  const BY_EVERYBODY = [
    "getOrganisation",
    "listCodes",
    "getCode",
    "licenseKeyOf",
    "listItems",
    "getItem",
    "listOrders",
    "getOrder",
    "listDevices",
    "getDevice",
    "usageOf",
    "usagePage",
    "slotsOfDay",
    "refusalsOf",
  ];

  test("none is forgotten here", () => {
    const notVerbs = ["bareItem", "signIn", "userBehind", "actorOfKeyText", "listOrganisations", "sweepDevices"];
    const exported = [codes, devices, items, orders, organisations, serverKeys, usage, users].flatMap((module) =>
      Object.entries(module).flatMap(([name, value]) => (typeof value === "function" ? [name] : [])),
    );
    expect(exported.filter((name) => !notVerbs.includes(name)).sort()).toEqual(Object.keys(VERBS).sort());
  });

  const actors: [string, Actor, (verb: string) => boolean][] = [
    ["the operator", OPERATOR, () => true],
    ["the owner", owner("100"), (verb) => !BY_OPERATOR.includes(verb)],
    ["a viewer", viewer("100"), (verb) => BY_EVERYBODY.includes(verb)],
    ["the owner of another organisation", owner("200"), () => false],
    ["a viewer of another organisation", viewer("200"), () => false],
  ];
  test.each(Object.keys(VERBS))("%s", async (verb) => {
    for (const [name, actor, isAllowed] of actors) {
      const lab = await labWith();
      await addOrganisation(lab, "200");
      await ask(lab, 1);
      const user = await users.createUser(lab.operator, "100", {
        login: "ada@shop",
        name: "Ada",
        role: "viewer",
        password: PASSWORD,
      });
      const key = await users.createApiKey(lab.operator, "100", { label: "key", role: "viewer" });
      const names = { item: lab.item, order: lab.order, key: key.id, user: user.id };
      const before = lab.store instanceof MemoryStore ? lab.store.backup() : undefined;
      const outcome = await codeOf(Promise.resolve().then(() => VERBS[verb]?.(lab.as(actor), names)));
      expect([name, outcome === "forbidden"]).toEqual([name, !isAllowed(verb)]);
      // Who may not, changes nothing.
      if (!isAllowed(verb)) expect((lab.store as MemoryStore).backup()).toEqual(before);
    }
  });

  test("operators see all organisations, everybody else their own", async () => {
    const lab = await labWith();
    await addOrganisation(lab, "200");
    const seen = async (actor: Actor) =>
      (await organisations.listOrganisations(lab.as(actor), PAGE)).rows.map(({ id }) => id);
    expect(await seen(OPERATOR)).toEqual(["100", "200"]);
    expect(await seen(owner("100"))).toEqual(["100"]);
    expect(await seen(viewer("200"))).toEqual(["200"]);
  });

  test("one organisation's names lead nowhere in another", async () => {
    const lab = await labWith();
    await addOrganisation(lab, "200");
    expect(await codeOf(items.getItem(lab.as(owner("200")), "200", lab.item))).toBe("not_found");
    expect(await codeOf(codes.changeCode(lab.as(owner("200")), "200", "shop", { items: [lab.item] }))).toBe(
      "not_found",
    );
    expect(await codeOf(orders.orderMore(lab.operator, "200", lab.item, { kind: "renewal" }))).toBe("not_found");
    expect(await codeOf(usage.usageOf(lab.operator, { organisation: "999", ...TODAY, groupBy: [] }))).toBe("not_found");
  });
});

describe("people and keys", () => {
  test("sign in by login and password, in whatever case, unless the door is shut", async () => {
    const lab = await labWith();
    const { id } = await users.createUser(lab.operator, "100", {
      login: "Ada@Shop",
      name: "Ada",
      role: "owner",
      password: PASSWORD,
    });
    const signIn = (login: string, password: string) => users.signIn(lab.ports, login, password);
    expect(await signIn("ada@shop", PASSWORD)).toEqual({ id: `user:${id}`, role: "owner", organisation: "100" });
    expect(await signIn("ada@shop", "wrong")).toBeUndefined();
    expect(await signIn("nobody", PASSWORD)).toBeUndefined();
    await users.changeUser(lab.operator, "100", id, { isDisabled: true });
    expect(await signIn("ada@shop", PASSWORD)).toBeUndefined();
    await users.changeUser(lab.operator, "100", id, { isDisabled: false, password: "another long one" });
    expect(await signIn("ada@shop", "another long one")).toBeDefined();
  });

  test("an owner makes no operators, and nobody puts people where they do not belong", async () => {
    const lab = await labWith();
    const make = (actor: Actor, organisation: string, role: Actor["role"]) =>
      codeOf(
        users.createUser(lab.as(actor), organisation, { login: `${role}@x`, name: "X", role, password: PASSWORD }),
      );
    expect(await make(owner("100"), "100", "operator")).toBe("forbidden");
    expect(await make(OPERATOR, "100", "operator")).toBe("invalid");
    expect(await make(OPERATOR, "", "owner")).toBe("invalid");
    expect(await make(OPERATOR, "", "operator")).toBe("done");
    expect(await codeOf(users.createApiKey(lab.as(owner("100")), "100", { label: "k", role: "operator" }))).toBe(
      "forbidden",
    );
  });

  test("a key's text is shown once; neither it nor any password is in the store, the lists or the audit", async () => {
    const lab = await labWith();
    await users.createUser(lab.operator, "100", { login: "ada@shop", name: "Ada", role: "owner", password: PASSWORD });
    await codes.changeCode(lab.operator, "100", "shop", { passwords: ["open sesame"] });
    const key = await users.createApiKey(lab.operator, "100", { label: "ci", role: "viewer", expiresAt: START + 10 });
    expect(await users.actorOfKeyText(lab.ports, key.text)).toEqual({
      id: `key:${key.id}`,
      role: "viewer",
      organisation: "100",
    });
    expect(await users.actorOfKeyText(lab.ports, `${key.text}x`)).toBeUndefined();
    const kept = JSON.stringify([...((lab.store as MemoryStore).backup().tenants.get("100")?.audit ?? [])]);
    const shown = JSON.stringify([
      await users.listUsers(lab.operator, "100", PAGE),
      await users.listApiKeys(lab.operator, "100", PAGE),
      await codes.listCodes(lab.operator, "100", PAGE),
    ]);
    const secret = key.text.split("_")[3] as string;
    for (const text of [kept, shown]) {
      for (const hidden of [secret, PASSWORD, "open sesame", "hash:"]) expect(text).not.toContain(hidden);
    }
    lab.clock.at += 10;
    expect(await users.actorOfKeyText(lab.ports, key.text)).toBeUndefined();
  });

  test("a revoked key is none", async () => {
    const lab = await labWith();
    const key = await users.createApiKey(lab.operator, "100", { label: "ci", role: "viewer" });
    await users.revokeApiKey(lab.operator, "100", key.id);
    expect(await users.actorOfKeyText(lab.ports, key.text)).toBeUndefined();
  });
});

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

describe("the audit log", () => {
  test("has every change with who, what and when; reading leaves nothing", async () => {
    const lab = await labWith();
    const before = (await usage.auditLog(lab.operator, "100")).length;
    await items.listItems(lab.as(viewer("100")), "100", PAGE);
    await codes.changeCode(lab.as(owner("100")), "100", "shop", { domains: ["shop.example"] });
    const added = (await usage.auditLog(lab.operator, "100", before)).map(({ at, actor, action, target, detail }) => ({
      at,
      actor,
      action,
      target,
      domains: detail.domains,
    }));
    expect(added).toEqual([
      { at: START, actor: "user:100", action: "code.change", target: "shop", domains: "shop.example" },
    ]);
  });

  test("is chained: what is changed in the store shows", async () => {
    const store = new MemoryStore("g1");
    const lab = await labWith({}, store);
    const { head, firstBreak } = await usage.checkAudit(lab.operator, "100");
    expect([head?.sequence, firstBreak]).toEqual([6, undefined]);
    const state = store.backup();
    const tenant = state.tenants.get("100");
    if (tenant === undefined) throw new Error("nothing was stored");
    tenant.audit = tenant.audit.map((record) => (record.sequence === 3 ? { ...record, actor: "nobody" } : record));
    const spoiled = openLab(new MemoryStore("g2", state));
    expect((await usage.checkAudit(spoiled.operator, "100")).firstBreak).toBe(3);
    tenant.audit = store.backup().tenants.get("100")?.audit.slice(0, 4) ?? [];
    const cut = openLab(new MemoryStore("g3", state));
    expect((await usage.checkAudit(cut.operator, "100")).firstBreak).toBeUndefined();
    expect((await usage.checkAudit(cut.operator, "100", head)).firstBreak).toBe(5);
  });

  test("is checked as a whole, however long it is", async () => {
    const lab = await labWith();
    for (let n = 0; n < 1000; n++) await organisations.renameOrganisation(lab.operator, "100", `Name ${n}`);
    expect(await usage.checkAudit(lab.operator, "100")).toMatchObject({
      head: { sequence: 1006 },
      firstBreak: undefined,
    });
    expect((await usage.auditLog(lab.operator, "100", 0, 10_000)).length).toBe(500);
  });

  test("a change that fails leaves no record", async () => {
    const lab = await labWith();
    const before = await usage.auditLog(lab.operator, "100");
    expect(await codeOf(codes.createCode(lab.operator, "100", "shop"))).toBe("conflict");
    expect(await usage.auditLog(lab.operator, "100")).toEqual(before);
  });
});
