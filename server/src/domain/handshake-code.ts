/**
 * Handshake codes: the stable names that applications use. Items change behind them, the code never does. It must not know
 * what the items permit.
 */
import { isCodeName } from "../../../src/rules/protocol/names.js";
import { DomainError, demand } from "./domain-error.js";

export interface HandshakeCode {
  readonly organisation: string;
  /** The part after `orgId-`. */
  readonly name: string;
  /** Exactly one code of an organisation that has any. */
  readonly isDefault: boolean;
  /** Ids of the licence items behind it, in the order in which the owner has put them. */
  readonly items: readonly string[];
  /** Whether items are used by the rules' order or by the owner's. */
  readonly order: "automatic" | "owner";
  /** Domains that may use it (R23): exact names or `*.`; none means every domain. */
  readonly domains: readonly string[];
  /** Hashes of the session passwords that are accepted (R26): two while one replaces the other, none where none is asked. */
  readonly passwordHashes: readonly string[];
  readonly createdAt: number;
}

/** Most items behind one code. */
export const ITEMS_PER_CODE = 64;
const DOMAIN = /^(\*\.)?(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const IPV6 = /^\[[0-9a-f:.]{2,45}\]$/;

/** Domains in lower case, each once; throws for what is none, such as a URL or a port. */
export function checkedDomains(domains: readonly string[]): readonly string[] {
  const names = [...new Set(domains.map((domain) => domain.trim().toLowerCase()))];
  demand(names.length <= 64, "A list of domains takes 64 at most.");
  const wrong = names.find((name) => !DOMAIN.test(name) && !IPV6.test(name));
  demand(
    wrong === undefined,
    `"${wrong}" is no domain; write shop.example or *.shop.example, without https:// or port.`,
  );
  return names;
}

/** The codes of an organisation with one more; the first one becomes the default. */
export function addCode(
  codes: readonly HandshakeCode[],
  code: Pick<HandshakeCode, "organisation" | "name" | "createdAt">,
): readonly HandshakeCode[] {
  demand(
    isCodeName(code.name),
    "A code's name takes 1–48 letters, digits, - and _, and begins with one of the former.",
  );
  if (codes.some(({ name }) => name === code.name)) throw new DomainError("conflict", "This code exists already.");
  const added: HandshakeCode = {
    ...code,
    isDefault: codes.length === 0,
    items: [],
    order: "automatic",
    domains: [],
    passwordHashes: [],
  };
  return [...codes, added];
}

/** The codes with another default. */
export function makeDefault(codes: readonly HandshakeCode[], name: string): readonly HandshakeCode[] {
  if (!codes.some((code) => code.name === name)) throw new DomainError("not_found", "There is no such code.");
  return codes.map((code) =>
    code.isDefault === (code.name === name) ? code : { ...code, isDefault: code.name === name },
  );
}

/** The codes without one; the default goes last. */
export function removeCode(codes: readonly HandshakeCode[], name: string): readonly HandshakeCode[] {
  const code = codes.find((it) => it.name === name);
  if (code === undefined) throw new DomainError("not_found", "There is no such code.");
  if (code.isDefault && codes.length > 1) throw new DomainError("conflict", "Make another code the default first.");
  return codes.filter((it) => it !== code);
}

/** The code with other items behind it; the name stays (R67). */
export function withItems(code: HandshakeCode, items: readonly string[]): HandshakeCode {
  demand(new Set(items).size === items.length, "An item stands behind a code once.");
  demand(items.length <= ITEMS_PER_CODE, `A code takes ${ITEMS_PER_CODE} items at most.`);
  return { ...code, items: [...items] };
}
