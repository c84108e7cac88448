/**
 * A server to test with: use cases over a store, a clock that is turned by hand, and keys that only look like keys. It must
 * not know any single test.
 */
import { createHash } from "node:crypto";
import type { Actor } from "../../server/src/domain/access.js";
import { SERVER } from "../../server/src/domain/organisation.js";
import type { Session } from "../../server/src/domain/session.js";
import type { Keys, Ports, Random, Store } from "../../server/src/ports.js";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import type { Admin } from "../../server/src/usecases/admin.js";
import { changeCode, createCode } from "../../server/src/usecases/admin-codes.js";
import { activateOrder, confirmOrder, type InitialOrder, orderItem } from "../../server/src/usecases/admin-orders.js";
import { createOrganisation } from "../../server/src/usecases/admin-organisations.js";
import { authorize } from "../../server/src/usecases/authorize.js";
import { report } from "../../server/src/usecases/report.js";
import { DAY_MS, utcDay } from "../../src/rules/period.js";
import type {
  Authorisation,
  AuthorizeReply,
  AuthorizeRequest,
  Denial,
  Grant,
  ReportAnswer,
  ReportedCell,
  ReportReply,
} from "../../src/rules/protocol/messages.js";
import { slotText } from "../../src/rules/protocol/requests.js";
import { slotIndex } from "../../src/rules/slots.js";

export const START = Date.UTC(2026, 4, 1, 12);
export const SHOP = "https://shop.example";
export const OPERATOR: Actor = { id: "user:op", role: "operator", organisation: SERVER };
export const owner = (organisation: string): Actor => ({ id: `user:${organisation}`, role: "owner", organisation });
export const viewer = (organisation: string): Actor => ({ id: `user:v${organisation}`, role: "viewer", organisation });

/** UUID of the nth device, and the key that goes with it. */
export const deviceId = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
const keyOf = (n: number) =>
  ({ kty: "EC", crv: "P-256", x: `x${n}`.padEnd(43, "0"), y: `y${n}`.padEnd(43, "0") }) as const;

/** Random that counts: what is made earlier sorts earlier. */
export function countingRandom(): Random {
  let made = 0;
  const next = () => (++made).toString(36).padStart(8, "0");
  return { id: () => `id${next()}`, secret: () => next().padStart(43, "s") };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Seals by JSON, so that tests can look into it. */
export const openKeys: Keys = {
  sha256,
  hashPassword: async (password) => `hash:${sha256(password)}`,
  verifyPassword: async (hash, password) => hash === `hash:${sha256(password)}`,
  sign: async (authorisation) => `h.${Buffer.from(JSON.stringify(authorisation)).toString("base64url")}.s`,
  sealTicket: async (session) => JSON.stringify(session),
  openTicket: async (ticket) => JSON.parse(ticket) as Session,
  rootThumbprint: () => "r".repeat(43),
};

/** The content of a token that {@link openKeys} has signed. */
export const readToken = (token: string): Authorisation =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Authorisation;

export type Lab = ReturnType<typeof openLab>;

export function openLab(store: Store = new MemoryStore("g1")) {
  const clock = {
    at: START,
    now: () => clock.at,
    /** Turns the clock on by days. */
    pass: (days: number) => {
      clock.at += days * DAY_MS;
    },
  };
  const ports: Ports = { store, clock, random: countingRandom(), keys: openKeys };
  const as = (actor: Actor): Admin => ({ ports, actor });
  return { store, clock, ports, as, operator: as(OPERATOR) };
}

/** An organisation with one code, `<id>-shop`. */
export async function addOrganisation({ operator }: Pick<Lab, "operator">, id = "100"): Promise<void> {
  await createOrganisation(operator, id, `Organisation ${id}`);
  await createCode(operator, id, "shop");
}

/** An item that is bought and, unless told otherwise, activated now. */
export async function buy(
  { operator }: Pick<Lab, "operator">,
  order: InitialOrder,
  organisation = "100",
  isActivated = true,
) {
  const { item, order: placed } = await orderItem(operator, organisation, order);
  await confirmOrder(operator, organisation, placed.id);
  if (isActivated) await activateOrder(operator, organisation, placed.id);
  return { item: item.id, order: placed.id };
}

/** Puts items behind the code, `shop` unless told otherwise. */
export const attach = (
  { operator }: Pick<Lab, "operator">,
  items: readonly string[],
  organisation = "100",
  code = "shop",
) => changeCode(operator, organisation, code, { items });

/** A lab with one organisation and one item of this kind behind its code. */
export async function labWith(order: Partial<InitialOrder> = {}, store?: Store) {
  const lab = openLab(store);
  await addOrganisation(lab);
  const bought = await buy(lab, { type: "per-scan", name: "licence", units: 10, ...order });
  await attach(lab, [bought.item]);
  return { ...lab, ...bought };
}

export const request = (n: number, change: Partial<AuthorizeRequest> = {}): AuthorizeRequest => ({
  v: 1,
  organisation: "100",
  code: "100-shop",
  device: deviceId(n),
  key: keyOf(n),
  library: "0.1.0",
  nonce: "n".repeat(22),
  replyKey: "k".repeat(43),
  ...change,
});

/** The nth device asks for an authorisation. */
export const ask = (
  { ports }: Pick<Lab, "ports">,
  n = 1,
  change: Partial<AuthorizeRequest> = {},
  origin: string | undefined = SHOP,
): Promise<AuthorizeReply> => authorize(ports, request(n, change), origin);

/** "ok", or the code of the refusal. */
export const outcomeOf = (reply: AuthorizeReply | ReportAnswer): string => (reply.ok ? "ok" : reply.refusal.code);

export function granted(reply: AuthorizeReply): Grant & { readonly token: Authorisation; readonly session: Session } {
  if (!reply.ok) throw new Error(`refused: ${reply.refusal.code}`);
  return { ...reply, token: readToken(reply.authorisation), session: JSON.parse(reply.ticket) as Session };
}

export function denied(reply: AuthorizeReply | ReportAnswer): Denial["refusal"] {
  if (reply.ok) throw new Error("it was not refused");
  return reply.refusal;
}

/** A cell of a device's day. */
export const cell = (count: number, metric = "ean_13", at = START, epoch = 1): ReportedCell => ({
  epoch: epoch.toString(16).padStart(16, "0"),
  day: utcDay(at),
  metric,
  count,
});

/** A session reports cells, and use of the slot of now. */
export async function send(
  { ports, clock }: Pick<Lab, "ports" | "clock">,
  session: Session,
  cells: readonly ReportedCell[] = [],
  slots: readonly number[] = [slotIndex(clock.now())],
): Promise<ReportReply> {
  const days = slots.length === 0 ? [] : [{ day: utcDay(clock.now()), bits: slotText(slots) }];
  const content = { v: 1, device: session.device, nonce: "n".repeat(22), cells, slots: days } as const;
  const answer = await report(ports, session, content);
  if (!answer.ok) throw new Error(`refused: ${answer.refusal.code}`);
  return answer;
}

/** Asks by the name of the organisation, without a handshake code. */
export const askByOrganisation = (lab: Lab) => {
  const { code: _, ...rest } = request(1);
  return authorize(lab.ports, rest, SHOP);
};
