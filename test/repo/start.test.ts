/** `npm start` as somebody has it on a fresh checkout: demo and licence server, at once and again on the next day. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildServer } from "../../scripts/build-server.mjs";
import { PATHS } from "../../src/rules/protocol/envelopes.js";
import { parseLicenseKey } from "../../src/rules/protocol/license-key.js";
import {
  newDeviceKey,
  nonce,
  openAuthorisation,
  openAuthorizeReply,
  openKeySet,
  sealAuthorize,
  secret,
} from "../server/http/wire.js";
import { deviceId } from "../server/lab.js";
import { root } from "./tracked-files.js";

const folder = mkdtempSync(join(tmpdir(), "start-"));
const data = join(folder, "data");
const started = new Set<ChildProcess>();

beforeAll(async () => {
  if (process.env.TALLYMARK_BUILT !== "1") await buildServer();
});
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "localhost", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

interface Told {
  readonly license: string;
  readonly server: string;
  readonly item: string;
}

/** Starts it, and waits until it has said all. */
async function start(...options: readonly string[]) {
  const line = ["scripts/start.mjs", "--no-build", "--port", String(await freePort()), "--data", data, ...options];
  const child = spawn(process.execPath, line, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  started.add(child);
  let said = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    const hear = (part: Buffer) => {
      said += part;
      if (said.includes("Ctrl+C")) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    ended.then((code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  const find = (pattern: RegExp): string => {
    const [, found] = pattern.exec(said) ?? [];
    if (found === undefined) throw new Error(`${pattern} is not in: ${said}`);
    return found;
  };
  const demo = find(/^Scanner\s+(http:\S+)/m);
  return { child, ended, find, demo, license: () => fetch(new URL("license.json", demo)) };
}

let devices = 0;

/** What the server says to a device on a page of `origin`. */
async function authorize(key: string, origin: string) {
  const read = parseLicenseKey(key);
  if (!read.ok || read.value.kind !== "server") throw new Error("no licence key");
  const { organisation, code = "", servers, root: pinned } = read.value;
  const keys = await openKeySet(await (await fetch(servers[0] + PATHS.keys)).text(), pinned);
  const device = { device: deviceId(++devices), key: await newDeviceKey(), library: "0.1.0", nonce: nonce() };
  const request = { v: 1, organisation, code, origin, replyKey: secret(), ...device } as const;
  const body = await sealAuthorize(request, keys, Date.now());
  const headers = { origin, "content-type": "text/plain" };
  const answer = await fetch(servers[0] + PATHS.authorize, { method: "POST", headers, body });
  const reply = await openAuthorizeReply(await answer.text(), request.replyKey);
  return reply.ok ? openAuthorisation(reply.authorisation, keys) : reply.refusal.code;
}

describe("npm start", () => {
  test("runs demo and licence server; the key that it prints and serves authorises pages of this machine only", async () => {
    const { child, ended, find, demo, license } = await start();
    expect((await fetch(demo)).status).toBe(200);
    const answer = await license();
    expect(answer.headers.get("content-type")).toBe("application/json");
    const told = (await answer.json()) as Told;
    expect(find(/^Key\s+(\S+)/m)).toBe(told.license);
    expect(find(/^Licences\s+(\S+)/m)).toBe(told.server);
    for (const origin of [new URL(demo).origin, "http://127.0.0.1:5173"]) {
      expect(await authorize(told.license, origin)).toMatchObject({ code: "demo-shop", item: told.item });
    }
    expect(await authorize(told.license, "https://shop.example")).toBe("domain_not_bound");

    const headers = { "content-type": "application/json" };
    const signIn = { method: "POST", headers, body: find(/^Sign in .* -d '(.*)'/m) };
    const session = await fetch(`${told.server}/api/v1/session`, signIn);
    const { token } = (await session.json()) as { token: string };
    const item = `${told.server}/api/v1/organisations/demo/items/${told.item}`;
    expect((await fetch(item, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    if (process.platform !== "win32") expect(statSync(join(data, "operator-password")).mode & 0o077).toBe(0);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  test("a second start finds all of it again, on another port where one is taken", async () => {
    const first = await start();
    const one = (await (await first.license()).json()) as Told;
    const second = await start();
    const two = (await (await second.license()).json()) as Told;
    expect(two.item).toBe(one.item);
    expect(two.server).not.toBe(one.server);
    expect(second.find(/"password":"([^"]+)"/)).toBe(first.find(/"password":"([^"]+)"/));
    const [a, b] = [parseLicenseKey(one.license), parseLicenseKey(two.license)];
    expect(b).toMatchObject({ ok: true, value: { root: a.ok && a.value.kind === "server" && a.value.root } });
    expect(await authorize(two.license, "http://localhost:5173")).toMatchObject({ item: one.item });
    for (const { child, ended } of [first, second]) {
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    }
    expect(existsSync(join(data, "lts.sqlite-wal"))).toBe(false);
  });

  test("where the licence server cannot start, the demo does, says why, and has no licence", async () => {
    const { child, ended, find, demo, license } = await start("--data", join(root, "package.json"));
    expect(find(/(The licence server does not start, .*)/)).toContain("package.json");
    expect((await fetch(demo)).status).toBe(200);
    expect((await license()).status).toBe(404);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });
});
