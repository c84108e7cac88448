/**
 * Every text that a person sees or hears, in the language of the page. Must not know the view.
 */
import type { ScanErrorCode } from "../errors.js";
import { ENGLISH, type MessageKey, type Messages } from "./english.js";
import { LOCALES } from "./locales.js";

export type { MessageKey, Messages } from "./english.js";

let translations: Readonly<Record<string, Messages>> = {};

/** Language of a BCP 47 tag. */
const languageOf = (locale = "en"): string => locale.toLowerCase().split("-")[0] ?? "en";

/**
 * Fetches the texts of a locale, so that {@link messagesFor} knows them; without them it speaks English.
 * @returns whether it knows more than before
 */
export const loadMessages = async (locale: string | undefined): Promise<boolean> => {
  const language = languageOf(locale);
  if (language === "en" || language in translations || !LOCALES.includes(language)) return false;
  try {
    translations = (await import("./translations.js")).TRANSLATIONS;
    return true;
  } catch {
    return false; // English is better than no scanner
  }
};

/** Texts of a BCP 47 tag (`de-AT` takes `de`, an unknown one English), with the application's own on top. */
export const messagesFor = (locale: string | undefined, own: Partial<Messages> = {}): Messages => ({
  ...(translations[languageOf(locale)] ?? ENGLISH),
  ...own,
});

/** Puts values in place of `{…}`; a value is never searched for placeholders itself. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** The text for an error of this code. */
export const errorMessage = (messages: Messages, code: ScanErrorCode): string =>
  code in messages ? messages[code as MessageKey] : messages.failed;
