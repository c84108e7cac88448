/** What a device that may work is handed out, and what it hears at the limit of a licence. */
import { describe, expect, test } from "vitest";
import { changeCode, createCode, licenseKeyOf, setDefaultCode } from "../../server/src/usecases/admin-codes.js";
import { confirmOrder, orderMore } from "../../server/src/usecases/admin-orders.js";
import { createOrganisation } from "../../server/src/usecases/admin-organisations.js";
import { status } from "../../server/src/usecases/status.js";
import { LICENSE_TYPES, type LicenseType } from "../../src/rules/license-types.js";
import { DAY_MS, MINUTE_MS } from "../../src/rules/period.js";
import { parseLicenseKey } from "../../src/rules/protocol/license-key.js";
import { SLOT_MS } from "../../src/rules/slots.js";
import { judge } from "../../src/rules/verdict.js";
import {
  addOrganisation,
  ask,
  askByOrganisation,
  attach,
  buy,
  cell,
  denied,
  granted,
  type Lab,
  labWith,
  openLab,
  outcomeOf,
  SHOP,
  START,
  send,
} from "./lab.js";

const YEAR = 365;

describe("what is handed out", () => {
  test("only the organisation leads to its default code, which can be moved", async () => {
    const lab = await labWith();
    await createCode(lab.operator, "100", "kiosk");
    await attach(lab, [lab.item], "100", "kiosk");
    expect(granted(await askByOrganisation(lab)).token.code).toBe("100-shop");
    await setDefaultCode(lab.operator, "100", "kiosk");
    expect(granted(await askByOrganisation(lab)).token.code).toBe("100-kiosk");
  });

  test("R27–R30 an authorisation lasts as long as the type says, and is renewed after a day or a third", async () => {
    const days: Record<LicenseType, number> = {
      "per-scan": 7,
      "per-device": YEAR,
      "active-device": 7,
      "concurrent-device": 7,
      "per-domain": YEAR,
    };
    for (const type of Object.keys(LICENSE_TYPES) as LicenseType[]) {
      const lab = await labWith({ type, units: 1, settings: { domains: ["shop.example"] } });
      const { token } = granted(await ask(lab));
      expect([type, (token.expiresAt - START) / DAY_MS, (token.refreshAt - START) / DAY_MS]).toEqual([
        type,
        days[type],
        1,
      ]);
      // The client's own verdict on the token is the server's.
      expect(judge(token.license, START, token.use, SHOP).allowed).toBe(true);
      expect(judge(token.license, token.expiresAt, token.use, SHOP).allowed).toBe(false);
    }
  });

  test("R31 what has ended is renewed by authorising again, and by nothing else", async () => {
    const lab = await labWith({ type: "per-scan", units: 5 });
    const { token, session } = granted(await ask(lab));
    lab.clock.at = token.expiresAt;
    // Its report is taken all the same: what was counted before belongs to the seller. Its end stays where it was.
    const answer = await send(lab, session, [cell(2)]);
    expect(answer).toMatchObject({ ok: true, next: "continue" });
    expect(Object.keys(answer).filter((name) => /authori|token|expires/.test(name))).toEqual([]);
    expect(judge(token.license, lab.clock.at, { used: 2, holdsSeat: true }, SHOP).code).toBe("authorisation_expired");
    const again = granted(await ask(lab)).token;
    expect(judge(again.license, lab.clock.at, again.use, SHOP).allowed).toBe(true);
  });

  test("R29 the offline days of an active device can be set", async () => {
    const lab = await labWith({ type: "active-device", settings: { offlineDays: 30 } });
    expect((granted(await ask(lab)).token.expiresAt - START) / DAY_MS).toBe(30);
  });

  test("near the end it lasts no longer than the licence, and is renewed after a third", async () => {
    const lab = await labWith();
    lab.clock.pass(YEAR);
    lab.clock.at -= 30 * MINUTE_MS;
    const { token } = granted(await ask(lab));
    expect([token.expiresAt - lab.clock.at, token.refreshAt - lab.clock.at]).toEqual([30 * MINUTE_MS, 10 * MINUTE_MS]);
  });

  test("R14 R67 the licence key stays the same through orders, and another server differs only by URL", async () => {
    const lab = await labWith();
    const keyFor = (url: string) => licenseKeyOf(lab.operator, "100", "shop", { servers: [url] });
    const before = await keyFor("https://lts.example");
    for (const kind of ["increase", "renewal"] as const) {
      const { id } = await orderMore(lab.operator, "100", lab.item, { kind, units: 5 });
      await confirmOrder(lab.operator, "100", id);
    }
    expect(await keyFor("https://lts.example")).toBe(before);
    const [ours, theirs] = [before, await keyFor("https://other.example")].map((key) => parseLicenseKey(key));
    expect(theirs).toEqual({
      ok: true,
      value: { ...(ours as { value: object }).value, servers: ["https://other.example"] },
    });
  });

  test("R20 an answer is data: it survives JSON unchanged", async () => {
    const reply = await ask(await labWith());
    expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
  });

  test("R18 no answer names an address to go to: the servers are those of the licence key", async () => {
    const lab = await labWith();
    const grant = granted(await ask(lab));
    const refused = await ask(lab, 1, { code: "100-none" });
    const { next, ...acknowledged } = await send(lab, grant.session, [cell(1)]);
    expect(next).toBe("continue");
    const { session: _, ticket: __, ...told } = grant;
    expect(JSON.stringify([told, refused, acknowledged])).not.toMatch(/\w+:\/\//);
  });

  test("refusals are counted by day, code and reason; what strangers make up is not stored", async () => {
    const lab = await labWith({ units: 1, type: "per-device" });
    for (const n of [1, 2, 3]) await ask(lab, n);
    await ask(lab, 4, { organisation: "made", code: "made-up" });
    await createOrganisation(lab.operator, "200", "Other");
    const range = { from: "2026-05-01", to: "2026-05-01" };
    expect(await lab.store.refusals("100", range)).toEqual([
      { organisation: "100", code: "100-shop", day: "2026-05-01", refusal: "seats_taken", count: 2 },
    ]);
    expect(await lab.store.refusals("200", range)).toEqual([]);
    expect(await lab.store.refusals("", range)).toMatchObject([
      { code: "", refusal: "organisation_unknown", count: 1 },
    ]);
  });
});

describe("at the limit", () => {
  test("per-scan: everybody is refused, and an increase is active at once (R65)", async () => {
    const lab = await labWith({ units: 10 });
    const { session } = granted(await ask(lab));
    await send(lab, session, [cell(9)]);
    expect(outcomeOf(await ask(lab, 2))).toBe("ok");
    await send(lab, session, [cell(10)]);
    expect(outcomeOf(await ask(lab, 2))).toBe("quota_exceeded");
    const { id } = await orderMore(lab.operator, "100", lab.item, { kind: "increase", units: 1 });
    await confirmOrder(lab.operator, "100", id);
    expect(granted(await ask(lab, 2)).token.license.quota).toBe(11);
  });

  test("overage, where it is set, is used up first", async () => {
    const lab = await labWith({ units: 10, settings: { overage: 2 } });
    const { session } = granted(await ask(lab));
    expect((await send(lab, session, [cell(11)])).next).toBe("continue");
    expect((await send(lab, session, [cell(12)])).refusal?.code).toBe("quota_exceeded");
  });

  test("R40 R48 per-device: new devices are refused, those with a seat work on", async () => {
    const lab = await labWith({ type: "per-device", units: 2 });
    expect(await outcomes(lab, [1, 2, 3, 1, 2])).toEqual(["ok", "ok", "seats_taken", "ok", "ok"]);
  });

  test("overage is room for more devices and more of them at once, where it is set", async () => {
    for (const type of ["per-device", "concurrent-device"] as const) {
      const lab = await labWith({ type, units: 1, settings: { overage: 1 } });
      expect(await outcomes(lab, [1, 2, 3])).toEqual(["ok", "ok", "seats_taken"]);
    }
  });

  test("R40 R63 when all ask at once, exactly as many are admitted as there is room for", async () => {
    for (const type of ["per-device", "concurrent-device"] as const) {
      const lab = await labWith({ type, units: 7 });
      // Each device asks twice, as two tabs would.
      const asked = Array.from({ length: 60 }, (_, n) => ask(lab, n % 30));
      const replies = await Promise.all(asked);
      const admitted = replies.flatMap((reply, n) => (reply.ok ? [n % 30] : []));
      expect([admitted.length, new Set(admitted).size]).toEqual([14, 7]);
    }
  });

  test("R41 a seat is free after more than 365 days without use, not after exactly as many", async () => {
    const lab = await labWith({ type: "per-device", units: 1, years: 3 });
    await ask(lab, 1);
    lab.clock.pass(365);
    expect(await outcomes(lab, [2])).toEqual(["seats_taken"]);
    lab.clock.at += 1;
    expect(await outcomes(lab, [2, 1])).toEqual(["ok", "seats_taken"]);
  });

  test("R42 R43 the interval can be set, with a note of its fee", async () => {
    const settings = { deviceExpiryDays: 90, feeNote: "10 % more" };
    const lab = await labWith({ type: "per-device", units: 1, settings });
    await ask(lab, 1);
    lab.clock.pass(91);
    expect(await outcomes(lab, [2])).toEqual(["ok"]);
  });

  test("R60 R63 concurrent devices: the limit is of one slot, and the next slot is free again", async () => {
    const lab = await labWith({ type: "concurrent-device", units: 2 });
    expect(await outcomes(lab, [1, 2, 3, 1])).toEqual(["ok", "ok", "seats_taken", "ok"]);
    const refusal = denied(await ask(lab, 3));
    expect(refusal.until).toBe(START + SLOT_MS);
    lab.clock.at = START + SLOT_MS;
    expect(await outcomes(lab, [3])).toEqual(["ok"]);
  });

  test("R75 seats and scans of one period are not those of the next", async () => {
    const lab = await labWith({ type: "per-device", units: 1 });
    const { id } = await orderMore(lab.operator, "100", lab.item, { kind: "renewal" });
    await confirmOrder(lab.operator, "100", id);
    lab.clock.pass(364);
    await ask(lab, 1);
    lab.clock.pass(1);
    expect(await outcomes(lab, [2, 1])).toEqual(["ok", "seats_taken"]);
  });

  test("a device keeps its seat of whichever item it is, and the next item is used when one is full", async () => {
    const lab = openLab();
    await addOrganisation(lab);
    const long = await buy(lab, { type: "per-device", name: "long", units: 1, years: 2 });
    const short = await buy(lab, { type: "per-device", name: "short", units: 1 });
    await attach(lab, [long.item, short.item]);
    const items = [];
    for (const n of [1, 2, 1]) items.push(granted(await ask(lab, n)).token.item);
    expect(items).toEqual([short.item, long.item, short.item]);
    expect(outcomeOf(await ask(lab, 3))).toBe("seats_taken");
    await changeCode(lab.operator, "100", "shop", { items: [long.item, short.item], order: "owner" });
    expect(granted(await ask(lab, 1)).token.item).toBe(short.item);
  });
});

const outcomes = async (lab: Lab, devices: readonly number[]) => {
  const found: string[] = [];
  for (const n of devices) found.push(outcomeOf(await ask(lab, n)));
  return found;
};

test("R20 status says that it is ready, and nothing of anybody", async () => {
  const lab = await labWith();
  expect(await status(lab.ports)).toEqual({ v: 1, isReady: true, generation: "g1", serverTime: START });
  await lab.store.close();
  expect((await status(lab.ports)).isReady).toBe(false);
});
