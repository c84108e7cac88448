/**
 * The server of `npm start`: SQLite in a folder of the checkout, and in it an operator, an organisation, a handshake code and
 * a licence for pages of this machine. What is missing is made; what is there is used again. It must not know the pages.
 */
import { randomBytes } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, readConfig } from "../config.js";
import { DomainError } from "../domain/domain-error.js";
import { SERVER } from "../domain/organisation.js";
import { createLogger } from "../http/logger.js";
import type { Admin } from "../usecases/admin.js";
import { changeCode, createCode, getCode, licenseKeyOf } from "../usecases/admin-codes.js";
import { getItem } from "../usecases/admin-items.js";
import { activateOrder, confirmOrder, orderItem } from "../usecases/admin-orders.js";
import { createOrganisation } from "../usecases/admin-organisations.js";
import { changeUser, createUser, listUsers } from "../usecases/admin-users.js";
import { startServer } from "./running-server.js";
import { withWorkbench } from "./workbench.js";

const ORGANISATION = "demo";
const CODE = "shop";
const LOGIN = "operator";
const SCANS = 100_000;
/** Pages of this machine; nobody else is meant. */
const DOMAINS = ["localhost", "127.0.0.1"];

const FIRST_PORT = 8470;
/** Ports that are tried where the first is taken. */
const PORTS = 50;

export interface DemoServer {
  readonly url: string;
  readonly license: string;
  /** Id of the licence item behind the key. */
  readonly item: string;
  readonly organisation: string;
  readonly login: string;
  readonly password: string;
  stop(): Promise<void>;
}

/** Starts the server over `folder`, on the first port that is free. */
export async function startDemo(folder: string, firstPort: number = FIRST_PORT): Promise<DemoServer> {
  const { item, password } = await withWorkbench(
    configFor(folder, firstPort),
    async ({ admin }) => ({ item: await furnish(admin), password: await operatorPassword(admin, folder) }),
    { isNew: true },
  );
  const { config, stop } = await startOnFreePort(folder, firstPort);
  try {
    const { servers, publicUrl: url } = config;
    const license = await withWorkbench(config, ({ admin }) => licenseKeyOf(admin, ORGANISATION, CODE, { servers }));
    return { url, license, item, organisation: ORGANISATION, login: LOGIN, password, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const configFor = (folder: string, port: number): Config =>
  readConfig({
    env: { LTS_DATA: folder, LTS_PORT: String(port), LTS_OPERATIONS_PORT: "0", LTS_STOP_SECONDS: "2" },
    folder,
    readFile: () => undefined,
  });

async function startOnFreePort(folder: string, firstPort: number) {
  const logger = createLogger("warn", { write: (line) => void process.stderr.write(line) });
  for (let port = firstPort; ; port++) {
    const config = configFor(folder, port);
    try {
      return { config, stop: (await startServer(config, logger)).stop };
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
      if (code !== "EADDRINUSE" || port + 1 >= firstPort + PORTS) throw error;
    }
  }
}

/** Makes what is missing of organisation, code and licence. @returns the licence item that is in force */
async function furnish(admin: Admin): Promise<string> {
  await unlessThere(createOrganisation(admin, ORGANISATION, "Demo"));
  await unlessThere(createCode(admin, ORGANISATION, CODE));
  const { items } = await getCode(admin, ORGANISATION, CODE);
  for (const id of items) if (await isUsable(admin, id)) return id;
  const order = { type: "per-scan", name: "Demo", units: SCANS } as const;
  const booked = await orderItem(admin, ORGANISATION, order);
  await confirmOrder(admin, ORGANISATION, booked.order.id);
  await activateOrder(admin, ORGANISATION, booked.order.id);
  await changeCode(admin, ORGANISATION, CODE, { items: [booked.item.id], domains: DOMAINS });
  return booked.item.id;
}

async function isUsable(admin: Admin, id: string): Promise<boolean> {
  const { state, used } = await getItem(admin, ORGANISATION, id);
  return state.status === "active" && state.period.end > admin.ports.clock.now() && used < state.quota;
}

const unlessThere = (made: Promise<unknown>): Promise<unknown> =>
  made.catch((error: unknown) => {
    if (!(error instanceof DomainError && error.code === "conflict")) throw error;
  });

/** A password of chance, kept beside the database; where the file was lost, the operator is given a new one. */
async function operatorPassword(admin: Admin, folder: string): Promise<string> {
  const file = join(folder, "operator-password");
  const { rows } = await listUsers(admin, SERVER, { limit: 100 });
  const operator = rows.find(({ login }) => login === LOGIN);
  const kept = operator && (await readFile(file, "utf8").catch(() => undefined));
  if (kept !== undefined) return kept.trim();
  const password = randomBytes(18).toString("base64url");
  if (operator === undefined) {
    await createUser(admin, SERVER, { login: LOGIN, name: "Operator", role: "operator", password });
  } else {
    await changeUser(admin, SERVER, operator.id, { password });
  }
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return password;
}
