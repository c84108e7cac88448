/** Handshake codes: made, pointed at items, gated by domains and passwords; and the licence keys that lead to them. */
import { encodeLicenseKey, parseLicenseKey } from "../../../src/rules/protocol/license-key.js";
import { codeText } from "../../../src/rules/protocol/names.js";
import { demand, found } from "../domain/domain-error.js";
import {
  addCode,
  checkedDomains,
  type HandshakeCode,
  makeDefault,
  removeCode,
  withItems,
} from "../domain/handshake-code.js";
import type { Page, Paged, Records } from "../ports.js";
import { type Admin, change, look, pageWithin } from "./admin.js";

/** A code as it is shown. */
export interface CodeView extends Omit<HandshakeCode, "passwordHashes"> {
  /** `orgId-name`. */
  readonly code: string;
  /** How many session passwords are accepted. */
  readonly passwords: number;
}

const view = ({ passwordHashes, ...code }: HandshakeCode): CodeView => ({
  ...code,
  code: codeText(code),
  passwords: passwordHashes.length,
});

/** Writes what differs between two states of an organisation's codes. */
async function save(
  records: Records,
  before: readonly HandshakeCode[],
  after: readonly HandshakeCode[],
): Promise<void> {
  for (const code of before) {
    if (!after.some(({ name }) => name === code.name)) await records.codes.remove(code.organisation, code.name);
  }
  for (const code of after) {
    const old = before.find(({ name }) => name === code.name);
    if (old === undefined) await records.codes.insert(code);
    else if (old !== code) await records.codes.update(code);
  }
}

export const listCodes = (admin: Admin, organisation: string, page: Page): Promise<Paged<CodeView>> =>
  look(admin, "code.read", organisation, async (records) => {
    const codes = await records.codes.list(organisation, pageWithin(page));
    return { ...codes, rows: codes.rows.map(view) };
  });

export const getCode = (admin: Admin, organisation: string, name: string): Promise<CodeView> =>
  look(admin, "code.read", organisation, async (records) =>
    view(found(await records.codes.get(organisation, name), "such code")),
  );

export const createCode = (admin: Admin, organisation: string, name: string): Promise<CodeView> =>
  change(admin, "code.create", organisation, async (records, now) => {
    const before = await records.codes.all(organisation);
    const after = addCode(before, { organisation, name, createdAt: now });
    await save(records, before, after);
    return { result: view(after.at(-1) as HandshakeCode), target: name };
  });

export const setDefaultCode = (admin: Admin, organisation: string, name: string): Promise<readonly CodeView[]> =>
  change(admin, "code.change", organisation, async (records) => {
    const before = await records.codes.all(organisation);
    const after = makeDefault(before, name);
    await save(records, before, after);
    return { result: after.map(view), target: name, detail: { isDefault: true } };
  });

export const deleteCode = (admin: Admin, organisation: string, name: string): Promise<void> =>
  change(admin, "code.remove", organisation, async (records) => {
    const before = await records.codes.all(organisation);
    await save(records, before, removeCode(before, name));
    return { result: undefined, target: name };
  });

/** What can be changed of a code; its name cannot. */
export interface CodeChange {
  readonly items?: readonly string[];
  readonly order?: HandshakeCode["order"];
  readonly domains?: readonly string[];
  /** Session passwords to accept from now on: one, two while one replaces the other, or none. */
  readonly passwords?: readonly string[];
}

/** Changes what stands behind a code and who may use it. */
export async function changeCode(admin: Admin, organisation: string, name: string, to: CodeChange): Promise<CodeView> {
  const { items, order, domains, passwords } = to;
  demand((passwords ?? []).length <= 2, "Two session passwords are accepted at most.");
  demand(
    (passwords ?? []).every((it) => /^[^\0]{1,128}$/.test(it)),
    "A session password takes 1–128 characters.",
  );
  const hashes = passwords && (await Promise.all(passwords.map((it) => admin.ports.keys.hashPassword(it))));
  return change(admin, "code.change", organisation, async (records) => {
    const code = found(await records.codes.get(organisation, name), "such code");
    for (const id of items ?? []) found(await records.items.get(organisation, id), `licence item ${id}`);
    const changed: HandshakeCode = {
      ...(items === undefined ? code : withItems(code, items)),
      order: order ?? code.order,
      domains: domains === undefined ? code.domains : checkedDomains(domains),
      passwordHashes: hashes ?? code.passwordHashes,
    };
    await records.codes.update(changed);
    const detail = {
      items: changed.items.join(" "),
      order: changed.order,
      domains: changed.domains.join(" "),
      passwords: changed.passwordHashes.length,
    };
    return { result: view(changed), target: name, detail };
  });
}

/** The licence key that leads to a code on these servers; the session password is in it where one is given. */
export const licenseKeyOf = (
  admin: Admin,
  organisation: string,
  name: string,
  { servers, password }: { readonly servers: readonly string[]; readonly password?: string },
): Promise<string> =>
  look(admin, "code.read", organisation, async (records) => {
    const code = found(await records.codes.get(organisation, name), "such code");
    const root = admin.ports.keys.rootThumbprint();
    const given = password === undefined ? {} : { password };
    const key = encodeLicenseKey({ organisation, code: codeText(code), servers, root, ...given });
    const read = parseLicenseKey(key);
    demand(read.ok, read.ok ? "" : read.problem);
    return key;
  });
