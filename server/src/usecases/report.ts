/**
 * A device reports use: what it says is stored whatever the licence says now, then it is told what is stored and whether it
 * may work on. It must not know envelopes; the session comes from an opened ticket.
 */
import { isBound } from "../../../src/rules/domains.js";
import { LICENSE_TYPES } from "../../../src/rules/license-types.js";
import { DAY_MS, utcDay } from "../../../src/rules/period.js";
import {
  PROTOCOL_VERSION,
  type ReportAnswer,
  type ReportedSlots,
  type ReportReply,
  type ReportRequest,
} from "../../../src/rules/protocol/messages.js";
import { type Refusal, refusal } from "../../../src/rules/protocol/refusals.js";
import { slotsOf, slotText } from "../../../src/rules/protocol/requests.js";
import { slotIndex } from "../../../src/rules/slots.js";
import { candidateOf, claimKindOf, screen, seatsTaken, toldRefusal } from "../domain/admission.js";
import { type Account, accountOf } from "../domain/consumption.js";
import { contactAt } from "../domain/device.js";
import { isInForce, type LicenseItem } from "../domain/license-item.js";
import type { Session } from "../domain/session.js";
import { bookedDay } from "../domain/usage-day.js";
import type { Ports, SlotWrite, UsageResult, UsageWrite } from "../ports.js";
import { codeByText, replyHead, withItemsOf } from "./licensing.js";

interface Licence {
  /** The item that the device was authorised by. */
  readonly item: LicenseItem | undefined;
  /** Items behind its code now, in order; undefined where the code is gone. */
  readonly items: readonly LicenseItem[] | undefined;
}

export async function report(ports: Ports, session: Session, request: ReportRequest): Promise<ReportAnswer> {
  const now = ports.clock.now();
  if (session.device !== request.device) {
    return { ...replyHead(request.nonce, now), ok: false, refusal: refusal("session_unknown") };
  }
  const licence = await licenceOf(ports, session, now);
  const accounts = chargeAccounts(licence, session, now);
  const { item } = licence;
  const seat = item !== undefined && claimKindOf(item) === "seat" ? candidateOf(item, now) : undefined;
  const write: UsageWrite = {
    organisation: session.organisation,
    device: session.device,
    code: session.code,
    receivedAt: contactAt(now),
    cells: request.cells.map(({ epoch, day, metric, count }) => {
      return { epoch, day, metric, count, bookedDay: bookedDay(day, now) };
    }),
    slots: slotWrites(request, session, item, now),
    accounts,
  };
  const writes = [seat === undefined ? write : { ...write, seat }];
  const { generation, sequence, results } = await ports.store.mergeUsage(writes);
  const stored = results[0] as UsageResult;
  const { next, refusal: why } = verdictAfter(licence, session, accounts, stored, now);
  // Field by field, here and above: spreading takes longer than all else that is done to a report in this file.
  const reply: ReportReply = {
    v: PROTOCOL_VERSION,
    nonce: request.nonce,
    serverTime: now,
    ok: true,
    generation,
    sequence,
    cells: stored.cells,
    slots: toldSlots(request, write, stored),
    next,
  };
  return why === undefined ? reply : { ...reply, refusal: why };
}

/**
 * What is stored of the slots that the device reported, which come first in what is written; those of items are the server's
 * own affair. Where nothing else is stored the device's own text says it: there is only one for each set.
 */
const toldSlots = ({ slots }: ReportRequest, { slots: written }: UsageWrite, stored: UsageResult): ReportedSlots[] =>
  slots.map(({ day, bits }, index) => {
    const set = stored.slots[index]?.slots ?? [];
    return { day, bits: set.length === written[index]?.slots.length ? bits : slotText(set) };
  });

function licenceOf({ store, memory }: Ports, { organisation, code, item }: Session, now: number): Promise<Licence> {
  const look = () =>
    store.read(async (records) => {
      const found = await codeByText(records, code);
      return {
        item: await records.items.get(organisation, item),
        items: found && (await withItemsOf(records, found, now)).items,
      };
    });
  return memory === undefined ? look() : memory.recall(organisation, `${code} ${item}`, look);
}

/**
 * Where added scans are charged: to the per-scan items in force now, in their order, whatever day the scans are of; so use
 * that comes late, of a period that is closed, is booked to the current one. Where none is in force, the device's own item
 * bears it. Nothing is charged to licences that do not count scans.
 */
function chargeAccounts({ item, items = [] }: Licence, { origin }: Session, now: number): readonly Account[] {
  if (item === undefined || LICENSE_TYPES[item.type].unit !== "scan") return [];
  const inForce = items.filter(
    (it) =>
      LICENSE_TYPES[it.type].unit === "scan" && isInForce(it, now) && isBound(origin ?? "null", it.settings.domains),
  );
  return (inForce.length > 0 ? inForce : [item]).map((it) => accountOf(it, now));
}

/**
 * Slots count for the code, and for the item where it limits concurrent devices. A device's clock may be a day fast; what it
 * says of days further ahead must not take units of slots that are still to come.
 */
function slotWrites(
  { slots }: ReportRequest,
  { code }: Session,
  item: LicenseItem | undefined,
  now: number,
): SlotWrite[] {
  const ofCode = slots.map(({ day, bits }) => ({ account: code, day, slots: slotsOf(bits) }));
  if (item === undefined || claimKindOf(item) !== "slot") return ofCode;
  const { limit } = candidateOf(item, now);
  const plausible = ofCode.filter(({ day }) => day <= utcDay(now + DAY_MS));
  return [...ofCode, ...plausible.map((write) => ({ ...write, account: item.id, limit }))];
}

type Verdict = Pick<ReportReply, "next" | "refusal">;

/** What the device does next, after its report has been stored. */
function verdictAfter(
  { item, items }: Licence,
  session: Session,
  accounts: readonly Account[],
  stored: UsageResult,
  now: number,
): Verdict {
  const refuse = (why: Refusal): Verdict => ({ next: "authorize", refusal: why });
  if (items === undefined) return refuse(refusal("code_unknown"));
  const used = ({ id }: LicenseItem) => stored.used[accounts.findIndex((account) => account.item === id)] ?? 0;
  const { open, refusals } = screen(items, now, session.origin, used);
  if (open.length === 0) return refuse(toldRefusal(refusals));
  const own = open.find(({ id }) => id === item?.id);
  if (own === undefined || !stored.hasSeat) return { next: "authorize" };
  const day = utcDay(now);
  const today = stored.slots.find((row) => row.account === own.id && row.day === day);
  if (today?.excess.includes(slotIndex(now)) !== true) return { next: "continue" };
  return open.some((it) => claimKindOf(it) !== "slot") ? { next: "authorize" } : refuse(seatsTaken("slot", now));
}
