import { request as httpRequest } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ENVELOPES, PATHS } from "../../../src/rules/protocol/envelopes.js";
import type { KeySet, PublicKey } from "../../../src/rules/protocol/key-set.js";
import { cell } from "../lab.js";
import { Device, openSite, type Site } from "./site.js";
import { sealFor, sealWith } from "./wire.js";

const LONG = Boolean(process.env.TALLYMARK_LONG);
const RUNS = LONG ? 20_000 : 400;
const SEED = 20261121;
vi.setConfig({ testTimeout: LONG ? 1_200_000 : 60_000 });

let site: Site;
let device: Device;
let keys: KeySet;
let key: PublicKey;
const failures: string[] = [];
beforeAll(async () => {
  const limits = { authorizePerAddress: 0, authorizePerDevice: 0, reportPerAddress: 0, reportPerDevice: 0 };
  site = await openSite({ limits, log: (line) => void (/"level":"(error|fatal)"/.test(line) && failures.push(line)) });
  device = await Device.open(site);
  await device.authorize();
  keys = await device.keySet();
  key = keys.keys.find(({ use }) => use === "enc") as PublicKey;
});
afterAll(() => site.close());

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** Status of the answer; 0 where what was to be sent is nothing that can be, or the connection was cut. */
const send = ({ method = "POST", path, headers = {}, body = "" }: Sent) =>
  new Promise<number>((resolve) => {
    try {
      const outgoing = httpRequest(
        {
          host: "127.0.0.1",
          port: site.port,
          method,
          path,
          headers: { "content-type": "text/plain", ...headers, "content-length": Buffer.byteLength(body) },
        },
        (response) => {
          response.resume().once("end", () => resolve(response.statusCode ?? 0));
        },
      );
      outgoing.once("error", () => resolve(0));
      outgoing.end(body);
    } catch {
      resolve(0);
    }
  });

async function survives(sent: Sent): Promise<number> {
  const status = await send(sent);
  expect(status).toBeLessThan(500);
  return status;
}

const check = <T>(arbitrary: fc.Arbitrary<T>, play: (value: T) => Promise<void>) =>
  fc.assert(fc.asyncProperty(arbitrary, play), { numRuns: RUNS, seed: SEED });

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value) ?? "undefined");
/** Any JSON, or the right message with something wrong in some of its fields. */
const spoilt = <T extends object>(right: () => T): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.jsonValue(),
    fc
      .dictionary(fc.constantFrom(...Object.keys(right()), "__proto__", "constructor", "extra"), fc.jsonValue(), {
        maxKeys: 3,
      })
      .map((changes) => ({ ...right(), ...changes })),
    fc.constantFrom(...Object.keys(right())).map((name) => {
      const { [name as keyof T]: _, ...rest } = right();
      return rest;
    }),
  );
const body = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'ABCxyz019-_.~=%{}"\\\0'), maxLength: 400 }),
);

test("bodies", () =>
  check(fc.record({ path: fc.constantFrom(...Object.values(PATHS)), body }), async (sent) => {
    expect(await survives(sent)).not.toBe(200);
  }));

test("envelopes that were changed in one place", async () => {
  const { sealed } = await device.ask();
  const { body: report } = await device.sealed([cell(1)]);
  const change = fc.record({
    isReport: fc.boolean(),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    to: fc.constantFrom(..."AZaz09-_.~ \n\0é"),
  });
  await check(change, async ({ isReport, at, to }) => {
    const text = isReport ? report : sealed;
    const index = Math.floor(at * text.length);
    const changed = text.slice(0, index) + to + text.slice(index + 1);
    const status = await survives({ path: isReport ? PATHS.report : PATHS.authorize, body: changed });
    // The last digit of a base64url text may hold bits that mean nothing.
    if (changed !== text && !/[.~]/.test(text[index + 1] ?? ".")) expect(status).not.toBe(200);
  });
});

test("headers of envelopes", () =>
  check(
    fc.dictionary(
      fc.constantFrom("alg", "enc", "typ", "kid", "epk", "apu", "apv", "zip", "crit", "p2c", "b64", "jwk"),
      fc.jsonValue(),
    ),
    async (header) => {
      const text = Buffer.from(JSON.stringify({ alg: "dir", enc: "A256GCM", ...header })).toString("base64url");
      const envelope = `${text}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`;
      for (const path of [PATHS.authorize, PATHS.report]) {
        expect(await survives({ path, body: path === PATHS.report ? `${envelope}~${envelope}` : envelope })).not.toBe(
          200,
        );
      }
    },
  ));

test("what is inside a request that is sealed as it should be", () =>
  check(
    spoilt(() => device.request()),
    async (content) => {
      await survives({ path: PATHS.authorize, body: await sealFor(bytesOf(content), key) });
    },
  ));

test("what is inside a report that is sealed as it should be", () =>
  check(
    spoilt(() => ({ v: 1, device: device.id, nonce: "n".repeat(22), cells: [cell(1)], slots: [] })),
    async (content) => {
      const { ticket = "", sessionKey = "" } = device.grant ?? {};
      const sealed = await sealWith(bytesOf(content), sessionKey, ENVELOPES.report);
      await survives({ path: PATHS.report, body: `${ticket}~${sealed}` });
    },
  ));

test("paths and queries", () =>
  check(
    fc.record({
      method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"),
      path: fc.oneof(
        fc.webPath().map((path) => `/${path}`),
        fc.string({ unit: fc.constantFrom(..."/.%az09?&=;:@\\-_~+"), maxLength: 60 }).map((path) => `/${path}`),
        fc
          .tuple(fc.constantFrom(...Object.values(PATHS), "/healthz"), fc.webQueryParameters())
          .map(([path, query]) => `${path}?${query}`),
      ),
    }),
    async (sent) => void (await survives(sent)),
  ));

test("headers", () => {
  const name = fc.constantFrom(
    "origin",
    "content-type",
    "content-encoding",
    "accept",
    "accept-encoding",
    "authorization",
    "cookie",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "access-control-request-private-network",
    "if-none-match",
    "range",
    "te",
    "referer",
    "user-agent",
    "x-request-id",
    "request-id",
  );
  const value = fc.string({
    unit: fc.constantFrom(...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), "\t", "é"),
    maxLength: 80,
  });
  return check(
    fc.record({
      path: fc.constantFrom(...Object.values(PATHS)),
      method: fc.constantFrom("GET", "POST", "OPTIONS"),
      headers: fc.dictionary(name, value, { maxKeys: 4 }),
    }),
    async (sent) => {
      const { body: report } = await device.sealed([cell(1)]);
      await survives({ ...sent, body: sent.method === "POST" ? report : "" });
    },
  );
});

test("after all of it the server works, and has met nothing unforeseen", async () => {
  expect((await device.report([cell(9)])).reply).toMatchObject({ ok: true });
  expect(failures).toEqual([]);
  expect(keys.keys.length).toBeGreaterThan(0);
});
