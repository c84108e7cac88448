/**
 * A server with real keys and real http, and devices that talk to it as browsers do. It must not know any single test.
 */
import type { AddressInfo } from "node:net";
import { Keyring } from "../../../server/src/crypto/keyring.js";
import { newMasterKey, parseMasterKey } from "../../../server/src/crypto/master-key.js";
import { nodeRandom } from "../../../server/src/crypto/node-random.js";
import { serverKeys } from "../../../server/src/crypto/server-keys.js";
import { createLogger } from "../../../server/src/http/logger.js";
import { createMetrics } from "../../../server/src/http/metrics.js";
import type { HttpOptions, HttpPorts } from "../../../server/src/http/options.js";
import { buildServer } from "../../../server/src/http/server.js";
import type { Store } from "../../../server/src/ports.js";
import { MemoryStore } from "../../../server/src/storage/memory/memory-store.js";
import type { InitialOrder } from "../../../server/src/usecases/admin-orders.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import type { KeySet } from "../../../src/rules/protocol/key-set.js";
import type {
  Authorisation,
  AuthorizeReply,
  AuthorizeRequest,
  DeviceKey,
  Grant,
  ReportAnswer,
  ReportedCell,
} from "../../../src/rules/protocol/messages.js";
import type { Refusal } from "../../../src/rules/protocol/refusals.js";
import { addOrganisation, attach, buy, deviceId, OPERATOR, openLab, SHOP } from "../lab.js";
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

export interface SiteOptions extends HttpOptions {
  readonly store?: Store;
  readonly masterKey?: Uint8Array;
  /** Where the log goes. @default nowhere */
  readonly log?: (line: string) => void;
  readonly order?: Partial<InitialOrder>;
  /** False where the store is set up already. */
  readonly isNew?: boolean;
}

export type Site = Awaited<ReturnType<typeof openSite>>;

export async function openSite(options: SiteOptions = {}) {
  const { store = new MemoryStore("g1"), log, order, isNew = true, ...http } = options;
  const masterKey = options.masterKey ?? (parseMasterKey(newMasterKey()) as Uint8Array);
  const lab = openLab(store);
  const { clock } = lab;
  const ring = await (isNew ? Keyring.found : Keyring.open)({ store, clock, masterKey });
  const keys = serverKeys(ring, clock);
  const ports: HttpPorts = { store, clock, random: nodeRandom(clock), keys, envelopes: keys };
  const operator = { ports, actor: OPERATOR };
  const real = { ...lab, ports, operator };
  let item = "";
  if (isNew) {
    await addOrganisation(real);
    item = (await buy(real, { type: "per-scan", name: "licence", units: 1000, ...order })).item;
    await attach(real, [item]);
  }
  const metrics = createMetrics();
  const logger = createLogger(log === undefined ? "silent" : "trace", log && { write: log });
  const app = await buildServer({ ports, logger, metrics }, http);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const url = `http${http.tls === undefined ? "" : "s"}://127.0.0.1:${port}`;
  return {
    ...real,
    item,
    ring,
    masterKey,
    metrics,
    app,
    port,
    url,
    close: () => app.close(),
    [Symbol.asyncDispose]: async () => void (await app.close()),
  };
}

/** What a server answered: sealed, or a refusal in clear. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends a body as a page would. */
export async function post(url: string, body: BodyInit | null, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "text/plain;charset=UTF-8", origin: SHOP, ...headers },
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** A refusal that was said in clear. */
export const refusalIn = ({ body }: Answer): Refusal => JSON.parse(body) as Refusal;

/** A browser on the shop's origin. */
export class Device {
  readonly id: string;
  grant: Grant | undefined;
  authorisation: Authorisation | undefined;
  #keySet: KeySet | undefined;

  private constructor(
    readonly site: Pick<Site, "url" | "clock" | "ports">,
    n: number,
    readonly key: DeviceKey,
  ) {
    this.id = deviceId(n);
  }

  static async open(site: Pick<Site, "url" | "clock" | "ports">, n = 1): Promise<Device> {
    return new Device(site, n, await newDeviceKey());
  }

  /** The key set, fetched and checked once. */
  async keySet(isFresh = false): Promise<KeySet> {
    if (this.#keySet === undefined || isFresh) {
      const response = await fetch(this.site.url + PATHS.keys);
      this.#keySet = await openKeySet(await response.text(), this.site.ports.keys.rootThumbprint());
    }
    return this.#keySet;
  }

  request(change: Partial<AuthorizeRequest> = {}): AuthorizeRequest {
    return {
      v: 1,
      organisation: "100",
      code: "100-shop",
      origin: SHOP,
      device: this.id,
      key: this.key,
      library: "0.1.0",
      nonce: nonce(),
      replyKey: secret(),
      ...change,
    };
  }

  /** Asks for an authorisation; the answer as it came, and what was in it. */
  async ask(change: Partial<AuthorizeRequest> = {}, headers: Record<string, string> = {}) {
    const request = this.request(change);
    const sealed = await sealAuthorize(request, await this.keySet(), this.site.clock.now());
    const answer = await post(this.site.url + PATHS.authorize, sealed, headers);
    if (!answer.headers.get("content-type")?.startsWith("text/plain")) return { answer, sealed, request };
    const reply: AuthorizeReply = await openAuthorizeReply(answer.body, request.replyKey);
    return { answer, sealed, request, reply };
  }

  /** Asks, and throws unless it may work. */
  async authorize(change: Partial<AuthorizeRequest> = {}): Promise<Authorisation> {
    const { answer, reply } = await this.ask(change);
    if (reply?.ok !== true) throw new Error(`refused: ${reply?.refusal.code ?? answer.body}`);
    this.grant = reply;
    this.authorisation = await openAuthorisation(reply.authorisation, await this.keySet());
    return this.authorisation;
  }

  /** A sealed report of cells, ready to be sent once or more often. */
  async sealed(cells: readonly ReportedCell[], change: Partial<Grant & { device: string; origin: string }> = {}) {
    const { ticket = "", sessionKey = "" } = { ...this.grant, ...change };
    const report = { v: 1, device: change.device ?? this.id, nonce: nonce(), cells, slots: [] } as const;
    return { body: await sealReport(report, ticket, sessionKey), sessionKey, nonce: report.nonce };
  }

  /** Reports cells; the answer as it came, and what was in it. */
  async report(cells: readonly ReportedCell[], headers: Record<string, string> = {}) {
    const { body, sessionKey, nonce: sent } = await this.sealed(cells);
    const answer = await post(this.site.url + PATHS.report, body, headers);
    if (!answer.headers.get("content-type")?.startsWith("text/plain")) return { answer };
    const reply: ReportAnswer = await openReportAnswer(answer.body, sessionKey);
    return { answer, reply, nonce: sent };
  }
}
