/**
 * GS1 element strings taken apart: identifier, value, identifier, value … with separators only where the standard fixes no
 * length (GS1 General Specifications, 7.8). Must not know which symbol carried them.
 */
import type { Gs1Element } from "../types.js";
import { type Identifier, identifierAt, problemOf } from "./syntax.js";

/** FNC1 between element strings, as symbologies transmit it. */
const SEPARATOR = "\x1d";

/** Elements, or why they are none. */
export type Reading = { readonly elements: readonly Gs1Element[] } | { readonly problem: string };

/** Measures and amounts tell in their last digit how many of the value's digits are decimals. */
const HAS_DECIMALS = /^(?:3[1-6]\d|39[0-4])\d$/;

/** The element of an identifier and its value. */
export function elementOf({ ai, title }: Identifier, value: string): Gs1Element {
  const decimals = HAS_DECIMALS.test(ai) ? { decimalPlaces: Number(ai.charAt(3)) } : {};
  return { ai, value, ...(title !== "" && { title }), ...decimals };
}

/** @param text the symbol's content without the FNC1 in front */
export function readElementString(text: string): Reading {
  const elements: Gs1Element[] = [];
  let rest = text;
  while (rest !== "") {
    const identifier = identifierAt(rest);
    if (!identifier) return { problem: `No application identifier begins with ${JSON.stringify(rest.slice(0, 4))}` };
    rest = rest.slice(identifier.ai.length);
    const separator = rest.indexOf(SEPARATOR);
    const end = separator < 0 ? rest.length : separator;
    const length = identifier.hasFixedLength ? Math.min(identifier.max, end) : end;
    const value = rest.slice(0, length);
    const problem = problemOf(identifier, value);
    if (problem !== undefined) return { problem };
    elements.push(elementOf(identifier, value));
    rest = rest.slice(length);
    // A separator after a fixed length is needless, and some writers set it.
    if (rest.startsWith(SEPARATOR)) rest = rest.slice(1);
  }
  return elements.length > 0 ? { elements } : { problem: "There is no element string" };
}
