import { describe, expect, test } from "vitest";
import { SESSION_IDLE_MS, SESSION_MS } from "../../../server/src/domain/portal-session.js";
import { createUser } from "../../../server/src/usecases/admin-users.js";
import { type Api, newApi, PASSWORD } from "./open-api.js";

const signIn = (api: Api, login = "ada@shop", password = PASSWORD) =>
  api.ask("POST", "/session", { body: { login, password } });

async function withAda(role: "owner" | "viewer" = "owner") {
  const api = await newApi();
  const ada = await createUser(api.lab.operator, "100", { login: "ada@shop", name: "Ada", role, password: PASSWORD });
  return { ...api, ada: ada.id };
}

const who = async (api: Api, token: string) => (await api.ask("GET", "/session", { token })).status;

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

  test("ends when it is not used for an hour", async () => {
    const api = await withAda();
    const { token } = (await signIn(api)).body;
    api.lab.clock.at += SESSION_IDLE_MS;
    expect(await who(api, token)).toBe(401);
  });
});
