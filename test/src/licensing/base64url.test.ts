import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBase64url, encodeBase64url } from "../../../src/licensing/base64url.js";
import * as rules from "../../../src/rules/protocol/base64url.js";

const RUNS = { seed: 1, numRuns: 2000 };

test("pages write bytes as the rules do", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const text = encodeBase64url(bytes);
      expect(text).toBe(rules.encodeBase64url(bytes));
      expect(decodeBase64url(text)).toEqual(bytes);
    }),
    RUNS,
  );
});

test("pages take the texts that the rules take, and no other", () => {
  const text = fc.oneof(fc.base64String(), fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]*$/), fc.constant("AA=="));
  fc.assert(
    fc.property(text, (text) => {
      const [ours, theirs] = [decodeBase64url(text), rules.decodeBase64url(text)];
      expect(ours && [...ours]).toEqual(theirs && [...theirs]);
    }),
    RUNS,
  );
});
