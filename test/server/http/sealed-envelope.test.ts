import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { CompactEncrypt, compactDecrypt } from "jose";
import { describe, expect, test } from "vitest";
import { Passwords } from "../../../server/src/crypto/passwords.js";
import { headerOf, seal, unseal } from "../../../server/src/crypto/sealed-envelope.js";

const SEED = 4711;
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const header = fc.record({
  typ: fc.constantFrom("a", "tally-report"),
  kid: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
});
const given = ({ typ, kid }: { typ: string; kid: string | undefined }) => (kid === undefined ? { typ } : { typ, kid });

describe("sealed envelopes are RFC 7516's", () => {
  test("what is sealed here, jose opens", () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), key, header, async (content, secret, named) => {
        const envelope = seal(content, secret, given(named));
        const { plaintext, protectedHeader } = await compactDecrypt(envelope, secret);
        expect(Buffer.from(plaintext)).toEqual(Buffer.from(content));
        expect(protectedHeader).toEqual({ alg: "dir", enc: "A256GCM", ...given(named) });
        expect(headerOf(envelope)).toEqual(given(named));
      }),
      { seed: SEED, numRuns: 200 },
    ));

  test("what jose seals is opened here, with the header's fields in any order", () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), key, async (content, secret) => {
        const envelope = await new CompactEncrypt(content)
          .setProtectedHeader({ kid: "k", typ: "a", enc: "A256GCM", alg: "dir" })
          .encrypt(secret);
        expect(unseal(envelope, secret, { typ: "a", kid: "k" })).toEqual(Buffer.from(content));
        expect(unseal(envelope, secret, { typ: "b", kid: "k" })).toBeUndefined();
        expect(unseal(envelope, secret, { typ: "a" })).toBeUndefined();
        expect(unseal(envelope, randomBytes(32), { typ: "a", kid: "k" })).toBeUndefined();
      }),
      { seed: SEED, numRuns: 200 },
    ));

  test("anything else is none", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(unseal(text, Buffer.alloc(32), { typ: "a" })).toBeUndefined();
        expect(headerOf(text)).toBeUndefined();
      }),
      { seed: SEED, numRuns: 2000 },
    ));

  test("no envelope is made twice from the same content", () => {
    const envelopes = Array.from({ length: 100 }, () => seal("x", Buffer.alloc(32), { typ: "a" }));
    expect(new Set(envelopes).size).toBe(100);
  });
});

describe("passwords", () => {
  test("argon2id with 19 MiB and two passes; right, wrong, and no hash at all", async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash("correct horse");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.hash("correct horse")).not.toBe(hash);
    const given = ["correct horse", "correct horse", "wrong horse", ""];
    expect(await Promise.all(given.map((it) => passwords.verify(hash, it)))).toEqual([true, true, false, false]);
    expect(await passwords.verify("no hash", "correct horse")).toBe(false);
  });

  test("a flood of wrong ones is told to come again, and does not stop a right one afterwards", async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash("correct horse");
    const flood = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => passwords.verify(hash, `wrong ${n}`)));
    const busy = flood.filter((it) => it.status === "rejected");
    expect(busy.length).toBe(34);
    expect(busy.every(({ reason }) => reason.code === "busy")).toBe(true);
    expect(await passwords.verify(hash, "correct horse")).toBe(true);
  });
});
