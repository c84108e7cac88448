import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { parseLicenseKey } from "../../../src/rules/protocol/license-key.js";
import type { AuthorizeRequest, Grant } from "../../../src/rules/protocol/messages.js";
import { cell, deviceId } from "../lab.js";
import { post } from "./site.js";
import {
  newDeviceKey,
  nonce,
  openAuthorisation,
  openAuthorizeReply,
  openKeySet,
  openReportAnswer,
  sealAuthorize,
  sealReport,
  secret,
} from "./wire.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const built = join(root, ".cache", `lts-${process.pid}`);
const lts = join(built, "lts.js");
const folder = mkdtempSync(join(tmpdir(), "lts-"));
const PASSWORD = "correct horse battery";

type Env = Record<string, string>;
const env = (more: Env): Env => ({
  PATH: process.env.PATH ?? "",
  LTS_DATA: join(folder, "data"),
  LTS_PORT: "0",
  LTS_OPERATIONS_PORT: "0",
  ...more,
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end. */
function run(line: readonly string[], more: Env = {}, input = ""): Promise<Ended> {
  const child = spawn(process.execPath, [lts, ...line], { cwd: folder, env: env(more) });
  const ended = endOf(child);
  child.stdin.end(input);
  return ended;
}

function endOf(child: ChildProcess): Promise<Ended> {
  let out = "";
  let err = "";
  child.stdout?.on("data", (part) => {
    out += part;
  });
  child.stderr?.on("data", (part) => {
    err += part;
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out: out.trim(), err: err.trim() })));
}

const running = new Set<ChildProcess>();

/** A serving process, once it says where. */
async function serve(more: Env = {}) {
  const child = spawn(process.execPath, [lts, "serve"], {
    cwd: folder,
    env: env(more),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const ended = endOf(child).finally(() => running.delete(child));
  const [port, operationsPort] = await new Promise<[number, number]>((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (part) => {
      said += part;
      const [, first, second] = /on [\w.]+:(\d+); .* on [\w.]+:(\d+)\./.exec(said) ?? [];
      if (second !== undefined) resolve([Number(first), Number(second)]);
    });
    ended.then(({ err }) => reject(new Error(err)), reject);
  });
  return { child, ended, url: `http://127.0.0.1:${port}`, operations: `http://127.0.0.1:${operationsPort}` };
}

beforeAll(async () => {
  const { buildServer } = (await import("../../../scripts/build-server.mjs")) as {
    buildServer: (options: { out: string }) => Promise<string>;
  };
  mkdirSync(join(root, ".cache"), { recursive: true });
  await buildServer({ out: built });
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(built, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

describe("the command lts, on SQLite", () => {
  let rootThumbprint = "";

  test("serves nothing before it is set up, and says what to do", async () => {
    const { code, err } = await run(["serve"]);
    expect(code).toBe(1);
    expect(err).toContain("Run `lts init` first");
  });

  test("init asks for a password; there is no default", async () => {
    const without = await run(["init"]);
    expect(without.code).toBe(2);
    expect(without.err).toContain("A password is needed");
    const short = await run(["init"], { LTS_PASSWORD: "short" });
    expect([short.code, short.err]).toEqual([1, "A password takes 12–256 characters."]);
  });

  test("init makes keys and the first operator, and prints the root key's thumbprint; a second time changes nothing", async () => {
    const first = await run(["init", "--login", "chief", "--password-stdin", "--json"], {}, `${PASSWORD}\n`);
    expect(first.code).toBe(0);
    const set = JSON.parse(first.out);
    expect(set).toMatchObject({ operator: "chief" });
    expect(set.root).toMatch(/^[\w-]{43}$/);
    rootThumbprint = set.root;
    expect(statSync(set.masterKey).mode & 0o777).toBe(0o600);
    const again = await run(["init", "--login", "other", "--json"]);
    expect(JSON.parse(again.out)).toEqual(set);
    const files = readFileSync(set.database).toString("latin1");
    expect(files).not.toContain(PASSWORD);
    expect(files).not.toContain('"d":');
  });

  test("another master key does not open the server's keys", async () => {
    const { code, err } = await run(["serve"], { LTS_MASTER_KEY: secret() });
    expect(code).toBe(1);
    expect(err).toContain("Give the server the master key that it was set up with.");
  });

  test("users are added, listed, given another password and shut out", async () => {
    const owner = ["user", "add", "olga", "--role", "owner", "--organisation", "7", "--password-stdin"];
    expect((await run(owner, {}, PASSWORD)).err).toContain("There is no such organisation");
    await run(["license", "organisation", "7", "Seven"]);
    expect((await run([...owner, "--json"], {}, PASSWORD)).code).toBe(0);
    expect((await run(["user", "password", "olga", "--password-stdin"], {}, "another password")).code).toBe(0);
    await run(["user", "disable", "olga"]);
    const [olga] = JSON.parse((await run(["user", "list", "--organisation", "7", "--json"])).out);
    expect(olga).toMatchObject({ login: "olga", role: "owner", organisation: "7", disabledAt: expect.any(String) });
  });

  test("R64 R65 organisation, code, item, order, activation, increase, key: step by step", async () => {
    const json = async (...line: string[]) => JSON.parse((await run([...line, "--json"])).out);
    await run(["license", "organisation", "8", "Eight"]);
    const booked = await json("license", "item", "8", "--type", "per-device", "--units", "5", "--fee-note", "3 months");
    expect(booked).toMatchObject({ kind: "initial", units: 5, status: "requested" });
    const code = await json(
      "license",
      "code",
      "8",
      "till",
      "--items",
      booked.item,
      "--domains",
      "shop.example",
      "--default",
    );
    expect(code).toMatchObject({ code: "8-till", isDefault: true, items: [booked.item], domains: ["shop.example"] });
    expect((await json("license", "confirm", "8", booked.order)).status).toBe("purchased");
    expect((await json("license", "activate", "8", booked.order)).status).toBe("activated");
    const more = await json("license", "order", "8", booked.item, "increase", "--units", "3");
    expect((await json("license", "confirm", "8", more.order)).status).toBe("activated");
    const listed = await json("license", "list", "8");
    expect(listed[1]).toMatchObject({ item: booked.item, status: "active", quota: 8, used: 0 });
    const { out: key } = await run(["license", "key", "8", "till"], { LTS_PUBLIC_URL: "http://localhost:8470" });
    expect(parseLicenseKey(key)).toEqual({
      ok: true,
      value: {
        kind: "server",
        organisation: "8",
        code: "8-till",
        servers: ["http://localhost:8470"],
        root: rootThumbprint,
      },
    });
  });

  test("R15 R35 a signed offline licence carries the proof of its key", async () => {
    const order = JSON.parse(
      (
        await run([
          "license",
          "item",
          "8",
          "--type",
          "per-domain",
          "--units",
          "1",
          "--domains",
          "far.example",
          "--offline",
          "--json",
        ])
      ).out,
    );
    await run(["license", "confirm", "8", order.order]);
    await run(["license", "activate", "8", order.order]);
    expect((await run(["license", "offline", "8", order.item, "--out", "offline.key"])).code).toBe(0);
    const read = parseLicenseKey(readFileSync(join(folder, "offline.key"), "utf8"));
    if (!read.ok || read.value.kind !== "offline") throw new Error("no offline key");
    const token = read.value.authorisation;
    const { keys = "" } = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    const authorisation = await openAuthorisation(token, await openKeySet(keys, rootThumbprint));
    expect(authorisation).toMatchObject({ organisation: "8", item: order.item, domains: ["far.example"] });
    expect(authorisation.device).toBeUndefined();
  });

  test("init → license → serve: a device works, counts survive a stop, totals verify, a backup is made meanwhile", async () => {
    const made = await run(
      ["license", "new", "100", "--type", "per-scan", "--units", "100", "--code", "shop", "--session-password-stdin"],
      {},
      "open sesame",
    );
    const read = parseLicenseKey(made.out);
    if (!read.ok || read.value.kind !== "server") throw new Error(made.err);
    const { organisation, code = "", root: pinned, password = "" } = read.value;
    expect([code, password]).toEqual(["100-shop", "open sesame"]);

    const key = await newDeviceKey();
    const authorize = async (url: string): Promise<Grant> => {
      const keys = await openKeySet(await (await fetch(url + PATHS.keys)).text(), pinned);
      const request: AuthorizeRequest = {
        v: 1,
        organisation,
        code,
        password,
        device: deviceId(1),
        key,
        library: "0.1.0",
        nonce: nonce(),
        replyKey: secret(),
      };
      const { body } = await post(url + PATHS.authorize, await sealAuthorize(request, keys, Date.now()));
      const reply = await openAuthorizeReply(body, request.replyKey);
      if (!reply.ok) throw new Error(reply.refusal.code);
      await openAuthorisation(reply.authorisation, keys);
      return reply;
    };
    const send = async (url: string, { ticket, sessionKey }: Grant, count: number) => {
      const cells = [cell(count, "ean_13", Date.now())];
      const report = { v: 1, device: deviceId(1), nonce: nonce(), cells, slots: [] } as const;
      const { body } = await post(url + PATHS.report, await sealReport(report, ticket, sessionKey));
      return openReportAnswer(body, sessionKey);
    };

    const first = await serve();
    const grant = await authorize(first.url);
    expect(await send(first.url, grant, 40)).toMatchObject({ ok: true, next: "continue", cells: [{ count: 40 }] });
    expect(await (await fetch(`${first.operations}/readyz`)).json()).toEqual({ status: "ready" });
    const metrics = await (await fetch(`${first.operations}/metrics`)).text();
    expect(metrics).toMatch(/lts_requests_total\{method="POST",route="\/c\/v1\/report",status="200"\} 1/);
    expect(metrics).toContain("process_cpu_seconds_total");
    expect((await fetch(`${first.url}/metrics`)).status).toBe(404);
    const session = await fetch(`${first.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ login: "chief", password: PASSWORD }),
    });
    expect([session.status, (await session.json()).actor]).toMatchObject([201, { role: "operator" }]);
    expect((await run(["backup", "copy.sqlite"])).code).toBe(0);
    expect(existsSync(join(folder, "copy.sqlite"))).toBe(true);
    first.child.kill("SIGTERM");
    const ended = await first.ended;
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('"msg":"stopped"');
    for (const name of ["open sesame", deviceId(1), grant.ticket, grant.sessionKey]) {
      expect(ended.out + ended.err).not.toContain(name);
    }

    const second = await serve();
    const ack = await send(second.url, grant, 55);
    expect(ack).toMatchObject({ ok: true, cells: [{ count: 55 }] });
    const { out: generation } = await run(["restored"]);
    expect(generation).not.toBe(ack.ok && ack.generation);
    expect(await send(second.url, grant, 55)).toMatchObject({ ok: true, generation });
    expect((await run(["keys", "rotate"])).code).toBe(0);
    expect(await send(second.url, grant, 56)).toMatchObject({ ok: true, cells: [{ count: 56 }] });
    await authorize(second.url);
    second.child.kill("SIGINT");
    expect((await second.ended).code).toBe(0);
    expect((await run(["verify"])).code).toBe(0);
    const listed = JSON.parse((await run(["license", "list", "100", "--json"])).out);
    expect(listed[1]).toMatchObject({ quota: 100, used: 56 });
  });

  test("a port that is taken is named with its setting", async () => {
    const one = await serve();
    const port = new URL(one.url).port;
    const { code, err } = await run(["serve"], { LTS_PORT: port });
    expect(code).toBe(1);
    expect(err).toContain(`LTS_PORT ("port") is ${port}, where another program listens.`);
    one.child.kill("SIGTERM");
    await one.ended;
  });

  test("migrate says what is to be done; what is mistyped is explained", async () => {
    expect((await run(["migrate", "--plan"])).out).toBe("The database is up to date.");
    expect((await run(["servee"])).err).toContain("lts serve");
    expect(await run(["license", "item", "8", "--unit", "5"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("Usage: lts license item <organisation>"),
    });
    expect((await run(["license", "item", "8", "--type", "per-scan", "--units", "five"])).err).toBe(
      '--units takes a whole number, not "five".',
    );
    expect((await run(["help"])).code).toBe(0);
    expect((await run(["help", "settings"])).out).toContain("LTS_PUBLIC_URL");
  });

  test("every fault of the configuration is told at once", async () => {
    writeFileSync(join(folder, "wrong.json"), JSON.stringify({ prot: 80, logLevel: "loud" }));
    const { code, err } = await run(["serve", "--config", "wrong.json"], { LTS_PORT: "http", LTS_HOST: "0.0.0.0" });
    expect(code).toBe(1);
    expect(err.split("\n")).toHaveLength(4);
  });
});
