import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, describe, expect, test } from "vitest";
import { startServer } from "../../../server/src/cli/running-server.js";
import { withWorkbench } from "../../../server/src/cli/workbench.js";
import { type Config, readConfig } from "../../../server/src/config.js";
import { createLogger } from "../../../server/src/http/logger.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { RENEWED_TLS, TLS } from "./certificates.js";

const folder = mkdtempSync(join(tmpdir(), "lts-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const quiet = createLogger("silent");

const configOf = (env: Record<string, string>): Config =>
  readConfig({
    env: { LTS_DATA: "data", LTS_PORT: "0", LTS_OPERATIONS_PORT: "0", ...env },
    folder,
    readFile: (path) => (path.endsWith("lts.json") ? undefined : readFileSync(path, "utf8")),
  });

/** Common name of the certificate that a port shows. */
const shownBy = (port: number): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      const { CN } = socket.getPeerCertificate().subject;
      resolve(Array.isArray(CN) ? CN[0] : CN);
      socket.destroy();
    }).once("error", reject);
  });

describe("a running server", () => {
  test("reads a renewed certificate while it serves, and keeps the old one where the new cannot be read", async () => {
    const [cert, key] = [join(folder, "c.pem"), join(folder, "k.pem")];
    writeFileSync(cert, TLS.cert);
    writeFileSync(key, TLS.key);
    const config = configOf({ LTS_TLS_CERT: cert, LTS_TLS_KEY: key });
    await withWorkbench(config, async () => undefined, { isNew: true });
    const server = await startServer(config, quiet);
    try {
      expect(await shownBy(server.port)).toBe("localhost");
      writeFileSync(cert, RENEWED_TLS.cert);
      await expect(server.reloadCertificate(folder)).rejects.toThrow();
      expect(await shownBy(server.port)).toBe("localhost");
      writeFileSync(key, RENEWED_TLS.key);
      await server.reloadCertificate(folder);
      expect(await shownBy(server.port)).toBe("renewed");
    } finally {
      await server.stop();
    }
  });

  test("does not wait for ever for who never finishes", async () => {
    const config = configOf({ LTS_STOP_SECONDS: "0" });
    await withWorkbench(config, async () => undefined, { isNew: true });
    const server = await startServer(config, quiet);
    const socket = connectPlain(server.port, "127.0.0.1");
    const cut = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => undefined);
    socket.write(
      `POST ${PATHS.report} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nhalf`,
    );
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${server.operationsPort}/metrics`)).text())
      .toContain("lts_client_requests_in_flight 1");
    await server.stop();
    await cut;
  });

  test("that cannot listen closes what it has opened", async () => {
    const config = configOf({});
    const one = await startServer(config, quiet);
    const taken = configOf({ LTS_OPERATIONS_PORT: String(one.operationsPort) });
    await expect(startServer(taken, quiet)).rejects.toThrow(/LTS_OPERATIONS_PORT .* where another program listens/);
    await one.stop();
    await expect(fetch(`http://127.0.0.1:${one.port}/healthz`)).rejects.toThrow();
  });
});
