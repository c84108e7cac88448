/**
 * May this device work? Resolves the code, checks the gates (domain, password, device key), judges the items in the order of
 * their use, takes a seat or a slot, and hands out a signed authorisation. It must not know envelopes or headers.
 */
import { isBound } from "../../../src/rules/domains.js";
import { refreshAt } from "../../../src/rules/lease.js";
import { LICENSE_TYPES } from "../../../src/rules/license-types.js";
import { utcDay } from "../../../src/rules/period.js";
import type { Authorisation, AuthorizeReply, AuthorizeRequest } from "../../../src/rules/protocol/messages.js";
import { PROTOCOL_VERSION } from "../../../src/rules/protocol/messages.js";
import { codeText, parseCode } from "../../../src/rules/protocol/names.js";
import { type Refusal, type RefusalCode, refusal } from "../../../src/rules/protocol/refusals.js";
import { slotIndex } from "../../../src/rules/slots.js";
import { judge, type QuotaUse } from "../../../src/rules/verdict.js";
import { type Attempt, attempts, candidateOf, screen, seatsTaken, toldRefusal } from "../domain/admission.js";
import { accountOf } from "../domain/consumption.js";
import { type Device, isSameKey } from "../domain/device.js";
import { type LicenseItem, stateAt } from "../domain/license-item.js";
import { SERVER } from "../domain/organisation.js";
import type { Ports, Records } from "../ports.js";
import { type CodeWithItems, replyHead, withItemsOf } from "./licensing.js";

/** Whom a refusal is counted for: only names that exist. */
interface Blame {
  readonly organisation: string;
  readonly code: string;
}

type Refused = { readonly refusal: Refusal; readonly blame: Blame };
type Target = CodeWithItems & { readonly device: Device | undefined };

const NOBODY: Blame = { organisation: SERVER, code: "" };

/** `origin` is what the browser says of the page, never what the page says. */
export async function authorize(
  ports: Ports,
  request: AuthorizeRequest,
  origin: string | undefined,
): Promise<AuthorizeReply> {
  const now = ports.clock.now();
  const target = await ports.store.read((records) => resolve(records, request, now));
  const outcome = "refusal" in target ? target : await admit(ports, request, origin, target, now);
  if ("ok" in outcome) return outcome;
  const { blame } = outcome;
  await ports.store.countRefusals([{ ...blame, day: utcDay(now), refusal: outcome.refusal.code, count: 1 }]);
  return { ...replyHead(request.nonce, now), ok: false, refusal: outcome.refusal };
}

/** Organisation only: its default code. Both: the code must be one of the organisation's. Code only: that one. */
async function resolve(records: Records, request: AuthorizeRequest, now: number): Promise<Target | Refused> {
  const refuse = (code: RefusalCode, blame: Blame): Refused => ({ refusal: refusal(code), blame });
  const named = request.code === undefined ? undefined : parseCode(request.code);
  const id = request.organisation ?? named?.organisation;
  const organisation = id === undefined ? undefined : await records.organisations.get(id);
  if (organisation === undefined) return refuse("organisation_unknown", NOBODY);
  const blame = { organisation: organisation.id, code: "" };
  if (request.code !== undefined && named?.organisation !== organisation.id) return refuse("code_unknown", blame);
  const code =
    named === undefined
      ? (await records.codes.all(organisation.id)).find(({ isDefault }) => isDefault)
      : await records.codes.get(organisation.id, named.name);
  if (code === undefined) return refuse("code_unknown", blame);
  const device = await records.devices.get(organisation.id, request.device);
  return { ...(await withItemsOf(records, code, now)), device };
}

async function admit(
  ports: Ports,
  request: AuthorizeRequest,
  origin: string | undefined,
  target: Target,
  now: number,
): Promise<AuthorizeReply | Refused> {
  const { code, items } = target;
  const blame = { organisation: code.organisation, code: codeText(code) };
  const closed = await gate(ports, request, origin, target);
  if (closed !== undefined) return { refusal: refusal(closed), blame };
  const used = await scansUsed(ports, items, now);
  const { open, refusals } = screen(items, now, origin, (item) => used.get(item.id) ?? 0);
  const told = [...refusals];
  for (const attempt of attempts(open)) {
    const admitted = await tryOne(ports, code.organisation, request.device, attempt, now);
    if (admitted === undefined) {
      told.push(seatsTaken(attempt.kind, now));
      continue;
    }
    const { item, taken } = admitted;
    const isScan = LICENSE_TYPES[item.type].unit === "scan";
    const use: QuotaUse = { used: isScan ? (used.get(item.id) ?? 0) : taken, holdsSeat: !isScan };
    return grant(ports, request, origin, target, item, use, now);
  }
  return { refusal: toldRefusal(told), blame };
}

/** The gates of the code, the cheap ones first; undefined where they are open. */
async function gate(
  { keys }: Ports,
  request: AuthorizeRequest,
  origin: string | undefined,
  { code, device }: Target,
): Promise<RefusalCode | undefined> {
  if (request.origin !== undefined && origin !== undefined && request.origin !== origin) return "domain_not_bound";
  if (!isBound(origin ?? "null", code.domains)) return "domain_not_bound";
  if (code.passwordHashes.length > 0) {
    const given = request.password;
    const checks = given === undefined ? [] : code.passwordHashes.map((hash) => keys.verifyPassword(hash, given));
    if (!(await Promise.all(checks)).includes(true)) return "password_wrong";
  }
  return device === undefined || isSameKey(device.key, request.key) ? undefined : "device_key_mismatch";
}

async function scansUsed({ store }: Ports, items: readonly LicenseItem[], now: number): Promise<Map<string, number>> {
  const scans = items.filter((item) => LICENSE_TYPES[item.type].unit === "scan");
  const organisation = scans[0]?.organisation;
  if (organisation === undefined) return new Map();
  const accounts = scans.map((item) => accountOf(item, now));
  const units = await store.charged(organisation, accounts);
  return new Map(accounts.map(({ item }, index) => [item, units[index] ?? 0]));
}

/** Works by an item that needs no claim, or claims a seat or a slot; undefined where none is free. */
async function tryOne({ store }: Ports, organisation: string, device: string, { kind, items }: Attempt, now: number) {
  if (kind === "none") return items[0] && { item: items[0], taken: 0 };
  const claim = { organisation, device, at: now, candidates: items.map((item) => candidateOf(item, now)) };
  const [result] =
    kind === "seat"
      ? await store.claimSeats([claim])
      : await store.claimSlots([{ ...claim, day: utcDay(now), slot: slotIndex(now) }]);
  const item = items.find(({ id }) => id === result?.item);
  return item && result && { item, taken: result.used };
}

async function grant(
  { store, keys, random }: Ports,
  request: AuthorizeRequest,
  origin: string | undefined,
  { code }: Target,
  item: LicenseItem,
  use: QuotaUse,
  now: number,
): Promise<AuthorizeReply> {
  const { organisation } = code;
  const license = stateAt(item, now, now);
  const expiresAt = judge(license, now, use).until ?? now;
  const authorisation: Authorisation = {
    v: PROTOCOL_VERSION,
    organisation,
    code: codeText(code),
    item: item.id,
    device: request.device,
    key: request.key,
    domains: code.domains,
    license,
    use,
    issuedAt: now,
    refreshAt: refreshAt({ start: now, end: expiresAt }),
    expiresAt,
    isTrial: item.isTrial,
  };
  const where = origin === undefined ? {} : { origin };
  const sessionKey = random.secret();
  await store.touchDevices([
    {
      organisation,
      id: request.device,
      code: codeText(code),
      ...where,
      ...(request.friendlyName === undefined ? {} : { friendlyName: request.friendlyName }),
      library: request.library,
      key: request.key,
      firstSeen: now,
      lastSeen: now,
    },
  ]);
  return {
    ...replyHead(request.nonce, now),
    ok: true,
    authorisation: await keys.sign(authorisation),
    ticket: await keys.sealTicket({
      organisation,
      code: codeText(code),
      device: request.device,
      item: item.id,
      ...where,
      sessionKey,
      issuedAt: now,
    }),
    sessionKey,
  };
}
