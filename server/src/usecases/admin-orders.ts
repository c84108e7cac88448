/**
 * Orders: asked for by the owner or the seller, confirmed by the operator once paid, activated by hand where they are the
 * first (R64–R74). Key and code never change by any of them (R67).
 */

import { parseLicenseKey } from "../../../src/rules/protocol/license-key.js";
import { codeText, parseCode } from "../../../src/rules/protocol/names.js";
import { DomainError, demand, found } from "../domain/domain-error.js";
import { isInForce, type LicenseItem } from "../domain/license-item.js";
import {
  activate,
  type Booking,
  cancel,
  type Order,
  type OrderRequest,
  purchase,
  requestOrder,
} from "../domain/order.js";
import type { Page, Paged, Records } from "../ports.js";
import { type Admin, change, look, newId, pageWithin } from "./admin.js";
import { bareItem, type NewItem } from "./admin-items.js";

/** An initial order also says what is bought. */
export type InitialOrder = NewItem & {
  /** The caller's own id for the order: repeating the request then orders nothing twice. @default a fresh one */
  readonly id?: string;
  readonly units: number;
  readonly years?: number;
  readonly isOffline?: boolean;
};

const detailOf = ({ kind, item, units, years, status }: Order) => ({ kind, item, units, years, status });

/** Asks for a new item. It can be put behind codes at once and is refused until it is activated (R64). */
export function orderItem(admin: Admin, organisation: string, order: InitialOrder): Promise<Booking> {
  const itemId = admin.ports.random.id();
  const id = newId(admin, order.id);
  return change(admin, "order.request", organisation, async (records, now) => {
    const bare = bareItem(organisation, itemId, order, now);
    const item: LicenseItem = { ...bare, grants: [], isTrial: false, isOffline: order.isOffline === true };
    const request: OrderRequest = { id, kind: "initial", units: order.units, ...yearsOf(order) };
    const requested = requestOrder(item, request, now);
    const known = await records.orders.get(organisation, id);
    if (known !== undefined) return { repeated: await sameBooking(records, known, requested, item) };
    await records.items.insert(item);
    await records.orders.insert(requested);
    return { result: { order: requested, item }, target: id, detail: detailOf(requested) };
  });
}

/** What an order booked when it was first asked for; throws where its id stands for something else. */
async function sameBooking(records: Records, known: Order, wanted: Order, bare: LicenseItem): Promise<Booking> {
  const item = found(await records.items.get(known.organisation, known.item), "such licence item");
  const isSame = item.type === bare.type && item.name === bare.name && item.isOffline === bare.isOffline;
  return { item, order: sameOrder(known, { ...wanted, item: isSame ? known.item : wanted.item }) };
}

function sameOrder(known: Order, { kind, item, units, years }: Order): Order {
  const isSame = known.kind === kind && known.item === item && known.units === units;
  if (!isSame || (kind !== "increase" && known.years !== years))
    throw new DomainError("conflict", "This id stands for another order; choose another.");
  return known;
}

const yearsOf = ({ years }: { readonly years?: number }) => (years === undefined ? {} : { years });

export interface FollowingOrder {
  /** As in {@link InitialOrder}. */
  readonly id?: string;
  readonly kind: "increase" | "renewal";
  readonly units?: number;
  readonly years?: number;
}

/** Asks for an increase or a renewal of an item. */
export function orderMore(admin: Admin, organisation: string, itemId: string, order: FollowingOrder): Promise<Order> {
  const id = newId(admin, order.id);
  return change(admin, "order.request", organisation, async (records, now) => {
    const item = found(await records.items.get(organisation, itemId), "such licence item");
    const { kind, units } = order;
    const known = await records.orders.get(organisation, id);
    const wanted = { id, kind, ...(units === undefined ? {} : { units }), ...yearsOf(order) };
    // A renewal that took effect has moved the term; what its units default to is then its own.
    if (known !== undefined) return { repeated: sameOrder(known, { ...known, ...wanted, item: itemId }) };
    const requested = requestOrder(item, wanted, now);
    await records.orders.insert(requested);
    return { result: requested, target: id, detail: detailOf(requested) };
  });
}

/**
 * The same by giving the current licence key (R71); the code must have one item that can take it, else it must be named. The
 * key must be one of the organisation, where one is named.
 */
export async function orderMoreByKey(
  admin: Admin,
  key: string,
  order: FollowingOrder,
  organisation?: string,
): Promise<Order> {
  const read = parseLicenseKey(key);
  demand(read.ok, read.ok ? "" : read.problem);
  const { value } = read;
  demand(value.kind === "server", "An offline licence is ordered by its item, not by its key.");
  demand(organisation === undefined || value.organisation === organisation, "The key is another organisation's.");
  const items = await look(admin, "item.read", value.organisation, async (records, now) => {
    const behind = await itemsBehind(records, value.organisation, value.code);
    return behind.filter((item) => !item.isTrial && item.revokedAt === undefined && isTakenBy(item, order.kind, now));
  });
  const [item] = items;
  if (item === undefined) throw new DomainError("conflict", "No licence behind this key can take the order.");
  if (items.length > 1) throw new DomainError("conflict", "Several licences stand behind this key; name the one.");
  return orderMore(admin, value.organisation, item.id, order);
}

const isTakenBy = (item: LicenseItem, kind: FollowingOrder["kind"], now: number): boolean =>
  kind === "renewal" ? item.grants.length > 0 : isInForce(item, now);

async function itemsBehind(records: Records, organisation: string, text: string | undefined): Promise<LicenseItem[]> {
  const codes = await records.codes.all(organisation);
  const code = codes.find((it) => (text === undefined ? it.isDefault : codeText(it) === text && parseCode(text)));
  const items = await Promise.all(found(code, "such code").items.map((id) => records.items.get(organisation, id)));
  return items.filter((item) => item !== undefined) as LicenseItem[];
}

/** Reads an order and its item, books, and writes both. */
const book = (
  admin: Admin,
  action: "order.confirm" | "order.activate",
  organisation: string,
  id: string,
  step: (booking: Booking, now: number) => Booking,
): Promise<Booking> =>
  change(admin, action, organisation, async (records, now) => {
    const order = found(await records.orders.get(organisation, id), "such order");
    const item = found(await records.items.get(organisation, order.item), "such licence item");
    const booked = step({ order, item }, now);
    await records.orders.update(booked.order);
    await records.items.update(booked.item);
    return { result: booked, target: id, detail: detailOf(booked.order) };
  });

/** Says that an order is paid: an increase or a renewal takes effect by it, an initial order waits to be activated. */
export const confirmOrder = (admin: Admin, organisation: string, id: string): Promise<Booking> =>
  book(admin, "order.confirm", organisation, id, purchase);

/** Activates an initial order, by hand, once (R64). */
export const activateOrder = (admin: Admin, organisation: string, id: string): Promise<Booking> =>
  book(admin, "order.activate", organisation, id, activate);

export const cancelOrder = (admin: Admin, organisation: string, id: string): Promise<Order> =>
  change(admin, "order.cancel", organisation, async (records) => {
    const cancelled = cancel(found(await records.orders.get(organisation, id), "such order"));
    await records.orders.update(cancelled);
    return { result: cancelled, target: id, detail: detailOf(cancelled) };
  });

export const getOrder = (admin: Admin, organisation: string, id: string): Promise<Order> =>
  look(admin, "order.read", organisation, async (records) =>
    found(await records.orders.get(organisation, id), "such order"),
  );

export const listOrders = (admin: Admin, organisation: string, page: Page): Promise<Paged<Order>> =>
  look(admin, "order.read", organisation, (records) => records.orders.list(organisation, pageWithin(page)));
