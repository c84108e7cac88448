/**
 * Between the device's ledger and the wire: pending usage becomes reports, a server's answer becomes an acknowledgement.
 * It must not know envelopes or networks.
 */
import type { Acknowledgement, PendingUsage } from "../reporting.js";
import { PROTOCOL_VERSION, type ReportReply, type ReportRequest } from "./messages.js";
import { CELLS_PER_REPORT, DAYS_PER_REPORT, slotsOf, slotText } from "./requests.js";

/** The usage of one organisation as reports, none larger than the protocol allows; `nonce` makes a fresh one for each. */
export function toReports(pending: PendingUsage, organisation: string, nonce: () => string): ReportRequest[] {
  const cells = pending.cells
    .filter((cell) => cell.organisation === organisation)
    .map(({ epoch, day, metric, count }) => ({ epoch, day, metric, count }));
  const slots = pending.slots
    .filter((entry) => entry.organisation === organisation)
    .map(({ day, slots: set }) => ({ day, bits: slotText(set) }));
  const reports: ReportRequest[] = [];
  const parts = Math.max(Math.ceil(cells.length / CELLS_PER_REPORT), Math.ceil(slots.length / DAYS_PER_REPORT));
  for (let part = 0; part < parts; part++) {
    reports.push({
      v: PROTOCOL_VERSION,
      device: pending.device,
      nonce: nonce(),
      cells: cells.slice(part * CELLS_PER_REPORT, (part + 1) * CELLS_PER_REPORT),
      slots: slots.slice(part * DAYS_PER_REPORT, (part + 1) * DAYS_PER_REPORT),
    });
  }
  return reports;
}

/** What a server's answer acknowledges, as the ledger takes it. */
export const toAcknowledgement = (reply: ReportReply, organisation: string, device: string): Acknowledgement => ({
  generation: reply.generation,
  sequence: reply.sequence,
  cells: reply.cells.map((cell) => ({ organisation, device, ...cell })),
  slots: reply.slots.map(({ day, bits }) => ({ organisation, device, day, slots: slotsOf(bits) })),
});
