/** What GS1 data a barcode carries: element strings behind FNC1, or a Digital Link. Pure. */
import type { Barcode, Gs1 } from "../types.js";
import { readDigitalLink } from "./digital-link.js";
import { readElementString } from "./element-string.js";

/** The barcode with `gs1`, or with `gs1Problem` where its data is bad; as it is where it carries none. */
export function withGs1(barcode: Barcode): Barcode {
  const isElementString = barcode.details.isGs1 === true;
  const reading = isElementString ? readElementString(barcode.rawValue) : readDigitalLink(barcode.rawValue);
  if (!reading) return barcode;
  if ("problem" in reading) return { ...barcode, gs1Problem: reading.problem };
  const gs1: Gs1 = { form: isElementString ? "element_string" : "digital_link", elements: reading.elements };
  return { ...barcode, gs1 };
}
