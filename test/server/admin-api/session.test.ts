import { describe, expect, test } from "vitest";
import { ATTEMPT_SPAN_MS } from "../../../server/src/domain/attempts.js";
import { SESSION_IDLE_MS, SESSION_MS } from "../../../server/src/domain/portal-session.js";
import type { Keys } from "../../../server/src/ports.js";
import type { MemoryStore } from "../../../server/src/storage/memory/memory-store.js";
import { openSession, sessionOfText, sweepSessions } from "../../../server/src/usecases/admin-sessions.js";
import { createUser } from "../../../server/src/usecases/admin-users.js";
import { AttemptLimit, sweepAttempts } from "../../../server/src/usecases/attempt-limit.js";
import { type Lab, labWith, openKeys, openLab } from "../lab.js";
import { type Api, newApi, openApi, PASSWORD } from "./open-api.js";

const OTHER = "another good password";

const signIn = (api: Api, login = "ada@shop", password = PASSWORD) =>
  api.ask("POST", "/session", { body: { login, password } });

async function withAda(lab?: Lab) {
  const api = lab === undefined ? await newApi() : await openApi(lab);
  const user = { login: "ada@shop", name: "Ada", role: "owner", password: PASSWORD } as const;
  const { id } = await createUser(api.lab.operator, "100", user);
  return { ...api, ada: id };
}

const who = async (api: Api, token: string) => (await api.ask("GET", "/session", { token })).status;

const sessionsIn = ({ lab }: Api) => [
  ...((lab.store as MemoryStore).backup().tenants.get("100")?.sessions.values() ?? []),
];

describe("a session", () => {
  test("is opened by login and password, tells who it is, and ends when told to", async () => {
    const api = await withAda();
    const { status, body } = await signIn(api, " Ada@Shop ");
    const actor = { id: `user:${api.ada}`, role: "owner", organisation: "100" };
    expect([status, body.actor]).toEqual([201, actor]);
    expect(body.expiresAt).toBe(api.lab.clock.at + SESSION_IDLE_MS);
    const { token } = body;
    expect((await api.ask("GET", "/session", { token })).body).toEqual({ actor });
    expect((await api.ask("DELETE", "/session", { token })).status).toBe(204);
    expect((await api.ask("GET", "/session", { token })).body).toMatchObject({ code: "not_signed_in" });
  });

  test("is kept as a hash only", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    const [session] = sessionsIn(api);
    expect(session?.hash).toBe(openKeys.sha256(token));
    expect(JSON.stringify(session)).not.toContain(token.split("_")[3]);
  });

  test("lasts while it is used, but not for longer than half a day", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    const opened = api.lab.clock.at;
    while (api.lab.clock.at + SESSION_IDLE_MS - 1 < opened + SESSION_MS) {
      api.lab.clock.at += SESSION_IDLE_MS - 1;
      expect(await who(api, token)).toBe(200);
    }
    api.lab.clock.at = opened + SESSION_MS - 1;
    expect(await who(api, token)).toBe(200);
    api.lab.clock.at += 1;
    expect(await who(api, token)).toBe(401);
  });

  test("ends when it is not used for an hour, and is swept away then", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    api.lab.clock.at += SESSION_IDLE_MS;
    expect(await sweepSessions(api.lab.ports)).toBe(0);
    expect(await who(api, token)).toBe(401);
    api.lab.clock.at += 1;
    expect([await sweepSessions(api.lab.ports), sessionsIn(api)]).toEqual([1, []]);
  });

  test.each([
    ["another password", { password: OTHER }],
    ["another role", { role: "viewer" }],
    ["a shut door", { isDisabled: true }],
  ])("ends by %s, on all of the user's screens", async (_, body) => {
    const api = await withAda();
    const operator = await api.keyOf("operator");
    const tokens = [(await signIn(api)).body.token, (await signIn(api)).body.token];
    const path = `/organisations/100/users/${api.ada}`;
    expect((await api.ask("PATCH", path, { token: operator, body: { name: "Ada L." } })).status).toBe(200);
    expect(await who(api, tokens[0])).toBe(200);
    expect((await api.ask("PATCH", path, { token: operator, body })).status).toBe(200);
    expect([await who(api, tokens[0]), await who(api, tokens[1]), sessionsIn(api)]).toEqual([401, 401, []]);
  });

  test("is not opened by a password that is changed while it is checked", async () => {
    const lab = await labWith();
    const user = { login: "ada@shop", name: "Ada", role: "owner", password: PASSWORD } as const;
    const { id } = await createUser(lab.operator, "100", user);
    const keys: Keys = {
      ...openKeys,
      async verifyPassword(hash, password) {
        await lab.store.transaction(async (records) => {
          const ada = await records.users.get("100", id);
          if (ada !== undefined) await records.users.update({ ...ada, passwordHash: "hash:other" });
        });
        return openKeys.verifyPassword(hash, password);
      },
    };
    await expect(openSession({ ...lab.ports, keys }, "ada@shop", PASSWORD)).rejects.toThrow("sign in again");
  });

  test("one that was signed out while it was used does not come back", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    api.lab.clock.at += SESSION_IDLE_MS / 2;
    await Promise.all([
      sessionOfText(api.lab.ports, token),
      api.lab.store.transaction((records) => records.sessions.removeOfUser("100", api.ada)),
    ]);
    expect(sessionsIn(api)).toEqual([]);
  });
});

describe("one's own password", () => {
  test("is changed by who knows it, and all sessions end", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    const put = (current: string, next: string) =>
      api.ask("PUT", "/session/password", { token, body: { current, next } });
    expect((await put("wrong", OTHER)).body.code).toBe("forbidden");
    expect((await put(PASSWORD, "too short")).body.code).toBe("invalid");
    expect(await who(api, token)).toBe(200);
    expect((await put(PASSWORD, OTHER)).status).toBe(204);
    expect(await who(api, token)).toBe(401);
    expect([(await signIn(api)).status, (await signIn(api, "ada@shop", OTHER)).status]).toEqual([401, 201]);
  });

  test("is not tried out by a stolen session without end", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    const put = () => api.ask("PUT", "/session/password", { token, body: { current: "guess", next: OTHER } });
    for (let n = 0; n < 10; n++) expect((await put()).status).toBe(403);
    const { status, headers } = await put();
    expect([status, Number(headers["retry-after"]) > 0]).toEqual([429, true]);
  });

  test("nobody shuts the door on themselves, nor changes their own role; an API key has neither", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    const path = `/organisations/100/users/${api.ada}`;
    for (const body of [{ isDisabled: true }, { role: "viewer" }]) {
      expect((await api.ask("PATCH", path, { token, body })).body.code).toBe("invalid");
    }
    const key = await api.keyOf("owner");
    const body = { current: PASSWORD, next: OTHER };
    expect((await api.ask("PUT", "/session/password", { token: key, body })).body.code).toBe("invalid");
    expect((await api.ask("DELETE", "/session", { token: key })).body.code).toBe("conflict");
  });
});

describe("signing in", () => {
  test("is refused in the same words and by the same work, whatever is wrong", async () => {
    const lab = await labWith();
    const work: string[] = [];
    const keys: Keys = {
      ...openKeys,
      hashPassword: (password) => (work.push("slow"), openKeys.hashPassword(password)),
      verifyPassword: (hash, password) => (work.push("slow"), openKeys.verifyPassword(hash, password)),
    };
    const api = await withAda({ ...lab, ports: { ...lab.ports, keys } } as Lab);
    const shut = { login: "shut@shop", name: "Shut", role: "viewer", password: PASSWORD } as const;
    const { id } = await createUser(lab.operator, "100", shut);
    const token = await api.keyOf("operator");
    await api.ask("PATCH", `/organisations/100/users/${id}`, { token, body: { isDisabled: true } });
    const told: unknown[] = [];
    for (const [login, password] of [
      ["ada@shop", "wrong"],
      ["nobody", PASSWORD],
      ["shut@shop", PASSWORD],
    ] as const) {
      work.length = 0;
      const { status, body } = await signIn(api, login, password);
      told.push([status, body, work.length]);
    }
    expect(told[0]).toMatchObject([401, { code: "credentials_wrong" }, 1]);
    expect(told).toEqual([told[0], told[0], told[0]]);
  });

  test("is throttled for a login from an address; who waits may try again", async () => {
    const api = await withAda();
    const tries = await Promise.all(Array.from({ length: 14 }, () => signIn(api, "ada@shop", "wrong")));
    expect(tries.filter(({ status }) => status === 401).length).toBe(10);
    const stopped = tries.filter(({ status }) => status === 429);
    expect([stopped.length, stopped[0]?.body.code]).toEqual([4, "too_many_attempts"]);
    expect(stopped[0]?.headers["retry-after"]).toBe(String(ATTEMPT_SPAN_MS / 1000));
    expect((await signIn(api)).status).toBe(429);
    api.lab.clock.at += ATTEMPT_SPAN_MS;
    expect((await signIn(api)).status).toBe(201);
  });

  test("that succeeds is not held against the login", async () => {
    const api = await withAda();
    for (let n = 0; n < 30; n++) expect((await signIn(api)).status).toBe(201);
  });

  test("is throttled for an address, whatever the login", async () => {
    const api = await withAda();
    for (let n = 0; n < 100; n++) expect((await signIn(api, `login${n}`, "wrong")).status).toBe(401);
    expect((await signIn(api, "login100", "wrong")).status).toBe(429);
  });

  test("is throttled by all nodes together", async () => {
    const one = await withAda();
    // Another node: the same store, and a memory of its own.
    const two = await openApi(one.lab);
    const tries = await Promise.all(
      Array.from({ length: 24 }, (_, n) => signIn(n % 2 === 0 ? one : two, "ada@shop", "wrong")),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
    expect([(await signIn(one)).status, (await signIn(two)).status]).toEqual([429, 429]);
    one.lab.clock.at += ATTEMPT_SPAN_MS;
    expect((await signIn(two)).status).toBe(201);
    // Who got in on one node is not held on the other.
    for (let n = 0; n < 15; n++) expect((await signIn(n % 2 === 0 ? one : two)).status).toBe(201);
  });
});

describe("the count of attempts", () => {
  test("keeps no name, and what is over goes", async () => {
    const lab = openLab();
    await new AttemptLimit(lab.ports).take([{ name: "login ada@shop", limit: 5 }]);
    const kept = await lab.store.read(({ attempts }) => attempts.all(""));
    expect(kept).toMatchObject([{ count: 1, since: lab.clock.at }]);
    expect(JSON.stringify(kept)).not.toContain("ada");
    expect(await sweepAttempts(lab.ports)).toBe(0);
    lab.clock.at += ATTEMPT_SPAN_MS + 1;
    expect(await sweepAttempts(lab.ports)).toBe(1);
  });

  test("one that may not be made counts under no name", async () => {
    const attempts = new AttemptLimit(openLab().ports);
    const take = (a: number, b: number) =>
      attempts.take([
        { name: `a${a}`, limit: 1 },
        { name: `b${b}`, limit: 2 },
      ]);
    // The second is held by a1, the fourth by a2 though b1 has room left; the fifth finds that room, the sixth does not.
    const waits = [await take(1, 1), await take(1, 1), await take(2, 2), await take(2, 1), await take(3, 1)];
    expect([...waits, await take(4, 1)]).toEqual([undefined, 900, undefined, 900, undefined, 900]);
  });

  test("who is held costs the store nothing", async () => {
    const { store, ...lab } = openLab();
    let transactions = 0;
    const counted = new Proxy(store, {
      get(target, name) {
        if (name === "transaction") transactions++;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const attempts = new AttemptLimit({ ...lab.ports, store: counted });
    const rule = [{ name: "a", limit: 2 }];
    for (let n = 0; n < 50; n++) await attempts.take(rule);
    expect(transactions).toBe(3);
  });

  test("a flood is told to come again", async () => {
    const attempts = new AttemptLimit(openLab().ports);
    const flood = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => attempts.take([{ name: `n${n}`, limit: 1 }])),
    );
    const refused = flood.filter((it) => it.status === "rejected");
    expect(refused).toHaveLength(8);
    expect(refused[0]?.reason).toMatchObject({ code: "busy", reason: "queue_full" });
  });

  test("a clock that is set back holds nobody for longer than the span", async () => {
    const { clock, ...lab } = openLab();
    const attempts = new AttemptLimit({ ...lab.ports, clock });
    const take = () => attempts.take([{ name: "a", limit: 1 }]);
    expect([await take(), await take()]).toEqual([undefined, 900]);
    // A little: another node's clock.
    clock.at -= 1000;
    expect(await take()).toBe(900);
    clock.at = 1;
    expect(await take()).toBeUndefined();
  });
});
