/** What authorize and report both need to know of a licence: the code, the items behind it, the order of their use. */
import type { ReplyHead } from "../../../src/rules/protocol/messages.js";
import { PROTOCOL_VERSION } from "../../../src/rules/protocol/messages.js";
import { parseCode } from "../../../src/rules/protocol/names.js";
import { consumptionOrder } from "../domain/consumption.js";
import type { HandshakeCode } from "../domain/handshake-code.js";
import type { LicenseItem } from "../domain/license-item.js";
import type { Records } from "../ports.js";

/** A code with the items behind it, in the order in which they are used. Offline licences are used elsewhere. */
export interface CodeWithItems {
  readonly code: HandshakeCode;
  readonly items: readonly LicenseItem[];
}

/** The items behind a code, in the order in which they are used. */
export async function withItemsOf(records: Records, code: HandshakeCode, now: number): Promise<CodeWithItems> {
  const found = await Promise.all(code.items.map((id) => records.items.get(code.organisation, id)));
  const items = found.filter((item) => item !== undefined && !item.isOffline) as LicenseItem[];
  return { code, items: consumptionOrder(code, items, now) };
}

/** A code by its whole text, `orgId-name`. */
export async function codeByText(records: Records, text: string): Promise<HandshakeCode | undefined> {
  const parsed = parseCode(text);
  return parsed && records.codes.get(parsed.organisation, parsed.name);
}

/** What every answer begins with. */
export const replyHead = (nonce: string, now: number): ReplyHead => ({ v: PROTOCOL_VERSION, nonce, serverTime: now });
