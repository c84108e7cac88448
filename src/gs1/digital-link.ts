/**
 * GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax): primary key and qualifiers in the path, attributes in the
 * query. Web addresses that are none are left alone. Must not know which symbol carried them, and fetches nothing.
 */
import type { Gs1Element } from "../types.js";
import { elementOf, type Reading } from "./element-string.js";
import { type Identifier, identifierOf, problemOf } from "./syntax.js";

/** A GTIN of 8, 12 or 13 digits, which links of the first version of the standard may carry, stands for 14. */
const SHORT_GTIN = /^(?:\d{8}|\d{12,13})$/;

/** Undefined for what is no Digital Link. */
export function readDigitalLink(text: string): Reading | undefined {
  const url = urlOf(text);
  if (!url) return undefined;
  const path = url.pathname.split("/").slice(1);
  if (path.at(-1) === "") path.pop();
  // Everything in front of the primary key is the resolver's own.
  for (let at = path.length - 2; at >= 0; at -= 2) {
    const key = identifierOf(path[at] as string);
    if (key?.qualifiers) return readPath(key, path.slice(at), url.searchParams);
  }
  return undefined;
}

function urlOf(text: string): URL | undefined {
  if (!/^https?:\/\/[^\s]+$/i.test(text)) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function readPath(key: Identifier, path: readonly string[], query: URLSearchParams): Reading | undefined {
  const elements: Gs1Element[] = [];
  const names: string[] = [];
  const take = (identifier: Identifier, raw: string): string | undefined => {
    const value = identifier.ai === "01" && SHORT_GTIN.test(raw) ? raw.padStart(14, "0") : raw;
    const problem = problemOf(identifier, value);
    if (problem === undefined) elements.push(elementOf(identifier, value));
    return problem;
  };
  for (let i = 0; i < path.length; i += 2) {
    const identifier = identifierOf(path[i] as string);
    const value = decoded(path[i + 1] as string);
    if (!identifier || value === undefined) return undefined;
    if (i > 0) names.push(identifier.ai);
    const problem = take(identifier, value);
    if (problem !== undefined) return { problem };
  }
  if (!key.qualifiers?.some((order) => isOrdered(names, order))) {
    return { problem: `(${key.ai}) is followed by qualifiers that it does not take in this order` };
  }
  for (const [name, value] of query) {
    const identifier = identifierOf(name);
    // What is no identifier is the application's own parameter.
    if (!identifier) continue;
    const problem = take(identifier, value);
    if (problem !== undefined) return { problem };
  }
  return { elements };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** True if all names stand in the order, in its sequence, some of it left out. */
function isOrdered(names: readonly string[], order: readonly string[]): boolean {
  let at = 0;
  for (const name of names) {
    at = order.indexOf(name, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
