/**
 * Reading of requests: from any JSON value to a typed message or a problem that names the field. It must not know
 * envelopes, nor whether what is named exists.
 */
import { packSlots, SLOT_BYTES, unpackSlots } from "../slot-bits.js";
import type { SlotSet } from "../slots.js";
import { decodeBase64url, encodeBase64url } from "./base64url.js";
import { type Checked, checked, exactly, list, optional, record, text, that, wholeNumber } from "./check.js";
import { type AuthorizeRequest, PROTOCOL_VERSION, type ReportRequest } from "./messages.js";
import * as NAMES from "./name-checks.js";

/** Most cells that one report carries; the rest goes with the next. */
export const CELLS_PER_REPORT = 64;
/** Most days of slots that one report carries. */
export const DAYS_PER_REPORT = 64;
/** Most that a cell may hold: far beyond what a device can scan in a day, and no sum of them loses precision. */
export const MAX_COUNT = 1_000_000_000;

const AUTHORIZE = record({
  v: exactly(PROTOCOL_VERSION),
  organisation: optional(NAMES.organisation),
  code: optional(NAMES.code),
  password: optional(NAMES.password),
  origin: optional(text(/^[^\s\0]{1,512}$/, "an origin")),
  device: NAMES.device,
  key: record({ kty: exactly("EC"), crv: exactly("P-256"), x: NAMES.bits256, y: NAMES.bits256 }),
  friendlyName: optional(NAMES.friendlyName),
  library: NAMES.version,
  nonce: NAMES.nonce,
  replyKey: NAMES.bits256,
});

const SLOT_TEXT = that(
  text(/^[A-Za-z0-9_-]+$/, "slots in base64url"),
  (bits) => decodeBase64url(bits)?.length === SLOT_BYTES,
  "the 480 bits of a day in base64url",
);

const REPORT = record({
  v: exactly(PROTOCOL_VERSION),
  device: NAMES.device,
  nonce: NAMES.nonce,
  cells: list(
    record({ epoch: NAMES.epoch, day: NAMES.day, metric: NAMES.metric, count: wholeNumber(0, MAX_COUNT) }),
    CELLS_PER_REPORT,
  ),
  slots: list(record({ day: NAMES.day, bits: SLOT_TEXT }), DAYS_PER_REPORT),
});

/** Reads a request for an authorisation. */
export function parseAuthorizeRequest(value: unknown): Checked<AuthorizeRequest> {
  const request = checked(value, AUTHORIZE, "authorize");
  if (request.ok && request.value.organisation === undefined && request.value.code === undefined) {
    return { ok: false, problem: "authorize.organisation or authorize.code must be given" };
  }
  return request;
}

/** Reads a usage report. */
export const parseReportRequest = (value: unknown): Checked<ReportRequest> => checked(value, REPORT, "report");

/** The text of a day's slots. */
export const slotText = (set: SlotSet): string => encodeBase64url(packSlots(set));

/** The slots that a text stands for; none where it is malformed. */
export const slotsOf = (bits: string): SlotSet => unpackSlots(decodeBase64url(bits) ?? new Uint8Array(0));
