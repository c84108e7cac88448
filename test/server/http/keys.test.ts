import { describe, expect, test } from "vitest";
import { ROTATED, SETTLE_MS } from "../../../server/src/crypto/key-policy.js";
import { Keyring } from "../../../server/src/crypto/keyring.js";
import { newMasterKey, openSecret, parseMasterKey } from "../../../server/src/crypto/master-key.js";
import { SERVER } from "../../../server/src/domain/organisation.js";
import type { ServerKey } from "../../../server/src/domain/server-key.js";
import { MemoryStore } from "../../../server/src/storage/memory/memory-store.js";
import { checkAudit } from "../../../server/src/usecases/admin-usage.js";
import { DAY_MS, MINUTE_MS } from "../../../src/rules/period.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { cell } from "../lab.js";
import { Device, openSite, post, refusalIn, type Site } from "./site.js";
import { openAuthorisation, openKeySet } from "./wire.js";

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
const kept = ({ store }: Pick<Site, "store">): Promise<readonly ServerKey[]> =>
  store.read(({ keyring }) => keyring.all(SERVER));

describe("rotation", () => {
  test("during a session nothing stops: old keys open, new ones take over once every node knows them", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    await device.authorize();
    const before = kidOf(device.grant?.authorisation ?? "");
    await site.ring.rotate(ROTATED, "test");

    expect((await device.report([cell(1)])).reply).toMatchObject({ ok: true });
    await device.authorize(); // with the key set that it fetched before
    expect(kidOf(device.grant?.authorisation ?? "")).toBe(before);

    const published = await device.keySet(true);
    expect(published.keys.filter(({ use }) => use === "sig")).toHaveLength(2);
    expect(published.keys.filter(({ use }) => use === "enc")).toHaveLength(2);
    expect(published.keys.find(({ kid }) => kid === before)?.until).toBe(site.clock.now() + SETTLE_MS);

    site.clock.at += SETTLE_MS;
    await device.authorize(); // sealed for the new key
    const after = kidOf(device.grant?.authorisation ?? "");
    expect(after).not.toBe(before);
    const now = await device.keySet(true);
    expect(now.keys.filter(({ use }) => use === "enc")).toHaveLength(1);
    expect((await device.report([cell(2)])).reply).toMatchObject({ ok: true });
  });

  test("a client that slept through it with an old key set is still understood, for a month", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    const [old] = (await device.keySet()).keys.filter(({ use }) => use === "enc");
    await site.ring.rotate(["encryption"], "test");
    site.clock.pass(29);
    const late = await Device.open(site, 2);
    late.keySet = async () => ({ v: 1, issuedAt: 0, expiresAt: 0, keys: old ? [{ ...old }] : [] });
    expect((await late.ask()).reply?.ok).toBe(true);
    site.clock.pass(2);
    expect(refusalIn((await late.ask()).answer).code).toBe("key_unknown");
  });

  test("an authorisation issued by a key after it had retired is not taken by a client", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    await device.authorize();
    const keys = await device.keySet();
    const until = site.clock.now();
    const retired = { ...keys, keys: keys.keys.map((key) => ({ ...key, until })) };
    await expect(openAuthorisation(device.grant?.authorisation ?? "", retired)).rejects.toThrow("retired");
  });

  test("stolen keys are good for nothing at once; devices fetch the keys again and lose no count", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    await device.authorize();
    await site.ring.rotate(ROTATED, "test", true);
    expect(refusalIn((await device.report([cell(3)])).answer).code).toBe("session_unknown");
    expect(refusalIn((await device.ask()).answer).code).toBe("key_unknown");
    await device.keySet(true);
    await device.authorize();
    expect((await device.report([cell(3)])).reply).toMatchObject({ ok: true, cells: [cell(3)] });
    expect((await kept(site)).filter(({ purpose }) => purpose === "signing")).toHaveLength(1);
  });

  test("leaves a record in the server's audit chain", async () => {
    await using site = await openSite();
    await site.ring.rotate(["signing"], "user:chief");
    const records = await site.store.read(({ audit }) => audit.list(SERVER, 0, 10));
    expect(records).toMatchObject([
      { action: "keys.rotate", actor: "user:chief", detail: { keys: "signing", stolen: false } },
    ]);
    expect((await checkAudit(site.operator, SERVER)).firstBreak).toBeUndefined();
  });

  test("R67 the root key stays, so licence keys do too", async () => {
    await using site = await openSite();
    const root = site.ports.keys.rootThumbprint();
    await site.ring.rotate(ROTATED, "test", true);
    expect(site.ports.keys.rootThumbprint()).toBe(root);
    const text = await (await fetch(site.url + PATHS.keys)).text();
    await expect(openKeySet(text, "A".repeat(43))).rejects.toThrow("another root key");
  });
});

describe("several nodes on one store", () => {
  test("open each other's tickets and requests, also by keys that were made a moment ago", async () => {
    await using first = await openSite();
    const { store, masterKey } = first;
    await using second = await openSite({ store, masterKey, isNew: false });
    const device = await Device.open(first);
    await device.authorize();
    const { body } = await device.sealed([cell(4)]);
    expect((await post(second.url + PATHS.report, body)).status).toBe(200);

    await first.ring.rotate(ROTATED, "test");
    await device.authorize();
    expect((await post(second.url + PATHS.report, (await device.sealed([cell(5)])).body)).status).toBe(200);
    first.clock.at += SETTLE_MS;
    await device.keySet(true);
    const { sealed } = await device.ask();
    expect((await post(second.url + PATHS.authorize, sealed)).status).toBe(200);
  });

  test("make the day's ticket key once, however many there are", async () => {
    await using site = await openSite();
    const { store, clock, masterKey } = site;
    const rings = await Promise.all([1, 2, 3, 4].map(() => Keyring.open({ store, clock, masterKey })));
    clock.pass(1);
    await Promise.all(rings.map((ring) => ring.refresh()));
    expect((await kept(site)).filter(({ purpose }) => purpose === "ticket")).toHaveLength(2);
    expect(new Set(rings.map((ring) => ring.making("ticket")?.record.id)).size).toBe(1);
  });

  test("throw expired keys away", async () => {
    await using site = await openSite();
    await site.ring.rotate(ROTATED, "test");
    site.clock.pass(500);
    await site.ring.refresh();
    expect((await kept(site)).map(({ purpose }) => purpose).sort()).toEqual([
      "encryption",
      "root",
      "signing",
      "ticket",
    ]);
  });

  test("a stranger's keys do not make the store be searched for each request", async () => {
    let reads = 0;
    class CountingStore extends MemoryStore {
      override read<T>(...work: Parameters<MemoryStore["read"]>): Promise<T> {
        reads++;
        return super.read(...work) as Promise<T>;
      }
    }
    await using site = await openSite({ store: new CountingStore("g1") });
    const before = reads;
    for (let turn = 0; turn < 50; turn++) await site.ring.find("encryption", `made-up-${turn}`);
    expect(reads - before).toBe(1);
  });
});

describe("keys at rest", () => {
  test("a copied database holds no secret", async () => {
    await using site = await openSite();
    const dump = JSON.stringify(await kept(site));
    expect(dump).not.toContain('"d"');
    for (const key of await kept(site)) {
      const secret = openSecret(site.masterKey, key);
      const told = key.purpose === "ticket" ? secret : JSON.parse(secret).d;
      expect(dump).not.toContain(told);
      expect(dump).not.toContain(Buffer.from(told).toString("base64url"));
    }
  });

  test("a key put in another's place does not open", async () => {
    await using site = await openSite();
    const [one, two] = await kept(site);
    if (one === undefined || two === undefined) throw new Error("no keys");
    expect(() => openSecret(site.masterKey, { ...one, sealed: two.sealed })).toThrow("another master key");
    expect(() => openSecret(site.masterKey, { ...one, id: two.id })).toThrow("another master key");
  });

  test("another master key, and a server that was not set up, are told apart", async () => {
    await using site = await openSite();
    const { store, clock } = site;
    const other = parseMasterKey(newMasterKey()) as Uint8Array;
    await expect(Keyring.open({ store, clock, masterKey: other })).rejects.toThrow("another master key");
    await expect(Keyring.open({ store: new MemoryStore("g"), clock, masterKey: other })).rejects.toThrow("lts init");
  });

  test.each(["", "short", "=".repeat(43), "A".repeat(44), `${"A".repeat(42)}B`])("%j is no master key", (text) => {
    expect(parseMasterKey(text)).toBeUndefined();
  });

  test("the key set is signed anew each minute, and is older than another only where its keys are", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    const first = await device.keySet();
    site.clock.at += MINUTE_MS;
    const second = await device.keySet(true);
    expect(second).toEqual({ ...first, expiresAt: first.expiresAt + MINUTE_MS });
    expect(second.expiresAt - site.clock.now()).toBe(DAY_MS);
    await site.ring.rotate(["signing"], "test");
    expect((await device.keySet(true)).issuedAt).toBe(site.clock.now());
  });
});
