/** Licence items: looked at with their use, set, revoked, given on trial, exported as offline licences. */

import { refreshAt } from "../../../src/rules/lease.js";
import { isLicenseType, LICENSE_TYPES, type LicenseType } from "../../../src/rules/license-types.js";
import { DAY_MS } from "../../../src/rules/period.js";
import { encodeOfflineKey } from "../../../src/rules/protocol/license-key.js";
import { PROTOCOL_VERSION } from "../../../src/rules/protocol/messages.js";
import { judge, type LicenseState } from "../../../src/rules/verdict.js";
import { claimKindOf } from "../domain/admission.js";
import { accountOf } from "../domain/consumption.js";
import { DomainError, demand, found } from "../domain/domain-error.js";
import {
  checkedSettings,
  demandUnits,
  type Grant,
  type ItemSettings,
  type LicenseItem,
  newTrial,
  quotaAt,
  stateAt,
} from "../domain/license-item.js";
import { namedByPerson } from "../domain/organisation.js";
import type { Page, Paged } from "../ports.js";
import { type Admin, change, look, newId, pageWithin } from "./admin.js";

/** An item as it stands now. */
export interface ItemView extends LicenseItem {
  readonly state: LicenseState;
  /** Units taken in the period in force: scans, or seats that are held; 0 where use is free or counted by slot. */
  readonly used: number;
}

async function viewAll(admin: Admin, items: readonly LicenseItem[]): Promise<ItemView[]> {
  const { store, clock } = admin.ports;
  const now = clock.now();
  const organisation = items[0]?.organisation ?? "";
  const accounts = items.map((item) => accountOf(item, now));
  const scans = await store.charged(organisation, accounts);
  const seats = await store.read((records) =>
    Promise.all(
      items.map(async (item, index) => {
        if (claimKindOf(item) !== "seat") return 0;
        const since = now - item.settings.deviceExpiryDays * DAY_MS;
        return records.seats.count(organisation, item.id, accounts[index]?.period ?? 0, since);
      }),
    ),
  );
  return items.map((item, index) => ({
    ...item,
    state: stateAt(item, now),
    used: (claimKindOf(item) === "seat" ? seats[index] : scans[index]) ?? 0,
  }));
}

export async function listItems(admin: Admin, organisation: string, page: Page): Promise<Paged<ItemView>> {
  const items = await look(admin, "item.read", organisation, (records) =>
    records.items.list(organisation, pageWithin(page)),
  );
  return { ...items, rows: await viewAll(admin, items.rows) };
}

export async function getItem(admin: Admin, organisation: string, id: string): Promise<ItemView> {
  const item = await look(admin, "item.read", organisation, async (records) =>
    found(await records.items.get(organisation, id), "such licence item"),
  );
  const [view] = await viewAll(admin, [item]);
  return view as ItemView;
}

/** What a new item is. */
export interface NewItem {
  readonly type: LicenseType;
  readonly name: string;
  readonly settings?: Partial<ItemSettings>;
}

/** An item without any grant. */
export function bareItem(organisation: string, id: string, { type, name, settings }: NewItem, now: number) {
  demand(isLicenseType(type), `A licence type is one of ${Object.keys(LICENSE_TYPES).join(", ")}.`);
  return {
    organisation,
    id,
    type,
    name: namedByPerson(name),
    settings: checkedSettings(type, settings),
    createdAt: now,
  };
}

export function createTrial(
  admin: Admin,
  organisation: string,
  item: NewItem & { readonly id?: string; readonly days: number; readonly units: number },
): Promise<LicenseItem> {
  const id = newId(admin, item.id);
  return change(admin, "item.trial", organisation, async (records, now) => {
    const trial = newTrial(bareItem(organisation, id, item, now), item.days, item.units);
    const known = await records.items.get(organisation, id);
    if (known !== undefined) return { repeated: sameTrial(known, trial) };
    await records.items.insert(trial);
    return { result: trial, target: id, detail: { type: item.type, days: item.days, units: item.units } };
  });
}

function sameTrial(known: LicenseItem, { type, name, grants: [grant] }: LicenseItem): LicenseItem {
  const [given] = known.grants;
  const lengthOf = (it: Grant | undefined) => it && it.period.end - it.period.start;
  const isSame = known.isTrial && known.type === type && known.name === name && given?.units === grant?.units;
  if (isSame && lengthOf(given) === lengthOf(grant)) return known;
  throw new DomainError("conflict", "This id stands for another licence item; choose another.");
}

/** Changes settings, and the name where one is given; what is not named stays. */
export const changeSettings = (
  admin: Admin,
  organisation: string,
  id: string,
  settings: Partial<ItemSettings>,
  name?: string,
): Promise<LicenseItem> =>
  change(admin, "item.change", organisation, async (records, now) => {
    const item = found(await records.items.get(organisation, id), "such licence item");
    const changed = {
      ...item,
      name: name === undefined ? item.name : namedByPerson(name),
      settings: checkedSettings(item.type, { ...item.settings, ...settings }),
    };
    if (item.grants.length > 0) demandUnits(item.type, quotaAt(item, now), changed.settings);
    await records.items.update(changed);
    const { domains, ...rest } = changed.settings;
    return { result: changed, target: id, detail: { name: changed.name, ...rest, domains: domains.join(" ") } };
  });

export const revokeItem = (admin: Admin, organisation: string, id: string): Promise<LicenseItem> =>
  change(admin, "item.revoke", organisation, async (records, now) => {
    const item = found(await records.items.get(organisation, id), "such licence item");
    const revoked = { ...item, revokedAt: item.revokedAt ?? now };
    await records.items.update(revoked);
    return { result: revoked, target: id };
  });

/**
 * The key of an offline licence: a signed authorisation until the end of the period, bound to the item's domains, for
 * devices that never see a network (R15, R35). It is the licensee's to hand out; the server hears nothing of its use.
 */
export async function exportOffline(admin: Admin, organisation: string, id: string): Promise<string> {
  const authorisation = await change(admin, "item.export", organisation, async (records, now) => {
    const item = found(await records.items.get(organisation, id), "such licence item");
    demand(item.isOffline, "Only an offline licence is exported; order one.");
    const license = stateAt(item, now);
    const use = { used: 0, holdsSeat: true };
    const { allowed, code, until } = judge(license, now, use);
    if (!allowed || until === undefined) throw new DomainError("conflict", `The licence cannot be exported: ${code}.`);
    const span = { issuedAt: now, refreshAt: refreshAt({ start: now, end: until }), expiresAt: until };
    const { domains } = item.settings;
    const result = {
      v: PROTOCOL_VERSION,
      organisation,
      code: "",
      item: id,
      domains,
      license,
      use,
      ...span,
      isTrial: item.isTrial,
    } as const;
    return { result, target: id, detail: { expiresAt: until } };
  });
  return encodeOfflineKey(await admin.ports.keys.sign(authorisation));
}
