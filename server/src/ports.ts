/**
 * What use cases need from the world, as interfaces: storage, clock, random, keys. Every key of the storage begins with the
 * organisation. The hot statements take batches, so that one commit can serve many requests; each batch is one transaction
 * and is durable when its promise resolves. It must not know who implements it.
 */
import type { Authorisation, AuthorizeReply, ReportAnswer } from "../../src/rules/protocol/messages.js";
import type { RefusalCode } from "../../src/rules/protocol/refusals.js";
import type { SlotSet } from "../../src/rules/slots.js";
import type { Candidate } from "./domain/admission.js";
import type { Attempts } from "./domain/attempts.js";
import type { AuditHead, AuditRecord } from "./domain/audit.js";
import type { Account } from "./domain/consumption.js";
import type { Device } from "./domain/device.js";
import type { HandshakeCode } from "./domain/handshake-code.js";
import type { LicenseItem } from "./domain/license-item.js";
import type { Order } from "./domain/order.js";
import type { Organisation } from "./domain/organisation.js";
import type { PortalSession } from "./domain/portal-session.js";
import type { RotatedPurpose, ServerKey } from "./domain/server-key.js";
import type { Session } from "./domain/session.js";
import type { ApiKey, User } from "./domain/user.js";

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Random {
  /** A fresh id: letters and digits, sorting by time of creation. */
  id(): string;
  /** 256 random bits in base64url. */
  secret(): string;
}

/** Hashes, signatures and seals; keys never leave it. */
export interface Keys {
  /** SHA-256, 64 hexadecimal digits. */
  sha256(text: string): string;
  /** Slow hash of a password, with its salt and parameters. */
  hashPassword(password: string): Promise<string>;
  verifyPassword(hash: string, password: string): Promise<boolean>;
  /** Compact JWS with the server's present signing key. */
  sign(authorisation: Authorisation): Promise<string>;
  /** Opaque text that any node can open. */
  sealTicket(session: Session): Promise<string>;
  /** Undefined for what is no ticket of this server, or too old to be opened. */
  openTicket(ticket: string): Promise<Session | undefined>;
  /** Thumbprint of the root key that licence keys name. */
  rootThumbprint(): string;
}

/** What an envelope held: any JSON value, still to be checked. */
export type Opened =
  | { readonly ok: true; readonly content: unknown }
  | { readonly ok: false; readonly reason: "malformed" | "key-unknown" };

/** The envelopes of the client plane, from the server's side. Whatever it is given, opening never throws. */
export interface Envelopes {
  openAuthorize(body: string): Promise<Opened>;
  /** Sealed with the key that came inside the request. */
  sealAuthorizeReply(reply: AuthorizeReply, replyKey: string): string;
  openReport(sealed: string, sessionKey: string): Opened;
  sealReportReply(answer: ReportAnswer, sessionKey: string): string;
  /** The public keys, signed by the root key. */
  keySet(): Promise<string>;
}

/** Replaces keys of the server; licence keys name the root key, so that one stays. */
export interface KeyRotation {
  /** What the old keys made stays good, unless they were stolen. Leaves a record in the server's own audit log. */
  rotate(purposes: readonly RotatedPurpose[], actor: string, isStolen?: boolean): Promise<void>;
}

export interface Page {
  readonly limit: number;
  /** Where the last page ended. */
  readonly after?: string;
}

export interface Paged<T> {
  readonly rows: readonly T[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** Records of one kind by organisation and id; lists are in the order of the ids. */
export interface Table<T> {
  get(organisation: string, id: string): Promise<T | undefined>;
  /** Throws `conflict` where the id is taken. */
  insert(record: T): Promise<void>;
  /** Replaces what must be there. */
  update(record: T): Promise<void>;
  /** Tells whether it was there. */
  remove(organisation: string, id: string): Promise<boolean>;
  list(organisation: string, page: Page): Promise<Paged<T>>;
  /** All of an organisation: for kinds of which there are few. */
  all(organisation: string): Promise<readonly T[]>;
}

/** The cold records, inside one transaction. */
export interface Records {
  readonly organisations: {
    get(id: string): Promise<Organisation | undefined>;
    insert(organisation: Organisation): Promise<void>;
    update(organisation: Organisation): Promise<void>;
    list(page: Page): Promise<Paged<Organisation>>;
  };
  readonly users: Table<User> & {
    /** Logins are unique on the server; `insert` throws `conflict` for one that is taken. */
    byLogin(login: string): Promise<User | undefined>;
  };
  readonly apiKeys: Table<ApiKey>;
  readonly sessions: Table<PortalSession> & {
    /** Deletes the sessions of a user; returns how many. */
    removeOfUser(organisation: string, user: string): Promise<number>;
    /** Deletes sessions of all organisations that ended before a time; returns how many. */
    removeExpired(before: number): Promise<number>;
  };
  /** Attempts to give a password, all under {@link SERVER}. */
  readonly attempts: Table<Attempts> & {
    /** Deletes those whose span began before a time; returns how many. */
    removeExpired(before: number): Promise<number>;
  };
  /** The server's own keys, all under {@link SERVER}. */
  readonly keyring: Table<ServerKey>;
  /** The id of a code is its name. */
  readonly codes: Table<HandshakeCode>;
  readonly items: Table<LicenseItem>;
  readonly orders: Table<Order>;
  readonly devices: {
    get(organisation: string, id: string): Promise<Device | undefined>;
    list(organisation: string, page: Page, seenSince: number): Promise<Paged<Device>>;
    count(organisation: string, seenSince: number): Promise<number>;
    /** Deletes it and frees its seats; what it counted stays. Tells whether it was there. */
    remove(organisation: string, id: string): Promise<boolean>;
    /** Deletes devices that were last seen before a time; returns how many. */
    removeUnseen(organisation: string, before: number): Promise<number>;
  };
  readonly seats: {
    /** Seats of an item in a period that were used at or after a time. */
    count(organisation: string, item: string, period: number, usedSince: number): Promise<number>;
    /** Frees seats of an item, in whatever period, that were last used before a time; returns how many. */
    removeUnused(organisation: string, item: string, before: number): Promise<number>;
  };
  readonly audit: {
    head(organisation: string): Promise<AuditHead | undefined>;
    append(record: AuditRecord): Promise<void>;
    /** In ascending order, from the record after the given sequence number. */
    list(organisation: string, afterSequence: number, limit: number): Promise<readonly AuditRecord[]>;
  };
}

/** A cell's absolute value, as reported. */
export interface CellWrite {
  readonly epoch: string;
  /** Day that the device named; part of the cell's name. */
  readonly day: string;
  readonly metric: string;
  readonly count: number;
  /** Day to show it under; kept from the first write of the cell. */
  readonly bookedDay: string;
}

/** Slots of one day for one account: a code, for statistics, or an item, for its limit. */
export interface SlotWrite {
  readonly account: string;
  readonly day: string;
  readonly slots: SlotSet;
  /** Slots that are newly set while so many devices are in them already are marked as excess. @default no limit */
  readonly limit?: number;
}

/** One report of one device. */
export interface UsageWrite {
  readonly organisation: string;
  readonly device: string;
  /** Handshake code as a whole; a cell keeps the code of its first write. */
  readonly code: string;
  /** Last contact of the device and last use of its seat. */
  readonly receivedAt: number;
  readonly cells: readonly CellWrite[];
  readonly slots: readonly SlotWrite[];
  /** Where added scans are charged, in the order of `allot`; none: they are counted and charged to nobody. */
  readonly accounts: readonly Account[];
  /** The device's seat, whose use it refreshes where it still has it. */
  readonly seat?: { readonly item: string; readonly period: number };
}

/** What is stored after a report. */
export interface UsageResult {
  readonly cells: readonly Omit<CellWrite, "bookedDay">[];
  readonly slots: readonly StoredSlots[];
  /** Units of the write's accounts after it, in their order. */
  readonly used: readonly number[];
  /** False where the write names a seat that the device does not have. */
  readonly hasSeat: boolean;
}

export interface StoredSlots {
  readonly account: string;
  readonly day: string;
  readonly slots: SlotSet;
  /** Those of them in which the device came after the limit was reached. */
  readonly excess: SlotSet;
}

/** Which state of the store an answer is from. */
export interface Commit {
  /** One life of the store: a restored backup or a promoted stand-by has another. */
  readonly generation: string;
  /** Grows with every commit of a generation. */
  readonly sequence: number;
}

/** A device wants a unit of any of some items; it keeps one that it has, and takes the first that is free. */
export interface SeatClaim {
  readonly organisation: string;
  readonly device: string;
  readonly at: number;
  readonly candidates: readonly Candidate[];
}

export interface SlotClaim extends SeatClaim {
  readonly day: string;
  readonly slot: number;
}

/** The item whose unit the device has now, and the units taken of it; undefined where none was free. */
export type ClaimResult = { readonly item: string; readonly used: number } | undefined;

export interface RefusalCount {
  /** The server's own where the organisation is unknown: what a stranger makes up is not stored. */
  readonly organisation: string;
  readonly code: string;
  readonly day: string;
  readonly refusal: RefusalCode;
  readonly count: number;
}

export interface DayRange {
  /** First and last day, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
}

export interface UsageQuery extends DayRange {
  readonly organisation: string;
  readonly code?: string;
  readonly device?: string;
  readonly groupBy: readonly ("day" | "metric" | "code" | "device")[];
}

export interface UsageRow {
  readonly day?: string;
  readonly metric?: string;
  readonly code?: string;
  readonly device?: string;
  readonly count: number;
}

/** An aggregate that is not what its cells, bits or seats add up to. */
export interface Discrepancy {
  readonly organisation: string;
  readonly aggregate: "usage" | "charge" | "slots" | "seats";
  readonly key: string;
  readonly stored: number;
  readonly recomputed: number;
}

export interface Store {
  /**
   * One serialisable transaction over the cold records: all of it or nothing. `work` may run again after a conflict, so it
   * does nothing else than reading and writing through what it is given; the store's other verbs wait for its end.
   */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Reads from one consistent state; writing throws. */
  read<T>(work: (records: Records) => Promise<T>): Promise<T>;

  /**
   * Merges reports: cells by max, with the differences added to the day's aggregates and allotted to accounts; slots by OR,
   * with newly set bits added to the counter of their slot; last contact and seats by max. Results are in the order of the
   * writes.
   */
  mergeUsage(writes: readonly UsageWrite[]): Promise<Commit & { readonly results: readonly UsageResult[] }>;
  /** Claims seats; never more than an item's limit are held in a period. */
  claimSeats(claims: readonly SeatClaim[]): Promise<readonly ClaimResult[]>;
  /** Claims slots; never more than an item's limit are admitted to a slot, reported use counted. */
  claimSlots(claims: readonly SlotClaim[]): Promise<readonly ClaimResult[]>;
  /** Writes what is known of devices; `firstSeen` and `key` are kept from the first write, `lastSeen` never goes back. */
  touchDevices(devices: readonly Device[]): Promise<void>;
  countRefusals(counts: readonly RefusalCount[]): Promise<void>;

  /** Units charged to accounts, in their order. */
  charged(organisation: string, accounts: readonly Pick<Account, "item" | "period">[]): Promise<readonly number[]>;
  /** Sums of the booked counts, ordered by group; one row without groups where none is asked for. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /** The 480 counters of an account's day. */
  slotCounts(organisation: string, account: string, day: string): Promise<readonly number[]>;
  refusals(organisation: string, range: DayRange): Promise<readonly RefusalCount[]>;

  /** Recomputes aggregates from cells, bits and seats. */
  verify(): Promise<readonly Discrepancy[]>;
  /** Where the store stands; throws where it cannot be written. */
  commit(): Promise<Commit>;
  close(): Promise<void>;
}

/** What was looked up a moment ago. */
export interface Memory {
  /** What `look` gives, or gave a moment ago under this name; failures are not remembered. */
  recall<T>(organisation: string, name: string, look: () => Promise<T>): Promise<T>;
  /** Something of the organisation has changed. */
  forget(organisation: string): void;
}

/** All ports together, as use cases take them. */
export interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: Keys;
  /** Spares reports the look at their licence. @default each looks for itself */
  readonly memory?: Memory;
}
