import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refreshAt } from "../../../src/rules/lease.js";
import { DAY_MS } from "../../../src/rules/period.js";
import { decodeBase64url, encodeBase64url } from "../../../src/rules/protocol/base64url.js";
import {
  encodeLicenseKey,
  encodeOfflineKey,
  isServerUrl,
  parseLicenseKey,
  type ServerKey,
} from "../../../src/rules/protocol/license-key.js";
import { codeText, isCodeName, isOrganisationId, parseCode } from "../../../src/rules/protocol/names.js";
import {
  isRefusalCode,
  nearestRefusal,
  REFUSALS,
  type RefusalCode,
  refusal,
} from "../../../src/rules/protocol/refusals.js";
import {
  MAX_COUNT,
  parseAuthorizeRequest,
  parseReportRequest,
  slotsOf,
  slotText,
} from "../../../src/rules/protocol/requests.js";
import { toReports } from "../../../src/rules/protocol/usage-report.js";
import { packSlots, SLOT_BYTES, unpackSlots } from "../../../src/rules/slot-bits.js";
import { SLOTS_PER_DAY } from "../../../src/rules/slots.js";

const RUNS = { numRuns: 10_000, seed: 77 };
const ROOT = "r".repeat(43);
const KEY: ServerKey = { organisation: "100", code: "100-shop", servers: ["https://lts.example"], root: ROOT };

describe("the licence key", () => {
  test("has one spelling, which is part of the protocol", () => {
    expect(encodeLicenseKey(KEY)).toBe(
      "tally1.eyJvcmdhbmlzYXRpb24iOiIxMDAiLCJjb2RlIjoiMTAwLXNob3AiLCJzZXJ2ZXJzIjpbImh0dHBzOi8vbHRzLmV4YW1wbGUiXSwicm9vdCI6InJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnIifQ",
    );
  });

  test("is read back as it was written (10,000 runs)", () => {
    const key = fc.record(
      {
        organisation: fc.constantFrom("1", "shop7", "a".repeat(24)),
        servers: fc.array(fc.constantFrom("https://a.example", "https://b.example:8443/lts", "http://localhost:8080"), {
          minLength: 1,
          maxLength: 8,
        }),
        root: fc.constant(ROOT),
        password: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((it) => !it.includes("\0")),
        name: fc.constantFrom("shop", "A_b-1"),
      },
      { requiredKeys: ["organisation", "servers", "root"] },
    );
    fc.assert(
      fc.property(key, ({ name, ...rest }) => {
        const code = name === undefined ? {} : { code: codeText({ organisation: rest.organisation, name }) };
        const written: ServerKey = { ...rest, ...code };
        expect(parseLicenseKey(` ${encodeLicenseKey(written)}\n`)).toEqual({
          ok: true,
          value: { kind: "server", ...written },
        });
      }),
      RUNS,
    );
  });

  const json = (value: unknown) => `tally1.${encodeBase64url(new TextEncoder().encode(JSON.stringify(value)))}`;
  test.each([
    ["nothing", "", /does not begin/],
    ["another product's", "DLS2abc", /does not begin/],
    ["one that was cut", encodeLicenseKey(KEY).slice(0, -5), /may have been cut/],
    ["no JSON", "tally1.AAAA", /may have been cut/],
    ["no organisation", json({ ...KEY, organisation: undefined }), /organisation/],
    ["a code of another organisation", json({ ...KEY, code: "200-shop" }), /key.code must/],
    ["no server", json({ ...KEY, servers: [] }), /servers/],
    [
      "R22 a server without https",
      json({ ...KEY, servers: ["http://lts.example"] }),
      /servers\[0\] must be an https URL/,
    ],
    ["a script for a server", json({ ...KEY, servers: ["javascript:alert(1)"] }), /https/],
    ["a thumbprint of another length", json({ ...KEY, root: "r" }), /key.root must/],
    ["an offline key that was cut", "tally1-offline.abc.def", /may have been cut/],
    ["one that is too long", `tally1.${"A".repeat(9000)}`, /longer/],
  ])("says what is wrong with %s", (_name, key, problem) => {
    const read = parseLicenseKey(key);
    expect(read.ok).toBe(false);
    expect(read.ok ? "" : read.problem).toMatch(problem);
  });

  test("R15 may carry its authorisation itself", () => {
    expect(parseLicenseKey(encodeOfflineKey("a.b-_.c"))).toEqual({
      ok: true,
      value: { kind: "offline", authorisation: "a.b-_.c" },
    });
  });

  test.each([
    ["https://lts.example", true],
    ["https://lts.example:8443/lts", true],
    ["http://localhost:3000", true],
    ["http://127.0.0.1", true],
    ["http://[::1]:80", true],
    ["http://localhost.example", false],
    ["http://10.0.0.1", false],
    ["https://user:pass@lts.example", false],
    ["https://lts.example/?a=1", false],
    ["ftp://lts.example", false],
    ["lts.example", false],
  ])("R22 takes %s for a server: %s", (url, isOne) => {
    expect(isServerUrl(url)).toBe(isOne);
  });

  test("never throws, whatever it is given (10,000 runs)", () => {
    const text = fc.oneof(
      fc.string(),
      fc.base64String().map((it) => `tally1.${it}`),
      fc.json().map((it) => `tally1.${encodeBase64url(new TextEncoder().encode(it))}`),
    );
    fc.assert(
      fc.property(text, (key) => {
        expect(parseLicenseKey(key).ok).toBe(false);
      }),
      RUNS,
    );
  });
});

describe("names", () => {
  test.each([
    ["100-shop", { organisation: "100", name: "shop" }],
    ["100-my-shop", { organisation: "100", name: "my-shop" }],
    ["a-B_c", { organisation: "a", name: "B_c" }],
    ["100", undefined],
    ["-shop", undefined],
    ["100-", undefined],
    ["100--shop", undefined],
    ["A-shop", undefined],
    ["100-sh op", undefined],
  ])("the code %s", (code, parts) => {
    expect(parseCode(code)).toEqual(parts);
    if (parts !== undefined) expect(codeText(parts)).toBe(code);
  });

  test("of organisations and codes", () => {
    expect(["", "A", "a-b", "a".repeat(25)].map(isOrganisationId)).toEqual([false, false, false, false]);
    expect(["", "-a", "a b", "a".repeat(49), "a/b"].map(isCodeName)).toEqual([false, false, false, false, false]);
    expect([isOrganisationId("shop7"), isCodeName("Till_1-a")]).toEqual([true, true]);
  });
});

describe("bits and text", () => {
  test("bytes and base64url, there and back, in one spelling only (10,000 runs)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(decodeBase64url(text)).toEqual(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      }),
      RUNS,
    );
    for (const text of ["A", "AB", "AA==", "A+/A", "é"]) expect(decodeBase64url(text)).toBeUndefined();
  });

  test("R61 slots and their 480 bits, there and back (10,000 runs)", () => {
    expect(SLOT_BYTES).toBe(60);
    expect([...packSlots([0, 9, 479])].flatMap((byte, at) => (byte === 0 ? [] : [[at, byte]]))).toEqual([
      [0, 1],
      [1, 2],
      [59, 128],
    ]);
    const set = fc
      .uniqueArray(fc.nat(SLOTS_PER_DAY - 1), { maxLength: 60 })
      .map((slots) => slots.sort((a, b) => a - b));
    fc.assert(
      fc.property(set, (slots) => {
        expect(unpackSlots(packSlots(slots))).toEqual(slots);
        expect(slotsOf(slotText(slots))).toEqual(slots);
      }),
      RUNS,
    );
    expect(unpackSlots(packSlots([-1, 480, 1.5]))).toEqual([]);
  });
});

describe("refusals", () => {
  test("each has a message and a remedy, and only a licence's own make a device stop", () => {
    for (const [code, row] of Object.entries(REFUSALS)) {
      expect(isRefusalCode(code)).toBe(true);
      expect(row.message.length * row.remedy.length).toBeGreaterThan(0);
      expect([code, row.isFinal]).toEqual([code, row.status === 403]);
    }
    expect(isRefusalCode("toString")).toBe(false);
  });

  test.each<[RefusalCode[], RefusalCode | undefined]>([
    [["license_expired", "quota_exceeded"], "quota_exceeded"],
    [["seats_taken", "license_revoked"], "seats_taken"],
    [["license_not_activated", "domain_not_bound"], "license_not_activated"],
    [[], undefined],
  ])("of %j the nearest to success is told: %s", (codes, nearest) => {
    expect(nearestRefusal(codes.map((code) => refusal(code)))?.code).toBe(nearest);
  });
});

describe("requests", () => {
  const authorize = {
    v: 1,
    organisation: "100",
    device: "00000000-0000-4000-8000-000000000001",
    key: { kty: "EC", crv: "P-256", x: ROOT, y: ROOT },
    library: "0.1.0",
    nonce: "n".repeat(22),
    replyKey: ROOT,
  };
  const cell = { epoch: "0".repeat(16), day: "2026-05-01", metric: "ean_13", count: 1 };
  const report = { v: 1, device: authorize.device, nonce: authorize.nonce, cells: [cell], slots: [] };

  test("are read, and what is not asked for is dropped (R9)", () => {
    const key = { ...authorize.key, d: "a private key" };
    expect(parseAuthorizeRequest({ ...authorize, key, text: "4006381333931" })).toEqual({ ok: true, value: authorize });
    expect(parseReportRequest({ ...report, image: "data:" })).toEqual({ ok: true, value: report });
  });

  test.each([
    ["another version", { v: 2 }, "authorize.v"],
    ["neither organisation nor code", { organisation: undefined }, "authorize.organisation or authorize.code"],
    ["no UUID", { device: "till 1" }, "authorize.device"],
    ["a UUID in capitals", { device: authorize.device.replace("8", "A") }, "authorize.device"],
    ["a key of another kind", { key: { ...authorize.key, crv: "P-384" } }, "authorize.key.crv"],
    ["a name with a control character", { friendlyName: "a\u0000b" }, "authorize.friendlyName"],
    ["a name that is too long", { friendlyName: "a".repeat(256) }, "authorize.friendlyName"],
    ["a short nonce", { nonce: "n" }, "authorize.nonce"],
  ])("an authorisation with %s is refused by name", (_name, change, field) => {
    const read = parseAuthorizeRequest({ ...authorize, ...change });
    expect(read.ok ? "" : read.problem).toContain(`${field} must be`);
  });

  test.each([
    ["a negative count", [{ ...cell, count: -1 }], "report.cells[0].count"],
    ["a fraction", [cell, { ...cell, count: 1.5 }], "report.cells[1].count"],
    ["more than a cell may hold", [{ ...cell, count: MAX_COUNT + 1 }], "report.cells[0].count"],
    ["no day", [{ ...cell, day: "2026-02-30" }], "report.cells[0].day"],
    ["R9 a barcode for a metric", [{ ...cell, metric: "4006381333931" }], "report.cells[0].metric"],
    ["too many cells", Array.from({ length: 65 }, () => cell), "report.cells"],
  ])("a report with %s is refused by name", (_name, cells, field) => {
    const read = parseReportRequest({ ...report, cells });
    expect(read.ok ? "" : read.problem).toContain(`${field} must be`);
  });

  test("a report with slots of another length is refused", () => {
    const slots = (bits: string) => parseReportRequest({ ...report, slots: [{ day: "2026-05-01", bits }] }).ok;
    expect([slots(slotText([1])), slots("AA"), slots(`${slotText([1])}AAAA`)]).toEqual([true, false, false]);
  });

  test("never throw, whatever they are given, and never let a name through that is none (10,000 runs)", () => {
    const field = fc.oneof(fc.anything(), fc.constantFrom(...Object.values(authorize), [cell], [], 1));
    const message = fc.dictionary(fc.constantFrom(...Object.keys({ ...authorize, ...report })), field);
    fc.assert(
      fc.property(fc.oneof(fc.anything(), message), (value) => {
        for (const parse of [parseAuthorizeRequest, parseReportRequest]) {
          const read = parse(value);
          if (read.ok) expect(read.value.device).toMatch(/^[0-9a-f-]{36}$/);
          else expect(read.problem.length).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  test("a report carries one organisation's usage only", () => {
    const cells = ["100", "200"].map((organisation) => ({ ...cell, organisation, device: authorize.device }));
    const slots = ["100", "200"].map((organisation) => ({
      organisation,
      device: authorize.device,
      day: "2026-05-01",
      slots: [organisation === "100" ? 1 : 2],
    }));
    const reports = toReports({ device: authorize.device, cells, slots }, "100", () => authorize.nonce);
    expect(reports).toEqual([{ ...report, slots: [{ day: "2026-05-01", bits: slotText([1]) }] }]);
    expect(toReports({ device: authorize.device, cells: [], slots: [] }, "100", () => authorize.nonce)).toEqual([]);
  });
});

test.each([
  ["a day for a long one", 365 * DAY_MS, DAY_MS],
  ["a third of a short one", 30_000, 10_000],
  ["at once for none", 0, 0],
])("an authorisation is renewed after %s", (_name, life, after) => {
  expect(refreshAt({ start: 1000, end: 1000 + life })).toBe(1000 + after);
});
