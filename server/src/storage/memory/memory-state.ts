/**
 * Everything that the memory store holds: maps of plain rows, apart for each organisation, so that a whole state can be
 * copied, which is how it rolls back and how it makes backups. Rows are never changed, only replaced. It must not know rules.
 */
import type { SlotSet } from "../../../../src/rules/slots.js";
import type { Attempts } from "../../domain/attempts.js";
import type { AuditRecord } from "../../domain/audit.js";
import type { Device } from "../../domain/device.js";
import type { HandshakeCode } from "../../domain/handshake-code.js";
import type { LicenseItem } from "../../domain/license-item.js";
import type { Order } from "../../domain/order.js";
import type { Organisation } from "../../domain/organisation.js";
import type { PortalSession } from "../../domain/portal-session.js";
import type { ServerKey } from "../../domain/server-key.js";
import type { ApiKey, User } from "../../domain/user.js";
import type { RefusalCount } from "../../ports.js";

/** A cell as it is stored: code and day of booking are those of its first write. */
export interface CellRow {
  readonly device: string;
  readonly epoch: string;
  readonly day: string;
  readonly metric: string;
  readonly code: string;
  readonly bookedDay: string;
  readonly count: number;
}

/** The slots of one account, device and day. */
export interface SlotRow {
  readonly account: string;
  readonly day: string;
  readonly slots: SlotSet;
  readonly excess: SlotSet;
}

export interface SeatRow {
  readonly item: string;
  readonly period: number;
  readonly device: string;
  readonly usedAt: number;
}

/** Scans charged to an item in a period by one code; item and period are empty where nobody is charged. */
export interface ChargeRow {
  readonly item: string;
  readonly period: number;
  readonly code: string;
  readonly units: number;
}

/** What transactions change. */
export interface ColdTenant {
  users: Map<string, User>;
  apiKeys: Map<string, ApiKey>;
  sessions: Map<string, PortalSession>;
  attempts: Map<string, Attempts>;
  keyring: Map<string, ServerKey>;
  codes: Map<string, HandshakeCode>;
  items: Map<string, LicenseItem>;
  orders: Map<string, Order>;
  devices: Map<string, Device>;
  seats: Map<string, SeatRow>;
  audit: readonly AuditRecord[];
}

/** One organisation's records, counts and aggregates. */
export interface Tenant extends ColdTenant {
  cells: Map<string, CellRow>;
  /** (code, booked day, metric) → scans. */
  usage: Map<string, number>;
  charges: Map<string, ChargeRow>;
  slots: Map<string, SlotRow>;
  /** (account, day) → 480 counters. */
  slotCounts: Map<string, number[]>;
  refusals: Map<string, RefusalCount>;
}

export interface MemoryState {
  organisations: Map<string, Organisation>;
  tenants: Map<string, Tenant>;
}

/** What cold records are read from and written to: the state itself, or a draft of it. */
export interface ColdState {
  readonly organisations: Map<string, Organisation>;
  tenant(organisation: string): ColdTenant;
  /** Ids of all organisations that hold anything. */
  ids(): Iterable<string>;
}

const emptyTenant = (): Tenant => ({
  users: new Map(),
  apiKeys: new Map(),
  sessions: new Map(),
  attempts: new Map(),
  keyring: new Map(),
  codes: new Map(),
  items: new Map(),
  orders: new Map(),
  devices: new Map(),
  seats: new Map(),
  audit: [],
  cells: new Map(),
  usage: new Map(),
  charges: new Map(),
  slots: new Map(),
  slotCounts: new Map(),
  refusals: new Map(),
});

export const emptyState = (): MemoryState => ({ organisations: new Map(), tenants: new Map() });

/** What an organisation holds; nothing at first. */
export function tenantOf(state: MemoryState, organisation: string): Tenant {
  const tenant = state.tenants.get(organisation) ?? emptyTenant();
  state.tenants.set(organisation, tenant);
  return tenant;
}

/** The state itself, to read cold records from. */
export const coldView = (state: MemoryState): ColdState => ({
  organisations: state.organisations,
  tenant: (organisation) => tenantOf(state, organisation),
  ids: () => state.tenants.keys(),
});

const copyOf = ({
  users,
  apiKeys,
  sessions,
  attempts,
  keyring,
  codes,
  items,
  orders,
  devices,
  seats,
  audit,
}: ColdTenant): ColdTenant => ({
  users: new Map(users),
  apiKeys: new Map(apiKeys),
  sessions: new Map(sessions),
  attempts: new Map(attempts),
  keyring: new Map(keyring),
  codes: new Map(codes),
  items: new Map(items),
  orders: new Map(orders),
  devices: new Map(devices),
  seats: new Map(seats),
  audit,
});

/** A draft to write to, and what makes the state of it. */
export function draftOf(state: MemoryState): ColdState & { commit(): void } {
  const touched = new Map<string, ColdTenant>();
  const organisations = new Map(state.organisations);
  return {
    organisations,
    tenant(organisation) {
      const tenant = touched.get(organisation) ?? copyOf(tenantOf(state, organisation));
      touched.set(organisation, tenant);
      return tenant;
    },
    ids: () => state.tenants.keys(),
    commit() {
      state.organisations = organisations;
      for (const [organisation, tenant] of touched) Object.assign(tenantOf(state, organisation), tenant);
    },
  };
}
