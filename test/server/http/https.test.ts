import { request } from "node:https";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { TLS } from "./certificates.js";
import { Device, openSite, post, refusalIn } from "./site.js";

/** Answer to a GET over https, checked against the certificate. */
const get = (port: number, path: string) =>
  new Promise<{ status: number | undefined; hsts: string | undefined; body: string }>((resolve, reject) => {
    request({ host: "localhost", port, path, ca: TLS.cert, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part) => {
        body += part;
      });
      const hsts = response.headers["strict-transport-security"];
      response.on("end", () => resolve({ status: response.statusCode, hsts, body }));
    })
      .once("error", reject)
      .end();
  });

/** What a server says to a text over a plain connection, until it hangs up. */
const plainly = (port: number, text: string) =>
  new Promise<string>((resolve) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (part) => {
      said += part.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.once("close", () => resolve(said));
    socket.setTimeout(2000, () => socket.destroy());
  });

describe("R22 once https is configured, only https", () => {
  test("a certificate of its own: https is served, with its promise; plain http gets nothing", async () => {
    await using site = await openSite({ tls: TLS });
    const { status, hsts, body } = await get(site.port, PATHS.status);
    expect([status, hsts]).toEqual([200, "max-age=31536000"]);
    expect(JSON.parse(body).isReady).toBe(true);
    const said = await plainly(site.port, `GET ${PATHS.status} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    expect(said).not.toContain("isReady");
    expect(said).not.toContain(" 200 ");
  });

  test("behind a trusted proxy: what came to it plainly is refused, in clear and not for good", async () => {
    await using site = await openSite({ trustedProxies: ["127.0.0.1"], isHttpsOnly: true });
    const https = { "x-forwarded-proto": "https" };
    const keys = await fetch(site.url + PATHS.keys, { headers: https });
    expect([keys.status, keys.headers.get("strict-transport-security")]).toEqual([200, "max-age=31536000"]);
    for (const headers of [{}, { "x-forwarded-proto": "http" }]) {
      const answer = await post(site.url + PATHS.authorize, "x", headers);
      expect([answer.status, refusalIn(answer).code, refusalIn(answer).isFinal]).toEqual([
        400,
        "https_required",
        false,
      ]);
      expect((await fetch(site.url + PATHS.keys, { headers })).status).toBe(400);
      expect((await fetch(`${site.url}/anything`, { headers })).status).toBe(400);
    }
    expect((await fetch(`${site.url}/healthz`)).status).toBe(200);
  });

  test("nobody but the proxy can say that it was https", async () => {
    await using site = await openSite({ trustedProxies: ["192.0.2.1"], isHttpsOnly: true });
    const { status } = await fetch(site.url + PATHS.keys, { headers: { "x-forwarded-proto": "https" } });
    expect(status).toBe(400);
  });

  test("without https there is no promise of it", async () => {
    await using site = await openSite();
    const { headers } = await fetch(site.url + PATHS.keys);
    expect(headers.get("strict-transport-security")).toBeNull();
    await (await Device.open(site)).authorize();
  });
});

describe("what browsers ask before they ask", () => {
  test("a preflight is answered for every path of the client plane, R34 R38 also for an intranet's server", async () => {
    await using site = await openSite();
    for (const path of Object.values(PATHS)) {
      const { status, headers } = await fetch(site.url + path, {
        method: "OPTIONS",
        headers: {
          origin: "https://shop.example",
          "access-control-request-method": "POST",
          "access-control-request-private-network": "true",
        },
      });
      expect([status, headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
      expect(headers.get("access-control-allow-methods")).toBe("GET, POST");
      expect(headers.get("access-control-allow-private-network")).toBe("true");
    }
  });

  test("what is not the client plane is not opened to other origins", async () => {
    await using site = await openSite({
      plugins: [{ prefix: "/api/v1", plugin: async (app) => void app.get("/thing", async () => ({ thing: true })) }],
    });
    const { status, headers } = await fetch(`${site.url}/api/v1/thing`, { headers: { origin: "https://a.example" } });
    expect([status, headers.get("access-control-allow-origin")]).toEqual([200, null]);
    const missing = await fetch(`${site.url}/api/v1/nothing`);
    expect([missing.status, await missing.json()]).toEqual([
      404,
      { code: "not_found", message: "There is nothing here." },
    ]);
  });
});
