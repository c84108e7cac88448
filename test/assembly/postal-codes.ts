/** Postal codes of the tests: what each may hold, as its writer takes it and as it reads. */
import fc from "fast-check";
import type { BarcodeFormat } from "../../src/formats.js";
import { formatByName } from "../../src/formats.js";
import { postalStates } from "../symbols/index.js";

export interface PostalCase {
  readonly states: string;
  readonly text: string;
}

export interface PostalCode {
  readonly name: string;
  readonly format: BarcodeFormat;
  readonly cases: fc.Arbitrary<PostalCase>;
}

export const POSTAL_NAMES = [
  "usps_intelligent_mail",
  "postnet",
  "planet",
  "royal_mail_4_state",
  "kix",
  "australia_post",
] as const;

export const idOf = (format: BarcodeFormat): number => formatByName(format)?.id as number;
export const POSTAL_IDS: readonly number[] = POSTAL_NAMES.map(idOf);

const text = (characters: string, least: number, most = least): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...characters), { minLength: least, maxLength: most }).map((chosen) => chosen.join(""));

const DIGITS = "0123456789";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const oneOfLengths = (...lengths: number[]): fc.Arbitrary<string> =>
  fc.oneof(...lengths.map((length) => text(DIGITS, length)));

const written = (bcid: string, contents: fc.Arbitrary<string>, options: Record<string, unknown> = {}) =>
  contents.map((content): PostalCase => ({ states: postalStates(bcid, content, options), text: content }));

const intelligentMail = fc
  .tuple(text(DIGITS, 1), text("01234", 1), text(DIGITS, 18), oneOfLengths(0, 5, 9, 11))
  .map((parts) => parts.join(""));

const kix = fc
  .tuple(
    text("123456789", 1),
    text(DIGITS, 3),
    text(LETTERS, 2),
    text(DIGITS, 1, 5),
    fc.option(text(DIGITS + LETTERS, 1, 6)),
  )
  .map(([first, digits, letters, number, addition]) =>
    [first, digits, letters, number, addition === null ? "" : `X${addition}`].join(""),
  );

/** Format control codes with nothing behind the sorting code, and with room for 5 or 10 characters or 8 or 15 digits. */
const PLAIN = fc.tuple(fc.constantFrom("11", "45", "87", "92"), text(DIGITS, 8)).map((parts) => parts.join(""));
const C_TABLE = `${DIGITS}${LETTERS}${LETTERS.toLowerCase()} #`;
/** Trackers fill what is not used, and a z is three trackers. */
const endsPlainly = (content: string): boolean => !content.endsWith("z");
const withCustomer = (control: string, customer: fc.Arbitrary<string>) =>
  fc.tuple(text(DIGITS, 8), customer.filter(endsPlainly)).map(([sorting, rest]) => control + sorting + rest);

export const POSTAL_CODES: readonly PostalCode[] = [
  { name: "Intelligent Mail", format: "usps_intelligent_mail", cases: written("onecode", intelligentMail) },
  { name: "POSTNET", format: "postnet", cases: written("postnet", oneOfLengths(5, 9, 11)) },
  { name: "PLANET", format: "planet", cases: written("planet", oneOfLengths(11, 13)) },
  { name: "RM4SCC", format: "royal_mail_4_state", cases: written("royalmail", text(DIGITS + LETTERS, 5, 16)) },
  { name: "KIX", format: "kix", cases: written("kix", kix) },
  { name: "Australia Post", format: "australia_post", cases: written("auspost", PLAIN) },
  {
    name: "Australia Post, digits",
    format: "australia_post",
    cases: fc.oneof(
      written("auspost", withCustomer("59", text(DIGITS, 8)), { custinfoenc: "numeric" }),
      written("auspost", withCustomer("62", text(DIGITS, 15)), { custinfoenc: "numeric" }),
    ),
  },
  {
    name: "Australia Post, characters",
    format: "australia_post",
    cases: fc.oneof(
      written("auspost", withCustomer("59", text(C_TABLE, 1, 5)), { custinfoenc: "character" }),
      written("auspost", withCustomer("62", text(C_TABLE, 1, 10)), { custinfoenc: "character" }),
    ),
  },
];
