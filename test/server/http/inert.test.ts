import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminPlugin } from "../../../server/src/http/admin/plugin.js";
import { createUser } from "../../../server/src/usecases/admin-users.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { OPERATOR } from "../lab.js";
import { Device, openSite, type Site } from "./site.js";

const SCRIPT = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
const PASSWORD = "correct horse battery";
const source = fileURLToPath(new URL("../../../server/src", import.meta.url));

describe("R21 no script runs on the server by clients, nor on clients by the server", () => {
  let site: Site;
  let api: string;
  beforeAll(async () => {
    const plugins: { prefix: string; plugin: ReturnType<typeof adminPlugin> }[] = [];
    site = await openSite({ plugins });
    await site.close();
    const { store } = site;
    plugins.push({ prefix: "/api/v1", plugin: adminPlugin({ ports: site.ports }) });
    site = await openSite({ store, plugins, isNew: false, masterKey: site.masterKey });
    await createUser({ ports: site.ports, actor: OPERATOR }, "", {
      login: "op@lts",
      name: SCRIPT,
      role: "operator",
      password: PASSWORD,
    });
    const answer = await site.app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { login: "op@lts", password: PASSWORD },
    });
    api = answer.json().token;
  });
  afterAll(() => site?.close());

  test("nothing that it is made of turns a text into code, or into a command", () => {
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(80);
    for (const name of files) {
      const text = readFileSync(join(source, name), "utf8");
      expect([
        name,
        /\beval\s*\(|new Function\b|\bFunction\s*\(|["'](node:)?(vm|child_process|worker_threads)["']/.exec(text),
      ]).toEqual([name, null]);
    }
  });

  test("what was put in comes back as data that no browser takes for a page or a script", async () => {
    const device = await Device.open(site);
    await device.authorize({ friendlyName: SCRIPT });
    const asked = [
      { url: "/api/v1/organisations/100/devices", headers: { authorization: `Bearer ${api}` } },
      { url: "/api/v1/server/users", headers: { authorization: `Bearer ${api}` } },
      { url: `/api/v1/organisations/${encodeURIComponent(SCRIPT)}`, headers: { authorization: `Bearer ${api}` } },
      { url: `/${encodeURIComponent(SCRIPT)}?q=${encodeURIComponent(SCRIPT)}` },
      { url: PATHS.status, headers: { origin: SCRIPT, "user-agent": SCRIPT } },
      { url: PATHS.keys },
      { url: "/healthz" },
      { method: "POST" as const, url: PATHS.report, headers: { "content-type": "text/plain" }, payload: SCRIPT },
      { method: "POST" as const, url: PATHS.authorize, headers: { "content-type": "text/plain" }, payload: SCRIPT },
      { method: "POST" as const, url: PATHS.report, headers: { "content-type": "text/html" }, payload: SCRIPT },
    ];
    const echoing: string[] = [];
    for (const request of asked) {
      const { headers, body } = await site.app.inject(request);
      expect([request.url, headers["content-type"]]).toEqual([
        request.url,
        expect.stringMatching(/^(application\/(problem\+)?json|text\/plain)(;|$)/),
      ]);
      expect([request.url, headers["x-content-type-options"]]).toEqual([request.url, "nosniff"]);
      const policy = String(headers["content-security-policy"]);
      expect([request.url, /(default-src 'none'|script-src 'self')/.test(policy)]).toEqual([request.url, true]);
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
      if (body.includes("<script>")) echoing.push(request.url);
    }
    // People see the names that people gave; nobody else sees anything come back.
    expect(echoing).toEqual(["/api/v1/organisations/100/devices", "/api/v1/server/users"]);
  });
});
