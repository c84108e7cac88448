/**
 * Everything that the memory store holds: maps of plain rows, so that a whole state can be copied, which is how it rolls
 * back and how it makes backups. It must not know rules.
 */
import type { SlotSet } from "../../../../src/rules/slots.js";
import type { AuditRecord } from "../../domain/audit.js";
import type { Device } from "../../domain/device.js";
import type { HandshakeCode } from "../../domain/handshake-code.js";
import type { LicenseItem } from "../../domain/license-item.js";
import type { Order } from "../../domain/order.js";
import type { Organisation } from "../../domain/organisation.js";
import type { ApiKey, User } from "../../domain/user.js";
import type { RefusalCount } from "../../ports.js";

/** A cell as it is stored: code and day of booking are those of its first write. */
export interface CellRow {
  readonly organisation: string;
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
  readonly organisation: string;
  readonly account: string;
  readonly device: string;
  readonly day: string;
  readonly slots: SlotSet;
  readonly excess: SlotSet;
}

export interface SeatRow {
  readonly organisation: string;
  readonly item: string;
  readonly period: number;
  readonly device: string;
  readonly usedAt: number;
}

/** A sum with the parts of its key. */
export interface Sum {
  readonly organisation: string;
  readonly parts: readonly (string | number)[];
  readonly units: number;
}

/** Cold records: copied before a transaction, so that it can be undone. */
export interface ColdState {
  organisations: Map<string, Organisation>;
  users: Map<string, User>;
  apiKeys: Map<string, ApiKey>;
  codes: Map<string, HandshakeCode>;
  items: Map<string, LicenseItem>;
  orders: Map<string, Order>;
  devices: Map<string, Device>;
  seats: Map<string, SeatRow>;
  audit: Map<string, AuditRecord[]>;
}

/** Counts and their aggregates. */
export interface HotState {
  cells: Map<string, CellRow>;
  /** (organisation, code, booked day, metric) → scans. */
  usage: Map<string, Sum>;
  /** (organisation, item, period, code) → scans; item and period are empty where nobody is charged. */
  charges: Map<string, Sum>;
  slots: Map<string, SlotRow>;
  /** (organisation, account, day) → 480 counters. */
  slotCounts: Map<string, number[]>;
  refusals: Map<string, RefusalCount>;
}

export interface MemoryState extends ColdState, HotState {}

export const emptyState = (): MemoryState => ({
  organisations: new Map(),
  users: new Map(),
  apiKeys: new Map(),
  codes: new Map(),
  items: new Map(),
  orders: new Map(),
  devices: new Map(),
  seats: new Map(),
  audit: new Map(),
  cells: new Map(),
  usage: new Map(),
  charges: new Map(),
  slots: new Map(),
  slotCounts: new Map(),
  refusals: new Map(),
});

const COLD = ["organisations", "users", "apiKeys", "codes", "items", "orders", "devices", "seats"] as const;

/** The cold part, copied as far as a transaction can change it: rows themselves are never changed. */
export function copyCold(state: ColdState): ColdState {
  const copy = Object.fromEntries(COLD.map((name) => [name, new Map<string, unknown>(state[name])]));
  const audit = new Map([...state.audit].map(([organisation, chain]) => [organisation, [...chain]]));
  return { ...copy, audit } as ColdState;
}
