/**
 * Adds what GS1 data says, by a part of the library that is loaded at the first symbol that may carry some. A failure
 * costs no result.
 */
import { loadPart } from "../part.js";
import type { Barcode } from "../types.js";

/** FNC1 in front, or a web address with an application identifier of a key among its parts. */
const mayCarryGs1 = ({ details, rawValue }: Barcode): boolean =>
  details.isGs1 === true || /^https?:\/\/.+\/\d{2,4}\/[^/]/i.test(rawValue);

export async function readGs1(barcodes: readonly Barcode[]): Promise<readonly Barcode[]> {
  if (!barcodes.some(mayCarryGs1)) return barcodes;
  try {
    const { withGs1 } = await loadPart(import("../gs1/gs1.js"));
    return barcodes.map((barcode) => (mayCarryGs1(barcode) ? withGs1(barcode) : barcode));
  } catch (error) {
    const { message } = error as Error;
    return barcodes.map((barcode) => (mayCarryGs1(barcode) ? { ...barcode, gs1Problem: message } : barcode));
  }
}
