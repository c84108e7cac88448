/** What a device keeps of its licence between visits, sealed by the store. Data only. */
import type { DeviceKey } from "../rules/protocol/messages.js";
import type { ClockMarks } from "./trusted-clock.js";

/** The part that a server's word gave. */
export interface Grant {
  /** The signed authorisation and the signed key set that proves it. */
  readonly authorisation: string;
  readonly keySet: string;
  /** Scans counted and acknowledged here when the authorisation's use of the quota was read. */
  readonly baseline: number;
}

/** What reports are sent with; outlives a grant, so that what was counted can still be told. */
export interface Session {
  readonly ticket: string;
  readonly sessionKey: string;
}

export interface LicenseRecord {
  /** Which licence it belongs to; another one begins anew. */
  readonly license: string;
  /** UUID that the licence was asked for; a device whose counts were deleted is another one (R46, R47). */
  readonly device: string;
  readonly deviceKey: DeviceKey;
  readonly marks: ClockMarks;
  readonly grant?: Grant;
  readonly session?: Session;
}

/** Where the record is kept. */
export interface RecordBox {
  read(): Promise<LicenseRecord | undefined>;
  /** Replaces what is kept by what `change` makes of it, whatever other tabs do; gives the result. `change` may run again. */
  update(change: (current: LicenseRecord | undefined) => LicenseRecord): Promise<LicenseRecord>;
}
