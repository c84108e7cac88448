/**
 * The spelling of names that cross the wire: organisations, handshake codes, devices, epochs, metrics. It must not know
 * which of them exist.
 */
import { dayStart } from "../period.js";
import { text, that } from "./check.js";

/** A handshake code taken apart. */
export interface CodeName {
  readonly organisation: string;
  readonly name: string;
}

const ORGANISATION = "[a-z0-9]{1,24}";
const CODE_NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,47}";
const CODE = new RegExp(`^(${ORGANISATION})-(${CODE_NAME})$`);

/** The handshake code of a name within an organisation: `orgId-name`. */
export const codeText = ({ organisation, name }: CodeName): string => `${organisation}-${name}`;

/** Takes a handshake code apart; undefined where it is none. An organisation's id has no hyphen, so this is unambiguous. */
export function parseCode(code: string): CodeName | undefined {
  const [, organisation, name] = CODE.exec(code) ?? [];
  return organisation === undefined || name === undefined ? undefined : { organisation, name };
}

/** True for the id of an organisation: 1–24 lower-case letters and digits. */
export const isOrganisationId = (id: string): boolean => new RegExp(`^${ORGANISATION}$`).test(id);

/** True for the part of a handshake code after the organisation. */
export const isCodeName = (name: string): boolean => new RegExp(`^${CODE_NAME}$`).test(name);

/** Longest friendly name of a device, in UTF-16 units. */
export const FRIENDLY_NAME_LENGTH = 255;

/** Checks of the names, by what they name. */
export const NAMES = {
  organisation: text(new RegExp(`^${ORGANISATION}$`), "an organisation id"),
  code: text(CODE, "a handshake code (organisation-name)"),
  device: text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a UUID in lower case"),
  epoch: text(/^[0-9a-f]{16}$/, "16 hexadecimal digits"),
  metric: text(/^[a-z][a-z0-9_]{0,31}$/, "the name of a symbology"),
  day: that(text(/^\d{4}-\d{2}-\d{2}$/, "a day (YYYY-MM-DD)"), (day) => !Number.isNaN(dayStart(day)), "a day"),
  /** 128 random bits or more. */
  nonce: text(/^[A-Za-z0-9_-]{22,64}$/, "a nonce in base64url"),
  /** 256 bits: a coordinate of P-256, an A256GCM key, a thumbprint. */
  bits256: text(/^[A-Za-z0-9_-]{43}$/, "32 bytes in base64url"),
  password: text(/^[^\0]{1,128}$/, "1–128 characters"),
  friendlyName: text(new RegExp(`^[^\\p{Cc}]{1,${FRIENDLY_NAME_LENGTH}}$`, "u"), "1–255 characters, none of control"),
  version: text(/^[0-9A-Za-z.+-]{1,32}$/, "a version"),
} as const;
