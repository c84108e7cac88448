/** Linear symbols with what must be read from them: one list for every test that draws them. */
import type { BarcodeFormat } from "../../src/formats.js";
import { formatByName } from "../../src/formats.js";
import {
  type Bars,
  code128,
  ean8,
  ean13,
  gtinCheckDigit,
  isCanonicalUpcE,
  type Random,
  upcA,
  upcE,
  upcENumber,
} from "../symbols/index.js";

export interface LinearCase {
  readonly format: BarcodeFormat;
  readonly text: string;
  readonly addOn: string;
  readonly bars: Bars;
}

/** Ids of all linear formats. */
export const LINEAR = (["ean_13", "ean_8", "upc_a", "upc_e", "code_128"] as const).map(
  (name) => formatByName(name)?.id as number,
);

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.int(0, 9)).join("");

const checked = (number: string): string => number + gtinCheckDigit(number);

function upcENumberOf(random: Random): string {
  for (;;) {
    const six = digits(random, 6);
    if (isCanonicalUpcE(six)) return upcENumber(String(random.int(0, 1)), six);
  }
}

/** A symbol with a random number or text; EAN and UPC with the add-on given. */
export function linearCase(format: BarcodeFormat, random: Random, addOn = ""): LinearCase {
  switch (format) {
    case "ean_13": {
      // A first digit of 0 makes it a UPC-A.
      const text = checked(random.int(1, 9) + digits(random, 11));
      return { format, text, addOn, bars: ean13(text, addOn) };
    }
    case "ean_8": {
      const text = checked(digits(random, 7));
      return { format, text, addOn: "", bars: ean8(text) };
    }
    case "upc_a": {
      const text = checked(digits(random, 11));
      return { format, text, addOn, bars: upcA(text, addOn) };
    }
    case "upc_e": {
      const text = upcENumberOf(random);
      return { format, text, addOn, bars: upcE(text, addOn) };
    }
    default: {
      const text = Array.from({ length: random.int(4, 12) }, () => String.fromCharCode(random.int(32, 126))).join("");
      return { format, text, addOn: "", bars: code128(text) };
    }
  }
}

/** All linear formats in turn. */
export const LINEAR_FORMATS: readonly BarcodeFormat[] = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128"];
