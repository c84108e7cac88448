/**
 * Orders and what they do to a licence item: an initial order waits for a hand, an increase is active when it is bought, a
 * renewal when its period begins (R64–R75). Nothing here takes money: a purchase is confirmed by who knows that it was
 * paid. It must not know codes or usage.
 */
import { increasePeriod, initialPeriod, isWithin, renewalPeriod } from "../../../src/rules/period.js";
import { DomainError, demand } from "./domain-error.js";
import { demandUnits, type Grant, type LicenseItem, lastTerm, quotaAt, termAt } from "./license-item.js";

export type OrderKind = "initial" | "increase" | "renewal";

/** requested → purchased → activated; increases and renewals are activated by the purchase itself. */
export type OrderStatus = "requested" | "purchased" | "activated" | "cancelled";

export interface Order {
  readonly organisation: string;
  readonly id: string;
  readonly kind: OrderKind;
  /** The licence item that it pays for; its code and key stay what they are (R67). */
  readonly item: string;
  readonly units: number;
  /** Length of the period in years (R74); an increase has none of its own. */
  readonly years: number;
  readonly status: OrderStatus;
  readonly requestedAt: number;
  readonly purchasedAt?: number;
  readonly activatedAt?: number;
}

/** An order and the item as it leaves it. */
export interface Booking {
  readonly order: Order;
  readonly item: LicenseItem;
}

/** What is asked for; `units` of a renewal may be left out and are then those of the last period. */
export interface OrderRequest {
  readonly id: string;
  readonly kind: OrderKind;
  readonly units?: number;
  readonly years?: number;
}

const YEARS_AT_MOST = 10;

const refuse = (message: string): never => {
  throw new DomainError("conflict", message);
};

/** Asks for an order; throws where it could never take effect. */
export function requestOrder(item: LicenseItem, { id, kind, units, years = 1 }: OrderRequest, now: number): Order {
  demand(
    Number.isSafeInteger(years) && years >= 1 && years <= YEARS_AT_MOST,
    `A period takes 1–${YEARS_AT_MOST} years.`,
  );
  demandTakes(item, kind, now);
  const term = lastTerm(item);
  const amount = units ?? (kind === "renewal" && term !== undefined ? quotaAt(item, term.end - 1) : Number.NaN);
  demandUnits(item.type, amount, item.settings);
  return {
    organisation: item.organisation,
    id,
    kind,
    item: item.id,
    units: amount,
    years: kind === "increase" ? 0 : years,
    status: "requested",
    requestedAt: now,
  };
}

/** Throws unless the item can take an order of this kind now. */
function demandTakes(item: LicenseItem, kind: OrderKind, now: number): void {
  if (item.revokedAt !== undefined) refuse("The licence has been revoked; place an initial order for another item.");
  if (item.isTrial) refuse("A trial is neither increased nor renewed; place an initial order for another item.");
  const isNew = item.grants.length === 0;
  if (kind === "initial" && !isNew) refuse("The licence has been activated already; place an increase or a renewal.");
  if (kind !== "initial" && isNew) refuse("The licence has not been activated; activate its initial order first.");
  const term = termAt(item, now);
  if (kind === "increase" && !(term !== undefined && isWithin(now, term))) {
    refuse("The licence is not in force, so there is no period to add to; renew it.");
  }
}

/** Confirms the purchase; increases and renewals take effect by it (R65, R66), an initial order does not (R64). */
export function purchase({ order, item }: Booking, now: number): Booking {
  if (order.status !== "requested") refuse(`The order is ${order.status} already.`);
  demandTakes(item, order.kind, now);
  const bought: Order = { ...order, status: "purchased", purchasedAt: now };
  return order.kind === "initial" ? { order: bought, item } : take({ order: bought, item }, now);
}

/** Activates an initial order, by hand, once; its credits expire with the period that begins now (R64, R68, R74). */
export function activate({ order, item }: Booking, now: number): Booking {
  if (order.kind !== "initial") refuse("Only an initial order is activated by hand.");
  if (order.status !== "purchased") refuse(`The order is ${order.status}, not purchased.`);
  demandTakes(item, order.kind, now);
  return take({ order, item }, now);
}

/** Withdraws an order that has had no effect yet. */
export function cancel(order: Order): Order {
  if (order.status === "activated" || order.status === "cancelled") refuse(`The order is ${order.status} already.`);
  return { ...order, status: "cancelled" };
}

function take({ order, item }: Booking, now: number): Booking {
  const grant: Grant = { order: order.id, kind: order.kind, units: order.units, period: periodOf(order, item, now) };
  demand(
    grant.period.end > now,
    "The renewal's period would be over already; place an initial order for another item.",
  );
  return {
    order: { ...order, status: "activated", activatedAt: now },
    item: { ...item, grants: [...item.grants, grant] },
  };
}

function periodOf(order: Order, item: LicenseItem, now: number) {
  if (order.kind === "initial") return initialPeriod(now, order.years);
  const current = order.kind === "increase" ? termAt(item, now) : lastTerm(item);
  if (current === undefined) return refuse("The licence has not been activated; activate its initial order first.");
  return order.kind === "increase" ? increasePeriod(current, now) : renewalPeriod(current, order.years);
}
