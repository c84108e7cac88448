import { calculateJwkThumbprint } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { Keyring } from "../../server/src/crypto/keyring.js";
import { sealSecret } from "../../server/src/crypto/master-key.js";
import { serverKeys } from "../../server/src/crypto/server-keys.js";
import { SERVER } from "../../server/src/domain/organisation.js";
import type { KeyPurpose } from "../../server/src/domain/server-key.js";
import type { Envelopes, Keys } from "../../server/src/ports.js";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import { splitReport } from "../../src/rules/protocol/envelopes.js";
import { parseKeySet, sealingKey, signingKey } from "../../src/rules/protocol/key-set.js";
import { encodeLicenseKey, parseLicenseKey } from "../../src/rules/protocol/license-key.js";
import { parseAuthorizeRequest, parseReportRequest } from "../../src/rules/protocol/requests.js";
import { openAuthorisation, openAuthorizeReply, openKeySet, openReportAnswer } from "../server/http/wire.js";
import { writeVectors } from "./make-vectors.js";
import { type ProtocolVectors, readVectors } from "./vectors.js";

let vectors: ProtocolVectors;
let server: Keys & Envelopes;
beforeAll(async () => {
  if (process.env.TALLYMARK_VECTORS === "write") await writeVectors();
  vectors = readVectors();
  const { keys, ticketKey, now } = vectors;
  const store = new MemoryStore("vectors");
  const clock = { now: () => now };
  const masterKey = new Uint8Array(32);
  const secrets: [KeyPurpose, string, string][] = [["ticket", ticketKey.id, ticketKey.secret]];
  for (const purpose of ["root", "signing", "encryption"] as const) {
    secrets.push([purpose, await calculateJwkThumbprint(keys[purpose]), JSON.stringify(keys[purpose])]);
  }
  await store.transaction(async ({ keyring }) => {
    for (const [purpose, id, secret] of secrets) {
      const sealed = sealSecret(masterKey, { purpose, id }, secret);
      await keyring.insert({ organisation: SERVER, id, purpose, sealed, createdAt: now });
    }
  });
  server = serverKeys(await Keyring.open({ store, clock, masterKey }), clock);
});

describe("the protocol's fixed bytes", () => {
  test("licence key", () => {
    const { text, content } = vectors.licenseKey;
    expect(encodeLicenseKey(content)).toBe(text);
    expect(parseLicenseKey(text)).toEqual({ ok: true, value: { kind: "server", ...content } });
  });

  test("key set: signed by the pinned root key", async () => {
    const { keySet, licenseKey, now } = vectors;
    expect(await openKeySet(keySet.text, licenseKey.content.root)).toEqual(keySet.content);
    expect(server.rootThumbprint()).toBe(licenseKey.content.root);
    expect(sealingKey(keySet.content, now)?.use).toBe("enc");
  });

  test("request to authorise: the server opens it", async () => {
    const opened = await server.openAuthorize(vectors.authorize.body);
    expect(opened).toEqual({ ok: true, content: vectors.authorize.content });
    expect(parseAuthorizeRequest(opened.ok && opened.content).ok).toBe(true);
  });

  test("grant and denial: the client opens them with the request's key", async () => {
    const { replyKey } = vectors.authorize.content;
    expect(await openAuthorizeReply(vectors.grant.body, replyKey)).toEqual(vectors.grant.content);
    expect(await openAuthorizeReply(vectors.denial.body, replyKey)).toEqual(vectors.denial.content);
  });

  test("authorisation: signed by a key of the set", async () => {
    const { authorisation, keySet, grant } = vectors;
    expect(await openAuthorisation(authorisation.text, keySet.content)).toEqual(authorisation.content);
    expect(grant.content.authorisation).toBe(authorisation.text);
  });

  test("R15 offline licence: brings its key set along, signed by the root key", async () => {
    const key = parseLicenseKey(vectors.offlineKey.text);
    if (!key.ok || key.value.kind !== "offline") throw new Error("no offline key");
    const token = key.value.authorisation;
    const { keys = "" } = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    const set = await openKeySet(keys, vectors.licenseKey.content.root);
    expect(await openAuthorisation(token, set)).toEqual(vectors.offlineKey.content);
    expect(set.expiresAt).toBe(vectors.offlineKey.content.expiresAt);
  });

  test("report: the server opens ticket and report, the client the answer", async () => {
    const { ticket, sealed } = splitReport(vectors.report.body) ?? { ticket: "", sealed: "" };
    expect(ticket).toBe(vectors.grant.content.ticket);
    const session = await server.openTicket(ticket);
    const { sessionKey } = vectors.grant.content;
    expect(session).toMatchObject({ organisation: "100", code: "100-shop", sessionKey });
    const opened = server.openReport(sealed, sessionKey);
    expect(opened).toEqual({ ok: true, content: vectors.report.content });
    expect(parseReportRequest(opened.ok && opened.content).ok).toBe(true);
    expect(await openReportAnswer(vectors.reportReply.body, sessionKey)).toEqual(vectors.reportReply.content);
  });
});

describe("reading of key sets", () => {
  test("drops what is not known, and names what is wrong", () => {
    const { content } = vectors.keySet;
    expect(parseKeySet({ ...content, more: 1 })).toEqual({ ok: true, value: content });
    const wrong = { ...content, keys: content.keys.map((key) => ({ ...key, use: "both" })) };
    expect(parseKeySet(wrong)).toEqual({ ok: false, problem: "key set.keys[0].use must be sig or enc" });
    expect(parseKeySet({ ...content, v: 2 })).toEqual({ ok: false, problem: "key set.v must be 1" });
  });

  test("a retired key seals nothing, and signs nothing that was issued later", () => {
    const { content } = vectors.keySet;
    const until = vectors.now;
    const keys = content.keys.map((key) => ({ ...key, until }));
    const kid = content.keys.find(({ use }) => use === "sig")?.kid ?? "";
    expect(sealingKey({ ...content, keys }, until - 1)).toBeDefined();
    expect(sealingKey({ ...content, keys }, until)).toBeUndefined();
    expect(signingKey({ ...content, keys }, kid, until - 1)).toBeDefined();
    expect(signingKey({ ...content, keys }, kid, until)).toBeUndefined();
    expect(signingKey(content, "another", until)).toBeUndefined();
  });
});
