import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Keyring } from "../../../server/src/crypto/keyring.js";
import { newMasterKey, parseMasterKey } from "../../../server/src/crypto/master-key.js";
import { nodeRandom } from "../../../server/src/crypto/node-random.js";
import { serverKeys } from "../../../server/src/crypto/server-keys.js";
import { SERVER } from "../../../server/src/domain/organisation.js";
import { adminPlugin } from "../../../server/src/http/admin/plugin.js";
import { createLogger } from "../../../server/src/http/logger.js";
import { buildServer } from "../../../server/src/http/server.js";
import { migrate, migrationsOf } from "../../../server/src/storage/migrations.js";
import { SqliteConnection } from "../../../server/src/storage/sqlite/sqlite-connection.js";
import { SqliteStore } from "../../../server/src/storage/sqlite/sqlite-store.js";
import { createUser } from "../../../server/src/usecases/admin-users.js";
import { addOrganisation, OPERATOR, openLab } from "../lab.js";
import { PASSWORD, SERVER_URL } from "./open-api.js";

const folder = mkdtempSync(join(tmpdir(), "tallymark-admin-"));
const log: string[] = [];
let site: Awaited<ReturnType<typeof openSite>>;

/** The admin API where it lives: in the server, over SQLite, with the server's real keys. */
async function openSite() {
  const path = join(folder, "admin.db");
  const connection = SqliteConnection.open(path);
  await migrate(connection, await migrationsOf("sqlite"));
  const store = await SqliteStore.open(connection, path);
  const lab = openLab(store);
  const { clock } = lab;
  const masterKey = parseMasterKey(newMasterKey()) as Uint8Array;
  const ring = await Keyring.found({ store, clock, masterKey });
  const keys = serverKeys(ring, clock);
  const ports = { store, clock, random: nodeRandom(clock), keys, envelopes: keys };
  const operator = { ports, actor: OPERATOR };
  await addOrganisation({ ...lab, operator });
  await createUser(operator, SERVER, { login: "op@lts", name: "Op", role: "operator", password: PASSWORD });
  const plugin = adminPlugin({ ports, servers: [SERVER_URL], rotation: ring });
  const logger = createLogger("trace", { write: (line: string) => void log.push(line) });
  const app = await buildServer({ ports, logger }, { plugins: [{ prefix: "/api/v1", plugin }] });
  return { app, store, clock };
}

beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site.app.close();
  await site.store.close();
  rmSync(folder, { recursive: true, force: true });
});

const signIn = async (password = PASSWORD) =>
  site.app.inject({ method: "POST", url: "/api/v1/session", payload: { login: "op@lts", password } });

const bearer = async () => ({ authorization: `Bearer ${(await signIn()).json().token}` });

describe("the admin API in the server, over SQLite", () => {
  test("signs in by a slow hash, and tells a wrong password by a stable code", async () => {
    const headers = await bearer();
    const { statusCode, body } = await site.app.inject({ url: "/api/v1/organisations", headers });
    expect([statusCode, JSON.parse(body).rows.map(({ id }: { id: string }) => id)]).toEqual([200, ["100"]]);
    expect((await signIn("wrong password")).json().code).toBe("credentials_wrong");
  });

  test("rotates the server's keys: the old ones retire, and it is in the audit log", async () => {
    const headers = await bearer();
    const keys = async () => (await site.app.inject({ url: "/api/v1/server/keys", headers })).json().rows;
    const before = await keys();
    const payload = { purposes: ["signing"] };
    const rotated = await site.app.inject({ method: "POST", url: "/api/v1/server/keys/rotation", headers, payload });
    expect([rotated.statusCode, rotated.body]).toEqual([204, ""]);
    const after = await keys();
    expect(after.length).toBe(before.length + 1);
    const signing = after.filter(({ purpose }: { purpose: string }) => purpose === "signing");
    expect(signing.filter(({ retiredAt }: { retiredAt?: number }) => retiredAt !== undefined).length).toBe(1);
    const audit = (await site.app.inject({ url: "/api/v1/server/audit?limit=500", headers })).json().rows;
    expect(audit.at(-1)).toMatchObject({ action: "keys.rotate", actor: expect.stringMatching(/^user:/) });
    const check = (await site.app.inject({ url: "/api/v1/server/audit/check", headers })).json();
    expect(check).toMatchObject({ holds: true, head: { sequence: audit.length } });
  });

  test("two people who make the same code at once make one; the audit chain holds", async () => {
    const headers = await bearer();
    const url = "/api/v1/organisations/100/codes";
    const make = () => site.app.inject({ method: "POST", url, headers, payload: { name: "kiosk" } });
    const statuses = (await Promise.all([make(), make(), make()])).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([201, 409, 409]);
    const check = await site.app.inject({ url: "/api/v1/organisations/100/audit/check", headers });
    expect(check.json().holds).toBe(true);
  });

  test("answers carry the server's headers, are never kept, and say what they are even where no route was met", async () => {
    const { headers } = await site.app.inject({ url: "/api/v1/openapi.json" });
    expect([headers["cache-control"], headers["x-content-type-options"]]).toEqual(["no-store", "nosniff"]);
    for (const url of ["/api/v1/nothing", "/api/v1/organisations/%zz", `/api/v1/organisations/${"a".repeat(5000)}`]) {
      const { statusCode, headers } = await site.app.inject({ url });
      expect([url, statusCode >= 400 && statusCode < 500]).toEqual([url, true]);
      expect(headers["content-type"]).toContain("application/problem+json");
    }
  });

  test("the client plane beside it is as before", async () => {
    const { statusCode, body } = await site.app.inject({ url: "/c/v1/status" });
    expect([statusCode, JSON.parse(body).isReady]).toEqual([200, true]);
  });

  test("logs hold no passwords, tokens, keys or names", async () => {
    const headers = await bearer();
    const url = "/api/v1/organisations/100/api-keys";
    const { text } = (
      await site.app.inject({ method: "POST", url, headers, payload: { label: "ci", role: "viewer" } })
    ).json();
    expect(log.length).toBeGreaterThan(5);
    const all = log.join("\n");
    for (const hidden of [PASSWORD, "wrong password", "op@lts", text, headers.authorization.slice("Bearer ".length)]) {
      expect(all).not.toContain(hidden);
    }
  });
});
