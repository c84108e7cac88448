/**
 * The built `lts serve` as a process of its own, that can be killed and comes back at the same address; and the shop that it
 * serves. It must not know any single test.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { buildServer } from "../../../scripts/build-server.mjs";
import { withWorkbench } from "../../../server/src/cli/workbench.js";
import { readConfig } from "../../../server/src/config.js";
import type { InitialOrder } from "../../../server/src/usecases/admin-orders.js";
import { addOrganisation, attach, buy } from "../lab.js";

/** Builds the server for one test file. */
export async function buildLts(): Promise<{ readonly lts: string; remove(): void }> {
  const out = join(process.cwd(), ".cache", `lts-${process.pid}-${Date.now()}`);
  mkdirSync(out, { recursive: true });
  const lts: string = await buildServer({ out });
  return { lts, remove: () => rmSync(out, { recursive: true, force: true }) };
}

type Env = Readonly<Record<string, string>>;

/** Where a shop's data are, and how the server is told. */
export const envOf = (data: string, database?: string): Env => ({
  LTS_DATA: data,
  ...(database === undefined ? {} : { LTS_DATABASE: database }),
  LTS_OPERATIONS_PORT: "0",
  LTS_LOG_LEVEL: "error",
  LTS_AUTHORIZE_PER_ADDRESS: "0",
  LTS_AUTHORIZE_PER_DEVICE: "0",
  LTS_REPORT_PER_ADDRESS: "0",
  LTS_REPORT_PER_DEVICE: "0",
  LTS_IN_FLIGHT: "0",
});

export interface Shop {
  readonly database: string;
  /** Thumbprint that its licence keys name. */
  readonly root: string;
  readonly item: string;
}

/** Sets a database up with organisation 100, code 100-shop, and a licence behind it. */
export function openShop(env: Env, order: Partial<InitialOrder> = {}): Promise<Shop> {
  const config = readConfig({ env, folder: process.cwd(), readFile: () => undefined });
  const make = async ({ admin, ports }: Parameters<Parameters<typeof withWorkbench>[1]>[0]) => {
    const lab = { operator: admin };
    await addOrganisation(lab);
    const { item } = await buy(lab, { type: "per-scan", name: "licence", units: 1e9, ...order });
    await attach(lab, [item]);
    return { database: config.database, root: ports.keys.rootThumbprint(), item };
  };
  return withWorkbench(config, make, { isNew: true });
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export class LtsProcess {
  readonly url: string;
  #child: ChildProcess | undefined;
  #operations = "";

  private constructor(
    private readonly lts: string,
    private readonly env: Env,
    readonly port: number,
    private readonly flags: readonly string[],
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** @param flags for Node itself */
  static async start(lts: string, env: Env, flags: readonly string[] = []): Promise<LtsProcess> {
    const server = new LtsProcess(lts, env, await freePort(), flags);
    await server.start();
    return server;
  }

  /** Where metrics and health are. */
  get operations(): string {
    return this.#operations;
  }

  /** Starts it, and waits until it listens. */
  async start(): Promise<void> {
    const env = { PATH: process.env.PATH ?? "", ...this.env, LTS_PORT: String(this.port) };
    const child = spawn(process.execPath, [...this.flags, this.lts, "serve"], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", (part) => {
        said += part;
        const [, operations] = /metrics and health on (\S+)\.\n/.exec(said) ?? [];
        if (operations === undefined) return;
        this.#operations = `http://${operations}`;
        resolve();
      });
      child.once("close", (code) => reject(new Error(`lts serve ended with ${code}: ${said}`)));
    });
  }

  /** Ends it as a power cut would: nothing is written any more. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Tells it to stop; returns its exit code. */
  stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    this.#child = undefined;
    const closed = once(child, "close");
    child.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  }
}
