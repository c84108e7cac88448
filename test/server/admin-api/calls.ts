/**
 * A world in which every route of the admin API has something to do, and for each route a request that succeeds there. It
 * must not know who sends them.
 */
import type { Actor, Role } from "../../../server/src/domain/access.js";
import { SERVER } from "../../../server/src/domain/organisation.js";
import { type AdminRoute, pathOf } from "../../../server/src/http/admin/admin-route.js";
import type { Ports } from "../../../server/src/ports.js";
import { changeCode, createCode, licenseKeyOf } from "../../../server/src/usecases/admin-codes.js";
import { orderMore } from "../../../server/src/usecases/admin-orders.js";
import { openSession } from "../../../server/src/usecases/admin-sessions.js";
import { createApiKey, createUser } from "../../../server/src/usecases/admin-users.js";
import {
  addOrganisation,
  ask,
  attach,
  buy,
  cell,
  deviceId,
  granted,
  type Lab,
  labWith,
  OPERATOR,
  send,
} from "../lab.js";
import { PASSWORD } from "./open-api.js";

/** What a session password must never be seen as. */
export const SESSION_PASSWORD = "open sesame, please";
/** What stands for a key of the server. */
export const SEALED = "sealed-key-material";

/** Somebody by whom everything is tried. */
export interface Person {
  readonly name: string;
  readonly actor: Actor;
  readonly session: string;
  readonly key: string;
  readonly keyId: string;
}

export interface World {
  readonly lab: Lab;
  readonly people: readonly Person[];
  readonly ids: Readonly<
    Record<
      "item" | "offline" | "requested" | "purchased" | "user" | "operator" | "key" | "serverKey" | "licenseKey",
      string
    >
  >;
}

const ROLES_IN: readonly (readonly [Role, string])[] = [
  ["operator", SERVER],
  ["owner", "100"],
  ["viewer", "100"],
  ["owner", "200"],
  ["viewer", "200"],
];

/** Organisations 100 and 200; everything that a path can name is 100's, or the server's. */
export async function newWorld(): Promise<World> {
  const lab = await labWith({ type: "per-scan", units: 100 });
  const { operator } = lab;
  await addOrganisation(lab, "200");
  await createCode(operator, "100", "spare");
  const people = await Promise.all(ROLES_IN.map((it) => newPerson(lab, ...it)));
  const offline = await buy(lab, { type: "per-device", name: "offline", units: 5, isOffline: true });
  const purchased = await buy(lab, { type: "per-scan", name: "waiting", units: 5 }, "100", false);
  const requested = await orderMore(operator, "100", lab.item, { kind: "increase", units: 5 });
  const user = await createUser(operator, "100", { login: "eve@100", name: "Eve", role: "viewer", password: PASSWORD });
  const second = { login: "op2@server", name: "Op", role: "operator", password: PASSWORD } as const;
  const ids = {
    item: lab.item,
    offline: offline.item,
    requested: requested.id,
    purchased: purchased.order,
    user: user.id,
    operator: (await createUser(operator, SERVER, second)).id,
    key: (await createApiKey(operator, "100", { label: "key", role: "viewer" })).id,
    serverKey: (await createApiKey(operator, SERVER, { label: "key", role: "operator" })).id,
    licenseKey: await licenseKeyOf(operator, "100", "shop", { servers: ["https://lts.example"] }),
  };
  await attach(lab, [lab.item]);
  await send(lab, granted(await ask(lab, 1, { friendlyName: "Till 1" })).session, [cell(7)]);
  await changeCode(operator, "100", "shop", { passwords: [SESSION_PASSWORD], domains: ["shop.example"] });
  await ask(lab, 2);
  const key = { organisation: SERVER, id: "k1", purpose: "signing", sealed: SEALED, createdAt: 1 } as const;
  await lab.store.transaction((records) => records.keyring.insert(key));
  return { lab, people, ids };
}

async function newPerson({ operator, ports }: Lab, role: Role, organisation: string): Promise<Person> {
  const login = `${role}@${organisation || "server"}`;
  const user = await createUser(operator, organisation, { login, name: login, role, password: PASSWORD });
  const { text, id } = await createApiKey(operator, organisation, { label: login, role });
  const session = await openSession(ports, login, PASSWORD);
  if (session === undefined) throw new Error("nobody could sign in");
  const actor = { ...OPERATOR, id: `user:${user.id}`, role, organisation };
  return { name: login, actor, session: session.token, key: text, keyId: id };
}

/** Throws for text that PostgreSQL keeps in no column. */
function demandStorable(values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value === "string" && value.includes("\0")) throw new Error("invalid byte sequence for encoding UTF8");
    // Records are kept as JSON, where such text is written in other characters; what names them is not.
    if (typeof value === "object" && value !== null) {
      const { id, login, after, code, device } = value as Record<string, unknown>;
      demandStorable([id, login, after, code, device].filter((it) => typeof it === "string"));
    }
  }
}

/** An object whose verbs refuse such text, in the objects that they hand on too. */
function strict<T extends object>(target: T): T {
  return new Proxy(target, {
    get(_, name) {
      const verb = Reflect.get(target, name, target);
      if (typeof verb === "object" && verb !== null) return strict(verb);
      if (typeof verb !== "function") return verb;
      return (...args: unknown[]) => {
        demandStorable(args);
        const given = args.map((arg) =>
          typeof arg === "function" ? (records: object, ...rest: unknown[]) => arg(strict(records), ...rest) : arg,
        );
        return verb.apply(target, given);
      };
    },
  });
}

/** Ports whose world can be changed behind them, so that one server serves many. */
export function changeablePorts(): { readonly ports: Ports; world: World | undefined } {
  const stage = { world: undefined as World | undefined };
  const of = (): Ports => {
    if (stage.world === undefined) throw new Error("there is no world yet");
    return stage.world.lab.ports;
  };
  const ports: Ports = {
    get store() {
      return strict(of().store);
    },
    get clock() {
      return of().clock;
    },
    get random() {
      return of().random;
    },
    get keys() {
      return of().keys;
    },
  };
  return Object.assign(stage, { ports });
}

/** What a request says beside its route. */
export interface RouteCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

const RANGE = "from=2026-05-01&to=2026-05-01";
const USER = { login: "new@user", name: "New", password: PASSWORD };

/** A request that succeeds, by the route's id. */
export const CALLS: Readonly<Record<string, (world: World) => RouteCall>> = {
  getSession: () => ({}),
  endSession: () => ({}),
  changeOwnPassword: () => ({ body: { current: PASSWORD, next: "another good password" } }),
  listOrganisations: () => ({ query: "limit=10" }),
  createOrganisation: () => ({ body: { id: "300", name: "New" } }),
  getOrganisation: () => ({}),
  renameOrganisation: () => ({ body: { name: "Other" } }),
  listUsers: () => ({ query: "limit=1" }),
  listServerUsers: () => ({}),
  createUser: () => ({ body: { ...USER, role: "viewer" } }),
  createServerUser: () => ({ body: { ...USER, role: "operator" } }),
  getUser: ({ ids: { user } }) => ({ params: { user } }),
  getServerUser: ({ ids: { operator } }) => ({ params: { user: operator } }),
  changeUser: ({ ids: { user } }) => ({ params: { user }, body: { isDisabled: true } }),
  changeServerUser: ({ ids: { operator } }) => ({ params: { user: operator }, body: { name: "Op 2" } }),
  listApiKeys: () => ({}),
  listServerApiKeys: () => ({}),
  createApiKey: () => ({ body: { label: "ci", role: "viewer" } }),
  createServerApiKey: () => ({ body: { label: "ci", role: "operator" } }),
  revokeApiKey: ({ ids: { key } }) => ({ params: { key } }),
  revokeServerApiKey: ({ ids: { serverKey } }) => ({ params: { key: serverKey } }),
  listCodes: () => ({}),
  createCode: () => ({ body: { name: "kiosk" } }),
  getCode: () => ({ params: { code: "shop" } }),
  changeCode: () => ({ params: { code: "shop" }, body: { order: "owner" } }),
  setDefaultCode: () => ({ params: { code: "spare" } }),
  deleteCode: () => ({ params: { code: "spare" } }),
  getLicenseKey: () => ({ params: { code: "shop" }, body: { password: SESSION_PASSWORD } }),
  listItems: () => ({}),
  getItem: ({ ids: { item } }) => ({ params: { item } }),
  changeItem: ({ ids: { item } }) => ({ params: { item }, body: { settings: { overage: 5, feeNote: "50 a year" } } }),
  revokeItem: ({ ids: { item } }) => ({ params: { item } }),
  exportOfflineKey: ({ ids: { offline } }) => ({ params: { item: offline } }),
  createTrial: () => ({ body: { type: "per-device", name: "trial", days: 30, units: 5 } }),
  listOrders: () => ({}),
  getOrder: ({ ids: { purchased } }) => ({ params: { order: purchased } }),
  orderItem: () => ({
    body: { type: "concurrent-device", name: "more", units: 5, years: 2, settings: { graceDays: 7 } },
  }),
  orderMore: ({ ids: { item } }) => ({ params: { item }, body: { kind: "increase", units: 5 } }),
  orderMoreByKey: ({ ids: { licenseKey } }) => ({ body: { licenseKey, kind: "renewal" } }),
  confirmOrder: ({ ids: { requested } }) => ({ params: { order: requested } }),
  activateOrder: ({ ids: { purchased } }) => ({ params: { order: purchased } }),
  cancelOrder: ({ ids: { requested } }) => ({ params: { order: requested } }),
  listDevices: () => ({}),
  getDevice: () => ({ params: { device: deviceId(1) } }),
  unregisterDevice: () => ({ params: { device: deviceId(1) } }),
  getUsage: () => ({ query: `${RANGE}&groupBy=day,metric,code,device` }),
  getSlots: () => ({ query: "account=100-shop&day=2026-05-01" }),
  getRefusals: () => ({ query: RANGE }),
  getServerRefusals: () => ({ query: RANGE }),
  listAudit: () => ({ query: "limit=2" }),
  listServerAudit: () => ({}),
  checkAudit: () => ({}),
  checkServerAudit: () => ({}),
  listServerKeys: () => ({}),
  rotateServerKeys: () => ({ body: { purposes: ["signing", "ticket"] } }),
};

/** Address of a route, with its parameters filled in. */
export function urlOf(route: AdminRoute, { params = {}, query }: RouteCall, organisation = "100"): string {
  const path = pathOf(route).replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(name === "organisation" ? organisation : (params[name] ?? "")),
  );
  return `/api/v1${path}${query === undefined ? "" : `?${query}`}`;
}
