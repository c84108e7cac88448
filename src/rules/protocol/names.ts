/**
 * The spelling of names that cross the wire: organisations, handshake codes, devices, epochs, metrics. It must not know
 * which of them exist.
 */

/** A handshake code taken apart. */
export interface CodeName {
  readonly organisation: string;
  readonly name: string;
}

/** Pattern of an organisation's id. */
export const ORGANISATION = "[a-z0-9]{1,24}";
const CODE_NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,47}";
/** A handshake code. */
export const CODE = /* @__PURE__ */ new RegExp(`^(${ORGANISATION})-(${CODE_NAME})$`);

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
