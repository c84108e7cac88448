import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ACTIONS, type Action, type Actor, may, ROLES } from "../../../server/src/domain/access.js";
import { type AuditDraft, type AuditRecord, firstBreak, nextRecord } from "../../../server/src/domain/audit.js";
import { listExpiryDays } from "../../../server/src/domain/device.js";
import { addCode, type HandshakeCode, makeDefault, removeCode } from "../../../server/src/domain/handshake-code.js";
import { bookedDay } from "../../../server/src/domain/usage-day.js";
import { isKeyUsable, keyText, parseKeyText } from "../../../server/src/domain/user.js";
import { DAY_MS } from "../../../src/rules/period.js";
import { START } from "../lab.js";

const RUNS = { numRuns: 10_000, seed: 77 };
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("the audit chain", () => {
  const chainOf = (drafts: readonly AuditDraft[]): AuditRecord[] => {
    const records: AuditRecord[] = [];
    for (const draft of drafts) records.push(nextRecord(records.at(-1), draft, sha256));
    return records;
  };
  const drafts = Array.from({ length: 6 }, (_, n) => ({
    organisation: "100",
    at: START + n,
    actor: `user:${n}`,
    action: "code.change",
    target: "shop",
    detail: { items: n, name: "a" },
  }));
  const chain = chainOf(drafts);
  const [head] = chain.slice(-1) as [AuditRecord];

  test("holds as it was written, and does not depend on the order of details", () => {
    expect(firstBreak(chain, sha256, head)).toBeUndefined();
    const turned = chain.map((record) => ({ ...record, detail: { name: "a", items: record.detail.items as number } }));
    expect(firstBreak(turned, sha256, head)).toBeUndefined();
    expect(firstBreak([], sha256)).toBeUndefined();
  });

  type Tamper = (records: AuditRecord[]) => AuditRecord[];
  test.each<[string, number, Tamper]>([
    ["a changed detail", 3, (it) => it.map((r) => (r.sequence === 3 ? { ...r, detail: { items: 99, name: "a" } } : r))],
    ["a changed actor", 2, (it) => it.map((r) => (r.sequence === 2 ? { ...r, actor: "user:9" } : r))],
    ["a changed time", 1, (it) => it.map((r) => (r.sequence === 1 ? { ...r, at: 0 } : r))],
    ["a record left out", 4, (it) => it.filter(({ sequence }) => sequence !== 4)],
    ["the first one left out", 1, (it) => it.slice(1)],
    ["two that changed places", 2, ([a, b, c, ...rest]) => [a, c, b, ...rest] as AuditRecord[]],
    ["a record twice", 3, ([a, b, ...rest]) => [a, b, b, ...rest] as AuditRecord[]],
    ["a cut end, by the head that was noted", 6, (it) => it.slice(0, 5)],
    [
      "a chain rewritten as a whole, by the head that was noted",
      6,
      () => chainOf(drafts.map((draft) => ({ ...draft, actor: "user:0" }))),
    ],
  ])("shows %s", (_name, at, tamper) => {
    expect(firstBreak(tamper([...chain]), sha256, head)).toBe(at);
  });
});

describe("access", () => {
  const actors: Actor[] = [
    { id: "op", role: "operator", organisation: "" },
    { id: "a", role: "owner", organisation: "100" },
    { id: "v", role: "viewer", organisation: "100" },
  ];

  test("every verb × role × organisation: nobody but operators reaches beyond their own", () => {
    for (const action of Object.keys(ACTIONS) as Action[]) {
      for (const actor of actors) {
        const isListed = (ACTIONS[action] as readonly string[]).includes(actor.role);
        expect([action, actor.role, may(actor, action, "100")]).toEqual([action, actor.role, isListed]);
        for (const foreign of ["200", ""]) {
          expect(may(actor, action, foreign)).toBe(isListed && actor.role === "operator");
        }
      }
    }
  });

  test("an operator's role outside the server is nothing, and an owner of nothing owns nothing", () => {
    expect(may({ id: "x", role: "operator", organisation: "100" }, "item.read", "100")).toBe(false);
    expect(may({ id: "x", role: "owner", organisation: "" }, "user.create", "")).toBe(false);
  });

  test("every verb has somebody, viewers only read and mind their own door", () => {
    for (const [action, roles] of Object.entries(ACTIONS)) {
      expect(roles.every((role) => ROLES.includes(role))).toBe(true);
      expect(roles).toContain("operator");
      if ((roles as readonly string[]).includes("viewer")) expect(action).toMatch(/\.read$|^(session|password)\./);
    }
  });
});

describe("handshake codes", () => {
  test("there is exactly one default as long as there is a code (10,000 runs)", () => {
    const step = fc.tuple(fc.constantFrom("add", "default", "remove"), fc.constantFrom("a", "b", "c"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let codes: readonly HandshakeCode[] = [];
        for (const [verb, name] of steps) {
          try {
            if (verb === "add") codes = addCode(codes, { organisation: "100", name, createdAt: START });
            else codes = verb === "default" ? makeDefault(codes, name) : removeCode(codes, name);
          } catch {
            // A verb that is refused changes nothing.
          }
          expect(codes.filter(({ isDefault }) => isDefault).length).toBe(Math.min(codes.length, 1));
          expect(new Set(codes.map((code) => code.name)).size).toBe(codes.length);
        }
      }),
      RUNS,
    );
  });
});

describe("small rules", () => {
  test.each([
    ["its own day", "2026-05-01", "2026-05-01"],
    ["a day ahead, for clocks that are a little fast", "2026-05-02", "2026-05-02"],
    ["two days ahead", "2026-05-03", "2026-05-01"],
    ["400 days back", "2025-03-28", "2025-03-28"],
    ["further back", "2025-03-26", "2026-05-01"],
  ])("a count is shown under %s", (_name, day, booked) => {
    expect(bookedDay(day, START)).toBe(booked);
  });

  test("R41 R42 devices leave the list after the longest expiry that is set, 365 days where none is", () => {
    const item = (deviceExpiryDays: number, type: "per-device" | "per-scan", more = {}) =>
      ({ type, settings: { deviceExpiryDays }, ...more }) as Parameters<typeof listExpiryDays>[0][number];
    expect(listExpiryDays([])).toBe(365);
    expect(listExpiryDays([item(90, "per-device"), item(180, "per-device"), item(365, "per-scan")])).toBe(180);
    expect(listExpiryDays([item(90, "per-device"), item(180, "per-device", { revokedAt: START })])).toBe(90);
  });

  test("an API key says where to look, and what it is not is no key", () => {
    const secret = "s".repeat(43);
    expect(parseKeyText(keyText("100", "abc", secret))).toEqual({ organisation: "100", id: "abc", secret });
    expect(parseKeyText(keyText("", "abc", secret))).toEqual({ organisation: "", id: "abc", secret });
    for (const text of ["", "lts_100_abc", `lts_100_abc_${"s".repeat(42)}`, `lts_1-0_abc_${secret}`]) {
      expect(parseKeyText(text)).toBeUndefined();
    }
    const key = { organisation: "100", id: "a", label: "l", role: "owner", hash: "h", createdAt: 0 } as const;
    expect(isKeyUsable(key, START)).toBe(true);
    expect(isKeyUsable({ ...key, expiresAt: START }, START)).toBe(false);
    expect(isKeyUsable({ ...key, expiresAt: START + DAY_MS, revokedAt: 1 }, START)).toBe(false);
  });
});
