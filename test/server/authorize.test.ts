/** Who may work: codes, domains and passwords. */
import { describe, expect, test } from "vitest";
import { changeCode } from "../../server/src/usecases/admin-codes.js";
import { createTrial, revokeItem } from "../../server/src/usecases/admin-items.js";
import { activateOrder, confirmOrder, orderMore } from "../../server/src/usecases/admin-orders.js";
import { authorize } from "../../server/src/usecases/authorize.js";
import { REFUSALS } from "../../src/rules/protocol/refusals.js";
import {
  addOrganisation,
  ask,
  askByOrganisation,
  attach,
  buy,
  denied,
  deviceId,
  granted,
  type Lab,
  labWith,
  openLab,
  outcomeOf,
  request,
  SHOP,
} from "./lab.js";

const YEAR = 365;

describe("who may work", () => {
  type Scenario = readonly [name: string, outcome: string, play: () => Promise<string>];
  const later = async (days: number, lab: Lab) => {
    lab.clock.pass(days);
    return outcomeOf(await ask(lab));
  };
  const scenarios: Scenario[] = [
    ["R19 a device of a licence in force", "ok", async () => outcomeOf(await ask(await labWith()))],
    [
      "R64 a licence that was bought and not activated is refused",
      "license_not_activated",
      async () => {
        const lab = openLab();
        await addOrganisation(lab);
        const { item } = await buy(lab, { type: "per-scan", name: "new", units: 10 }, "100", false);
        await attach(lab, [item]);
        return outcomeOf(await ask(lab));
      },
    ],
    [
      "R64 and works from its activation on",
      "ok",
      async () => {
        const lab = openLab();
        await addOrganisation(lab);
        const { item, order } = await buy(lab, { type: "per-scan", name: "new", units: 10 }, "100", false);
        await attach(lab, [item]);
        await activateOrder(lab.operator, "100", order);
        return outcomeOf(await ask(lab));
      },
    ],
    ["R68 the last day of its year", "ok", async () => later(YEAR - 1, await labWith())],
    ["R68 the day after", "license_expired", async () => later(YEAR, await labWith())],
    ["R74 a licence of three years in its third", "ok", async () => later(2 * YEAR + 100, await labWith({ years: 3 }))],
    ["grace, where it is set", "ok", async () => later(YEAR + 6, await labWith({ settings: { graceDays: 7 } }))],
    ["and its end", "license_expired", async () => later(YEAR + 7, await labWith({ settings: { graceDays: 7 } }))],
    [
      "R66 R70 a renewal is active by itself when the next period starts",
      "ok",
      async () => {
        const lab = await labWith();
        const { id } = await orderMore(lab.operator, "100", lab.item, { kind: "renewal" });
        await confirmOrder(lab.operator, "100", id);
        return later(YEAR, lab);
      },
    ],
    [
      "a revoked licence",
      "license_revoked",
      async () => {
        const lab = await labWith();
        await revokeItem(lab.operator, "100", lab.item);
        return outcomeOf(await ask(lab));
      },
    ],
    [
      "a trial within its days",
      "ok",
      async () => {
        const lab = openLab();
        await addOrganisation(lab);
        const trial = await createTrial(lab.operator, "100", { type: "per-device", name: "trial", days: 30, units: 1 });
        await attach(lab, [trial.id]);
        return later(29, lab);
      },
    ],
    [
      "a trial after them",
      "license_expired",
      async () => {
        const lab = openLab();
        await addOrganisation(lab);
        const trial = await createTrial(lab.operator, "100", { type: "per-device", name: "trial", days: 30, units: 1 });
        await attach(lab, [trial.id]);
        return later(30, lab);
      },
    ],
    [
      "a code with nothing behind it",
      "license_missing",
      async () => {
        const lab = openLab();
        await addOrganisation(lab);
        return outcomeOf(await ask(lab));
      },
    ],
    [
      "R35 an offline licence is not used online",
      "license_missing",
      async () => outcomeOf(await ask(await labWith({ isOffline: true }))),
    ],
    [
      "an organisation that nobody knows",
      "organisation_unknown",
      async () => outcomeOf(await ask(await labWith(), 1, { organisation: "999", code: "999-shop" })),
    ],
    [
      "a code of another organisation",
      "code_unknown",
      async () => {
        const lab = await labWith();
        await addOrganisation(lab, "200");
        return outcomeOf(await ask(lab, 1, { organisation: "200", code: "100-shop" }));
      },
    ],
    [
      "a code that does not exist",
      "code_unknown",
      async () => outcomeOf(await ask(await labWith(), 1, { code: "100-x" })),
    ],
    [
      "another key for a known UUID",
      "device_key_mismatch",
      async () => {
        const lab = await labWith();
        await ask(lab, 1);
        return outcomeOf(await ask(lab, 2, { device: deviceId(1) }));
      },
    ],
  ];
  test.each(scenarios)("%s → %s", async (_name, outcome, play) => {
    expect(await play()).toBe(outcome);
  });

  test("R70 a late renewal begins where the period ended, not when it was bought", async () => {
    const lab = await labWith();
    lab.clock.pass(YEAR + 10);
    const { id } = await orderMore(lab.operator, "100", lab.item, { kind: "renewal" });
    const { item } = await confirmOrder(lab.operator, "100", id);
    expect(item.grants.at(-1)?.period).toEqual({
      start: item.grants[0]?.period.end,
      end: Date.UTC(2028, 4, 1, 12),
    });
    expect(outcomeOf(await ask(lab))).toBe("ok");
  });
});

describe("R23 domains", () => {
  test.each([
    ["the listed domain", SHOP, ["shop.example"], "ok"],
    ["another", "https://other.example", ["shop.example"], "domain_not_bound"],
    ["a sub-domain by *.", "https://a.shop.example", ["*.shop.example"], "ok"],
    ["no origin at all", undefined, ["shop.example"], "domain_not_bound"],
    ["an opaque origin", "null", ["shop.example"], "domain_not_bound"],
    ["any, where none is listed", "https://any.example", [], "ok"],
  ])("of the code: %s", async (_name, origin, domains, outcome) => {
    const lab = await labWith();
    await changeCode(lab.operator, "100", "shop", { domains });
    const reply = await (origin === undefined ? askWithoutOrigin(lab) : ask(lab, 1, {}, origin));
    expect(outcomeOf(reply)).toBe(outcome);
  });

  test("of the item, and the page's own word for its origin counts for nothing", async () => {
    const lab = await labWith({ type: "per-domain", units: 1, settings: { domains: ["shop.example"] } });
    expect(outcomeOf(await ask(lab))).toBe("ok");
    expect(outcomeOf(await ask(lab, 1, {}, "https://other.example"))).toBe("domain_not_bound");
    expect(outcomeOf(await ask(lab, 1, { origin: SHOP }, "https://other.example"))).toBe("domain_not_bound");
    // Even where any domain would do: who says one thing and does another is refused.
    const unbound = await labWith();
    expect(outcomeOf(await ask(unbound, 1, { origin: "https://other.example" }))).toBe("domain_not_bound");
    expect(outcomeOf(await ask(unbound, 1, { origin: SHOP }))).toBe("ok");
  });

  test("are carried by the authorisation", async () => {
    const lab = await labWith();
    await changeCode(lab.operator, "100", "shop", { domains: ["Shop.example", "shop.example"] });
    expect(granted(await ask(lab)).token.domains).toEqual(["shop.example"]);
  });
});

const askWithoutOrigin = (lab: Lab) => authorize(lab.ports, request(1), undefined);

describe("R26 the session password", () => {
  test.each([
    ["right", "open sesame", "ok"],
    ["wrong", "open says me", "password_wrong"],
    ["missing", undefined, "password_wrong"],
  ])("%s", async (_name, password, outcome) => {
    const lab = await labWith();
    await changeCode(lab.operator, "100", "shop", { passwords: ["open sesame"] });
    expect(outcomeOf(await ask(lab, 1, password === undefined ? {} : { password }))).toBe(outcome);
  });

  test("two are accepted while one replaces the other; a refusal is final and names a remedy", async () => {
    const lab = await labWith();
    await changeCode(lab.operator, "100", "shop", { passwords: ["old", "new"] });
    for (const password of ["old", "new"]) expect(outcomeOf(await ask(lab, 1, { password }))).toBe("ok");
    await changeCode(lab.operator, "100", "shop", { passwords: ["new"] });
    const refusal = denied(await ask(lab, 1, { password: "old" }));
    expect(refusal).toEqual({
      code: "password_wrong",
      isFinal: true,
      message: REFUSALS.password_wrong.message,
      remedy: REFUSALS.password_wrong.remedy,
    });
  });

  test("is asked for at the default code too", async () => {
    const lab = await labWith();
    await changeCode(lab.operator, "100", "shop", { passwords: ["open sesame"] });
    expect(outcomeOf(await askByOrganisation(lab))).toBe("password_wrong");
  });
});
