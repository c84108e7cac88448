import { describe, expect, test } from "vitest";
import { OpenedTickets } from "../../../server/src/crypto/opened-tickets.js";
import type { Session } from "../../../server/src/domain/session.js";
import { DAY_MS } from "../../../src/rules/period.js";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import { cell } from "../lab.js";
import { Device, openSite, post, refusalIn } from "./site.js";

const sessionOf = (device: string): Session => ({
  organisation: "100",
  code: "100-shop",
  device,
  item: "item1",
  sessionKey: "k".repeat(43),
  issuedAt: 1,
});
const always = () => true;

describe("tickets that were opened", () => {
  test("are found by their whole text only", async () => {
    const tickets = new OpenedTickets();
    tickets.keep("ticket-1", "t-1", sessionOf("a"));
    expect(await tickets.find("ticket-1", always)).toEqual(sessionOf("a"));
    for (const other of ["ticket-2", "ticket-", "ticket-11", "Ticket-1", ""]) {
      expect(tickets.find(other, always)).toBeUndefined();
    }
  });

  test("are forgotten when the key that sealed them is no longer good, and stay so", () => {
    const tickets = new OpenedTickets();
    tickets.keep("ticket-1", "t-1", sessionOf("a"));
    tickets.keep("ticket-2", "t-2", sessionOf("b"));
    const isGood = (key: string) => key === "t-2";
    expect(tickets.find("ticket-1", isGood)).toBeUndefined();
    expect(tickets.find("ticket-1", always)).toBeUndefined();
    expect(tickets.find("ticket-2", isGood)).toBeDefined();
  });

  test("are never more than two generations, and those that are used stay", async () => {
    const tickets = new OpenedTickets(10);
    tickets.keep("used", "t-1", sessionOf("used"));
    for (let n = 0; n < 1000; n++) {
      tickets.keep(`ticket-${n}`, "t-1", sessionOf(`${n}`));
      expect(await tickets.find("used", always)).toEqual(sessionOf("used"));
    }
    const left = Array.from({ length: 1000 }, (_, n) => `ticket-${n}`).filter((it) => tickets.find(it, always));
    expect(left.length).toBeLessThanOrEqual(20);
    expect(left).toContain("ticket-999");
  });
});

describe("a session that was used before", () => {
  test("ends with its ticket's key all the same: at once when that was stolen", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    await device.authorize();
    for (const count of [1, 2]) expect((await device.report([cell(count)])).reply).toMatchObject({ ok: true });
    await site.ring.rotate(["ticket"], "test", true);
    expect(refusalIn((await device.report([cell(3)])).answer).code).toBe("session_unknown");
  });

  test("ends with its ticket's key all the same: after its time", async () => {
    await using site = await openSite({ order: { years: 3 } });
    const device = await Device.open(site);
    await device.authorize();
    expect((await device.report([cell(1)])).reply).toMatchObject({ ok: true });
    site.clock.at += 402 * DAY_MS;
    expect(refusalIn((await device.report([cell(2)])).answer).code).toBe("session_unknown");
  });

  test("is still opened by its own page only, and by its own ticket, to the character", async () => {
    await using site = await openSite();
    const device = await Device.open(site);
    await device.authorize();
    expect((await device.report([cell(1)])).reply).toMatchObject({ ok: true });
    const elsewhere = await device.report([cell(2)], { origin: "https://other.example" });
    expect(refusalIn(elsewhere.answer).code).toBe("session_unknown");
    const { body } = await device.sealed([cell(2)]);
    // Within what is sealed: the last character of all may hold bits that stand for nothing.
    const at = body.indexOf("~") - 40;
    const changed = `${body.slice(0, at)}${body[at] === "A" ? "B" : "A"}${body.slice(at + 1)}`;
    expect(refusalIn(await post(site.url + PATHS.report, changed)).code).toBe("session_unknown");
  });
});
