/** Random contents of GS1 Composite symbols, and the message that each is to give. Knows no image. */

import { gtin13, isCanonicalUpcE, upcENumber, withCheckDigit } from "./check-digit.js";
import type { CompositeCarrier } from "./composite-writer.js";
import type { Random } from "./random.js";

export type Element = readonly [ai: string, value: string];

/** Element strings whose length is known by their identifier (GS1 General Specifications, 7.8.5.2). */
const PREDEFINED = /^(0[0-4]|1[1-9]|20|3[1-6]|41)/;

const DIGITS = "0123456789";
const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const CHARACTERS = `${DIGITS}${CAPITALS}abcdefghijklmnopqrstuvwxyz!"%&'*+,-./:;<=>?_`;

/** As bwip-js takes it: brackets within values would look like identifiers. */
export const bracketed = (elements: readonly Element[]): string =>
  elements.map(([ai, value]) => `(${ai})${value}`).join("");

/** As it is transmitted: a separator behind what has no predefined length and is not the last. */
export const elementString = (elements: readonly Element[]): string =>
  elements
    .map(([ai, value], i) => `${ai}${value}${i < elements.length - 1 && !PREDEFINED.test(ai) ? "\u001d" : ""}`)
    .join("");

const chars = (random: Random, alphabet: string, least: number, most: number): string =>
  Array.from({ length: random.int(least, most) }, () => alphabet[random.int(0, alphabet.length - 1)]).join("");

const date = (random: Random): string =>
  `${chars(random, DIGITS, 2, 2)}${String(random.int(1, 12)).padStart(2, "0")}${String(random.int(0, 31)).padStart(2, "0")}`;

/** Characters of one encodation, or of all. */
const free = (random: Random, most: number): string => {
  const alphabets = [DIGITS, CAPITALS, DIGITS + CAPITALS, `${DIGITS}${CAPITALS}*,-./`, CHARACTERS];
  return chars(random, random.pick(alphabets), 1, most);
};

/** What AI 90 says in its own encodation: a number, a capital, and capitals or digits or anything. */
const internal = (random: Random): string => {
  const number = random.next() < 0.4 ? "" : String(random.int(1, 999));
  return `${number}${chars(random, CAPITALS, 1, 1)}${random.next() < 0.2 ? "" : free(random, 12)}`;
};

const OTHERS: readonly ((random: Random) => Element)[] = [
  (random) => ["21", free(random, 12)],
  (random) => ["10", free(random, 12)],
  (random) => ["15", date(random)],
  (random) => ["3103", chars(random, DIGITS, 6, 6)],
  (random) => ["37", chars(random, DIGITS, 1, 8)],
  (random) => ["91", free(random, 20)],
  (random) => ["240", free(random, 15)],
  (random) => ["8004", free(random, 15)],
];

/** Elements that begin as each encodation method asks for, and others behind. */
export function randomElements(random: Random, most = 2): readonly Element[] {
  const firsts: readonly (() => readonly Element[])[] = [
    () => [],
    () => [["10", free(random, 12)]],
    () => [[random.pick(["11", "17"]), date(random)]],
    () => [
      [random.pick(["11", "17"]), date(random)],
      ["10", free(random, 12)],
    ],
    () => [["90", internal(random)]],
    () => [
      ["90", internal(random)],
      [random.pick(["21", "8004"]), free(random, 10)],
    ],
  ];
  const first = random.pick(firsts)();
  const count = Math.max(first.length === 0 ? 1 : 0, random.int(0, most));
  const rest = Array.from({ length: count }, () => random.pick(OTHERS)(random));
  return [...first, ...rest];
}

/** A linear component: what its writer takes, the format that it is read as, and how the message begins. */
export interface LinearPart {
  readonly text: string;
  readonly format: string;
  readonly message: string;
}

/** A random number or element strings for a carrier, some of which end with what a separator must follow. */
export function randomLinear(carrier: CompositeCarrier, random: Random): LinearPart {
  const number = (length: number): string => withCheckDigit(chars(random, DIGITS, length, length));
  const gtin = (digits: string): string => `01${digits.padStart(14, "0")}`;
  switch (carrier) {
    case "ean13": {
      const whole = withCheckDigit(`9${chars(random, DIGITS, 11, 11)}`);
      return { text: whole, format: "ean_13", message: gtin(whole) };
    }
    case "ean8": {
      const whole = number(7);
      return { text: whole, format: "ean_8", message: gtin(whole) };
    }
    case "upca": {
      const whole = number(11);
      return { text: whole, format: "upc_a", message: gtin(whole) };
    }
    case "upce": {
      let six = chars(random, DIGITS, 6, 6);
      while (!isCanonicalUpcE(six)) six = chars(random, DIGITS, 6, 6);
      const whole = upcENumber(random.pick(["0", "1"]), six);
      return { text: whole, format: "upc_e", message: gtin(gtin13("upc_e", whole)) };
    }
    case "databarlimited": {
      const whole = withCheckDigit(`${random.int(0, 1)}${chars(random, DIGITS, 12, 12)}`);
      return { text: `(01)${whole}`, format: "databar_limited", message: gtin(whole) };
    }
    case "gs1-128":
    case "databarexpanded":
    case "databarexpandedstacked": {
      const elements: Element[] = [["01", number(13)]];
      if (random.next() < 0.5) elements.push(["21", free(random, 8)]);
      const isOpen = elements.length > 1;
      return {
        text: bracketed(elements),
        format: carrier === "gs1-128" ? "code_128" : "databar_expanded",
        message: `${elementString(elements)}${isOpen ? "\u001d" : ""}`,
      };
    }
    default: {
      const whole = number(13);
      return { text: `(01)${whole}`, format: "databar", message: gtin(whole) };
    }
  }
}
