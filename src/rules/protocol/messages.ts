/**
 * The messages of the client plane, in clear: what is inside the envelopes. Types only; it must not know how they are
 * sealed or sent. No field can hold the text of a barcode (R9, R77).
 */
import type { LicenseState, QuotaUse } from "../verdict.js";
import type { Refusal } from "./refusals.js";

/** Version of the protocol that these types describe. */
export const PROTOCOL_VERSION = 1;

/** Public half of the device's P-256 key (RFC 7517). */
export interface DeviceKey {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
}

/** May this device work? Sent at the start, when the authorisation is due for renewal, and when the server asks for it. */
export interface AuthorizeRequest {
  readonly v: typeof PROTOCOL_VERSION;
  /** Only the organisation: its default code. Both: the code must be one of the organisation's. */
  readonly organisation?: string;
  readonly code?: string;
  readonly password?: string;
  /** Origin of the page; the server compares it with what the browser says. */
  readonly origin?: string;
  /** UUID of this browser on this origin (R11). */
  readonly device: string;
  readonly key: DeviceKey;
  readonly friendlyName?: string;
  readonly library: string;
  /** Fresh for each request; the answer repeats it. */
  readonly nonce: string;
  /** A256GCM key that the answer is sealed with, fresh for each request. */
  readonly replyKey: string;
}

/** What a device is authorised for: the content of the signed token that the client keeps. */
export interface Authorisation {
  readonly v: typeof PROTOCOL_VERSION;
  readonly organisation: string;
  readonly code: string;
  /** The licence item that is used. */
  readonly item: string;
  /** Absent in an offline licence, which is not bound to one device. */
  readonly device?: string;
  /** Key of the device, so that a copied token is of no use elsewhere. */
  readonly key?: DeviceKey;
  /** Domains on which it holds; none means everywhere. */
  readonly domains: readonly string[];
  /** The item as it stands; `judge` takes it. */
  readonly license: LicenseState;
  /** Use of the quota when this was signed; `judge` takes it. */
  readonly use: QuotaUse;
  readonly issuedAt: number;
  readonly refreshAt: number;
  readonly expiresAt: number;
  readonly isTrial: boolean;
}

/** What every answer repeats and says of the time. */
export interface ReplyHead {
  readonly v: typeof PROTOCOL_VERSION;
  readonly nonce: string;
  readonly serverTime: number;
}

/** The device may work. */
export interface Grant extends ReplyHead {
  readonly ok: true;
  /** {@link Authorisation} as a compact JWS. */
  readonly authorisation: string;
  /** Opaque; sent with each report. */
  readonly ticket: string;
  /** A256GCM key that reports and acknowledgements are sealed with. */
  readonly sessionKey: string;
}

/** The request is refused. */
export interface Denial extends ReplyHead {
  readonly ok: false;
  readonly refusal: Refusal;
}

/** Answer to {@link AuthorizeRequest}. */
export type AuthorizeReply = Grant | Denial;

/** A cell on the wire; organisation and device are the session's. */
export interface ReportedCell {
  readonly epoch: string;
  readonly day: string;
  readonly metric: string;
  readonly count: number;
}

/** Slots of one day on the wire: 480 bits in base64url. */
export interface ReportedSlots {
  readonly day: string;
  readonly bits: string;
}

/** Use of the library since the last report, as absolute values. */
export interface ReportRequest {
  readonly v: typeof PROTOCOL_VERSION;
  readonly device: string;
  readonly nonce: string;
  readonly cells: readonly ReportedCell[];
  readonly slots: readonly ReportedSlots[];
}

/** What is stored, said after the commit. */
export interface ReportReply extends ReplyHead {
  readonly ok: true;
  /** Names one life of the store; another one means that it was restored. */
  readonly generation: string;
  /** Grows with every commit of a generation. */
  readonly sequence: number;
  readonly cells: readonly ReportedCell[];
  readonly slots: readonly ReportedSlots[];
  /** What the device does next: work on, or ask for another authorisation. */
  readonly next: "continue" | "authorize";
  /** Why it may not work on; what it reported is stored all the same. */
  readonly refusal?: Refusal;
}

/** Answer to {@link ReportRequest}. */
export type ReportAnswer = ReportReply | Denial;

/** Answer to a question for the server's state; it says nothing of any organisation. */
export interface StatusReply {
  readonly v: typeof PROTOCOL_VERSION;
  readonly isReady: boolean;
  readonly generation: string;
  readonly serverTime: number;
}
