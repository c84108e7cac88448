/** Routes of licence items: looked at, set, revoked, given on trial, exported as offline keys. */
import { Type } from "typebox";
import { LICENSE_TYPES, type LicenseType } from "../../../../src/rules/license-types.js";
import {
  changeSettings,
  createTrial,
  exportOffline,
  getItem,
  listItems,
  revokeItem,
} from "../../usecases/admin-items.js";
import {
  type AdminRoute,
  adminRoute,
  choice,
  OWN_ID,
  PAGE_QUERY,
  paged,
  pageOf,
  recordId,
  time,
} from "./admin-route.js";
import { DOMAINS } from "./codes.js";
import { NAME } from "./organisations.js";

/** What a licence counts. */
export const LICENSE_TYPE = choice(Object.keys(LICENSE_TYPES) as LicenseType[], { description: "What is counted." });

/** Units that are bought. */
export const UNITS = Type.Integer({
  minimum: 1,
  maximum: 1e12,
  description: "Scans, devices, devices at a time, or domains, by the type.",
});

const count = (description: string, maximum: number) => Type.Integer({ minimum: 0, maximum, description });
const SETTINGS_FIELDS = {
  overage: count("Units tolerated beyond the quota.", Number.MAX_SAFE_INTEGER),
  graceDays: count("Days tolerated after the period's end.", 3660),
  offlineDays: count("Days that a device works offline, within the bounds of the type.", 3660),
  deviceExpiryDays: Type.Integer({
    minimum: 1,
    maximum: 3660,
    description: "Days without use after which a device is deleted and its seat is free.",
  }),
  feeNote: Type.String({ maxLength: 200, description: "What a special configuration costs, in words for people." }),
  domains: DOMAINS,
};

/** Settings as they are given; what is left out is strict, or stays. */
export const NEW_SETTINGS = Type.Partial(Type.Object(SETTINGS_FIELDS), { additionalProperties: false });

const SETTINGS = Type.Object({
  ...SETTINGS_FIELDS,
  offlineDays: Type.Optional(SETTINGS_FIELDS.offlineDays),
  feeNote: Type.Optional(SETTINGS_FIELDS.feeNote),
});

const PERIOD = Type.Object({ start: time("First millisecond of it."), end: time("First millisecond after it.") });

/** An item without its use. */
const ITEM_FIELDS = {
  id: Type.String(),
  type: LICENSE_TYPE,
  name: Type.String(),
  settings: SETTINGS,
  grants: Type.Array(
    Type.Object({
      order: Type.String({ description: "The order that paid for it; a trial's own id." }),
      kind: choice(["initial", "increase", "renewal", "trial"] as const),
      units: Type.Integer(),
      period: PERIOD,
    }),
    { description: "Credits, each for one period; none before the initial order is activated." },
  ),
  isTrial: Type.Boolean(),
  isOffline: Type.Boolean({ description: "Works with no licence traffic at all, by an offline key." }),
  createdAt: time("When the item was made."),
  revokedAt: Type.Optional(time("Since when it is revoked.")),
};
export const BARE_ITEM = Type.Object(ITEM_FIELDS, { title: "BareItem" });
const ITEM = Type.Object(
  {
    ...ITEM_FIELDS,
    state: Type.Object({
      status: choice(["active", "not-activated", "revoked"] as const),
      period: PERIOD,
      quota: Type.Integer({ description: "Units of the period in force." }),
    }),
    used: Type.Integer({ description: "Scans or seats taken in that period; 0 where use is free or counted by slot." }),
  },
  { title: "Item" },
);

const ID = Type.Object({ item: recordId("The licence item's id.") });

export const ITEM_ROUTES: readonly AdminRoute[] = [
  adminRoute({
    method: "GET",
    path: "/items",
    id: "listItems",
    summary: "List licence items with their use.",
    tag: "items",
    action: "item.read",
    query: Type.Object(PAGE_QUERY),
    reply: paged(ITEM),
    run: ({ admin, organisation, query }) => listItems(admin, organisation, pageOf(query)),
  }),
  adminRoute({
    method: "GET",
    path: "/items/:item",
    id: "getItem",
    summary: "Show a licence item with its use.",
    tag: "items",
    action: "item.read",
    params: ID,
    reply: ITEM,
    run: ({ admin, organisation, params }) => getItem(admin, organisation, params.item),
  }),
  adminRoute({
    method: "PATCH",
    path: "/items/:item",
    id: "changeItem",
    summary: "Change the name or settings of a licence item.",
    description: "What is left out stays.",
    tag: "items",
    action: "item.change",
    params: ID,
    body: Type.Object(
      { name: Type.Optional(NAME), settings: Type.Optional(NEW_SETTINGS) },
      { additionalProperties: false },
    ),
    reply: BARE_ITEM,
    run: ({ admin, organisation, params, body: { settings = {}, name } }) =>
      changeSettings(admin, organisation, params.item, settings, name),
  }),
  adminRoute({
    method: "POST",
    path: "/items/:item/revocation",
    id: "revokeItem",
    summary: "Revoke a licence item.",
    description: "For good. Devices are refused at their next contact.",
    tag: "items",
    action: "item.revoke",
    params: ID,
    reply: BARE_ITEM,
    run: ({ admin, organisation, params }) => revokeItem(admin, organisation, params.item),
  }),
  adminRoute({
    method: "POST",
    path: "/items/:item/offline-key",
    id: "exportOfflineKey",
    summary: "Write the key of an offline licence.",
    description: "It holds until the period ends and cannot be called back, so each export is in the audit log.",
    tag: "items",
    action: "item.export",
    params: ID,
    reply: Type.Object({ licenseKey: Type.String() }),
    run: async ({ admin, organisation, params }) => ({
      licenseKey: await exportOffline(admin, organisation, params.item),
    }),
  }),
  adminRoute({
    method: "POST",
    path: "/trials",
    id: "createTrial",
    summary: "Give a licence item on trial.",
    description: "Active at once, never renewed.",
    tag: "items",
    action: "item.trial",
    body: Type.Object(
      {
        id: OWN_ID,
        type: LICENSE_TYPE,
        name: NAME,
        days: Type.Integer({ minimum: 1, maximum: 366, description: "How long it lasts." }),
        units: UNITS,
        settings: Type.Optional(NEW_SETTINGS),
      },
      { additionalProperties: false },
    ),
    reply: BARE_ITEM,
    status: 201,
    run: ({ admin, organisation, body }) => createTrial(admin, organisation, body),
  }),
];
