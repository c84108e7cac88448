/**
 * `lts license`: what an operator does for a customer, from the organisation to the key that goes into the application, and
 * signed licences for devices that never see a network (R15, R35).
 */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LICENSE_TYPES, type LicenseType } from "../../../src/rules/license-types.js";
import { codeText } from "../../../src/rules/protocol/names.js";
import { DomainError, found } from "../domain/domain-error.js";
import type { ItemSettings } from "../domain/license-item.js";
import type { Order } from "../domain/order.js";
import type { Admin } from "../usecases/admin.js";
import { type CodeChange, changeCode, createCode, licenseKeyOf, setDefaultCode } from "../usecases/admin-codes.js";
import { exportOffline, getItem, type ItemView } from "../usecases/admin-items.js";
import { activateOrder, confirmOrder, type InitialOrder, orderItem, orderMore } from "../usecases/admin-orders.js";
import { createOrganisation } from "../usecases/admin-organisations.js";
import {
  type Command,
  type Invocation,
  listOption,
  numberOption,
  type Options,
  show,
  textOption,
  timeText,
  UsageError,
} from "./command.js";
import { withWorkbench } from "./workbench.js";

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

const ITEM_OPTIONS = {
  type: text,
  units: text,
  years: text,
  name: text,
  domains: text,
  overage: text,
  "grace-days": text,
  "offline-days": text,
  "device-expiry-days": text,
  "fee-note": text,
} as const;
const ITEM_TEXT =
  "--type TYPE --units N [--years N] [--name TEXT] [--domains A,B] [--overage N] [--grace-days N] [--offline-days N] [--device-expiry-days N] [--fee-note TEXT]";

/** Runs a verb as the operator at the machine. */
const as = <T>({ config }: Invocation, verb: (admin: Admin) => Promise<T>): Promise<T> =>
  withWorkbench(config, ({ admin }) => verb(admin));

const itemView = ({ id, type, name, state, used, isOffline, isTrial }: ItemView) => ({
  item: id,
  type,
  name,
  status: state.status,
  quota: state.quota,
  used,
  from: state.period.end === 0 ? undefined : timeText(state.period.start),
  to: state.period.end === 0 ? undefined : timeText(state.period.end),
  offline: isOffline || undefined,
  trial: isTrial || undefined,
});

const orderView = ({ id, kind, item, units, status }: Order) => ({ order: id, kind, item, units, status });

function initialOrder(options: Options, isOffline: boolean): InitialOrder {
  const type = textOption(options, "type");
  const units = numberOption(options, "units");
  if (type === undefined || units === undefined) {
    throw new UsageError(`--type (${Object.keys(LICENSE_TYPES).join(", ")}) and --units are needed.`);
  }
  const given = <K extends string, T>(key: K, value: T | undefined) => (value === undefined ? {} : { [key]: value });
  const settings: Partial<ItemSettings> = {
    ...given("domains", listOption(options, "domains")),
    ...given("overage", numberOption(options, "overage")),
    ...given("graceDays", numberOption(options, "grace-days")),
    ...given("offlineDays", numberOption(options, "offline-days")),
    ...given("deviceExpiryDays", numberOption(options, "device-expiry-days")),
    ...given("feeNote", textOption(options, "fee-note")),
  };
  return {
    type: type as LicenseType,
    units,
    name: textOption(options, "name") ?? type,
    ...given("years", numberOption(options, "years")),
    settings,
    isOffline,
  };
}

/** What is named or, where it is missing, made. */
const ensure = <T>(make: Promise<T>): Promise<T | undefined> =>
  make.catch((error: unknown) => {
    if (error instanceof DomainError && error.code === "conflict") return undefined;
    throw error;
  });

/** A session password for a code: piped in, or in the environment; it ends up in the licence key, so it is no secret. */
async function sessionPassword({ options, terminal }: Invocation): Promise<string | undefined> {
  if (options["session-password-stdin"] === true) return terminal.readInput();
  return terminal.env.LTS_SESSION_PASSWORD || undefined;
}

const organisation: Command = {
  usage: "license organisation <id> <name>",
  about: "Makes an organisation: a short id of lower-case letters and digits, and a name for people.",
  async run(invocation) {
    const [id = "", name = ""] = invocation.args;
    const { createdAt, ...made } = await as(invocation, (admin) => createOrganisation(admin, id, name));
    show(invocation, { ...made, createdAt: timeText(createdAt) });
    return undefined;
  },
};

const code: Command = {
  usage: "license code <organisation> <name>",
  optionText: "[--items A,B] [--domains A,B] [--default] [--session-password-stdin]",
  about: "Makes or changes a handshake code: what stands behind it, who may use it.",
  options: { items: text, domains: text, default: flag, "session-password-stdin": flag },
  async run(invocation) {
    const { args, options } = invocation;
    const [id = "", name = ""] = args;
    const [items, domains] = [listOption(options, "items"), listOption(options, "domains")];
    const password = await sessionPassword(invocation);
    const changes: CodeChange = {
      ...(items && { items }),
      ...(domains && { domains }),
      ...(password && { passwords: [password] }),
    };
    const changed = await as(invocation, async (admin) => {
      await ensure(createCode(admin, id, name));
      if (options.default === true) await setDefaultCode(admin, id, name);
      return changeCode(admin, id, name, changes);
    });
    const { createdAt: _, organisation: __, name: ___, ...view } = changed;
    show(invocation, { ...view, passwords: changed.passwords });
    return undefined;
  },
};

const item: Command = {
  usage: "license item <organisation>",
  optionText: `${ITEM_TEXT} [--offline]`,
  about: "Orders a licence item; it is refused until the order is confirmed and activated.",
  options: { ...ITEM_OPTIONS, offline: flag },
  async run(invocation) {
    const order = initialOrder(invocation.options, invocation.options.offline === true);
    const booked = await as(invocation, (admin) => orderItem(admin, invocation.args[0] ?? "", order));
    show(invocation, orderView(booked.order));
    return undefined;
  },
};

const order: Command = {
  usage: "license order <organisation> <item> <increase|renewal>",
  optionText: "[--units N] [--years N]",
  about: "Orders more of an item; key and code stay the same. It takes effect when the order is confirmed.",
  options: { units: text, years: text },
  async run(invocation) {
    const { args, options } = invocation;
    const [id = "", itemId = "", kind = ""] = args;
    if (kind !== "increase" && kind !== "renewal") throw new UsageError("An order is an increase or a renewal.");
    const [units, years] = [numberOption(options, "units"), numberOption(options, "years")];
    const more = {
      kind,
      ...(units === undefined ? {} : { units }),
      ...(years === undefined ? {} : { years }),
    } as const;
    show(invocation, orderView(await as(invocation, (admin) => orderMore(admin, id, itemId, more))));
    return undefined;
  },
};

const confirm: Command = {
  usage: "license confirm <organisation> <order>",
  about: "Says that an order is paid; increases and renewals take effect by it.",
  async run(invocation) {
    const [id = "", orderId = ""] = invocation.args;
    show(invocation, orderView((await as(invocation, (admin) => confirmOrder(admin, id, orderId))).order));
    return undefined;
  },
};

const activate: Command = {
  usage: "license activate <organisation> <order>",
  about: "Activates an initial order that is paid; its period begins now.",
  async run(invocation) {
    const [id = "", orderId = ""] = invocation.args;
    show(invocation, orderView((await as(invocation, (admin) => activateOrder(admin, id, orderId))).order));
    return undefined;
  },
};

/** The key alone, so that a script can take it. */
function showKey(invocation: Invocation, key: string): void {
  if (invocation.options.json === true) show(invocation, { key });
  else invocation.terminal.out(key);
}

const key: Command = {
  usage: "license key <organisation> <code>",
  optionText: "[--session-password-stdin]",
  about: "Prints the licence key that goes into the application.",
  options: { "session-password-stdin": flag },
  async run(invocation) {
    const [id = "", name = ""] = invocation.args;
    const password = await sessionPassword(invocation);
    const { servers } = invocation.config;
    const where = { servers, ...(password === undefined ? {} : { password }) };
    showKey(invocation, await as(invocation, (admin) => licenseKeyOf(admin, id, name, where)));
    return undefined;
  },
};

const offline: Command = {
  usage: "license offline <organisation> <item>",
  optionText: "[--out FILE]",
  about: "Prints the signed key of an offline licence, or writes it to a file; it works with no server at all.",
  options: { out: text },
  async run(invocation) {
    const [id = "", itemId = ""] = invocation.args;
    const signed = await as(invocation, (admin) => exportOffline(admin, id, itemId));
    const out = textOption(invocation.options, "out");
    if (out === undefined) showKey(invocation, signed);
    else await writeFile(resolve(invocation.terminal.folder, out), `${signed}\n`, { flag: "wx" });
    return undefined;
  },
};

const list: Command = {
  usage: "license list <organisation>",
  about: "Lists the codes and licence items of an organisation, with their use.",
  async run(invocation) {
    const [id = ""] = invocation.args;
    const shown = await withWorkbench(invocation.config, async ({ admin, store }) => {
      const { codes, items } = await store.read(async (records) => {
        found(await records.organisations.get(id), "such organisation");
        return { codes: await records.codes.all(id), items: await records.items.all(id) };
      });
      const views = await Promise.all(items.map((it) => getItem(admin, id, it.id)));
      const codeRows = codes.map((it) => ({
        code: codeText(it),
        default: it.isDefault || undefined,
        items: it.items.join(" "),
        domains: it.domains.join(" ") || undefined,
      }));
      return [...codeRows, ...views.map(itemView)];
    });
    show(invocation, shown);
    return undefined;
  },
};

const newLicense: Command = {
  usage: "license new <organisation>",
  optionText: `[--code NAME] [--organisation-name TEXT] ${ITEM_TEXT} [--session-password-stdin]`,
  about:
    "All at once: organisation and code where they are missing, an item behind the code, its order confirmed and activated. Prints the licence key.",
  options: { ...ITEM_OPTIONS, code: text, "organisation-name": text, "session-password-stdin": flag },
  async run(invocation) {
    const { args, options, config } = invocation;
    const [id = ""] = args;
    const name = textOption(options, "code") ?? "main";
    const wanted = initialOrder(options, false);
    const password = await sessionPassword(invocation);
    const made = await as(invocation, async (admin) => {
      await ensure(createOrganisation(admin, id, textOption(options, "organisation-name") ?? id));
      await ensure(createCode(admin, id, name));
      const booked = await orderItem(admin, id, wanted);
      await confirmOrder(admin, id, booked.order.id);
      await activateOrder(admin, id, booked.order.id);
      const behind = await admin.ports.store.read(({ codes }) => codes.get(id, name));
      const { domains = [] } = wanted.settings ?? {};
      await changeCode(admin, id, name, {
        items: [...(behind?.items ?? []), booked.item.id],
        ...(domains.length > 0 ? { domains: [...new Set([...(behind?.domains ?? []), ...domains])] } : {}),
        ...(password === undefined ? {} : { passwords: [password] }),
      });
      const where = { servers: config.servers, ...(password === undefined ? {} : { password }) };
      return licenseKeyOf(admin, id, name, where);
    });
    showKey(invocation, made);
    return undefined;
  },
};

export const licenseCommands: readonly Command[] = [
  newLicense,
  organisation,
  code,
  item,
  order,
  confirm,
  activate,
  key,
  offline,
  list,
];
