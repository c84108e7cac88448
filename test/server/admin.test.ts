/** The admin plane: who may do what, people and keys, and the audit log. */
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
import { addOrganisation, ask, deviceId, labWith, OPERATOR, openLab, owner, START, viewer } from "./lab.js";

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
