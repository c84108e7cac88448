/** Makes the vectors with the server's own code and the client's of the tests. It must not know what checks them. */
import { writeFileSync } from "node:fs";
import type { JWK } from "jose";
import { Keyring } from "../../server/src/crypto/keyring.js";
import { newMasterKey, openSecret, parseMasterKey } from "../../server/src/crypto/master-key.js";
import { serverKeys } from "../../server/src/crypto/server-keys.js";
import { SERVER } from "../../server/src/domain/organisation.js";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import { replyHead } from "../../server/src/usecases/licensing.js";
import { encodeLicenseKey, encodeOfflineKey } from "../../src/rules/protocol/license-key.js";
import { type Authorisation, PROTOCOL_VERSION, type ReportRequest } from "../../src/rules/protocol/messages.js";
import { refusal } from "../../src/rules/protocol/refusals.js";
import { slotText } from "../../src/rules/protocol/requests.js";
import { newDeviceKey, nonce, openKeySet, sealAuthorize, sealReport, secret } from "../server/http/wire.js";
import { deviceId, SHOP, START } from "../server/lab.js";
import { type ProtocolVectors, VECTORS_FILE } from "./vectors.js";

export async function writeVectors(): Promise<void> {
  const store = new MemoryStore("vectors");
  const clock = { now: () => START };
  const masterKey = parseMasterKey(newMasterKey()) as Uint8Array;
  const ring = await Keyring.found({ store, clock, masterKey });
  const keys = serverKeys(ring, clock);
  const kept = await store.read(({ keyring }) => keyring.all(SERVER));
  const secretOf = (purpose: string): string => {
    const key = kept.find((it) => it.purpose === purpose);
    if (key === undefined) throw new Error(`no ${purpose} key`);
    return openSecret(masterKey, key);
  };
  const root = keys.rootThumbprint();
  const text = await keys.keySet();
  const keySet = { text, content: await openKeySet(text, root) };
  const license = {
    organisation: "100",
    code: "100-shop",
    servers: ["https://lts.example"],
    root,
    password: "open sesame",
  };
  const device = deviceId(1);
  const day = 86_400_000;
  const content: Authorisation = {
    v: PROTOCOL_VERSION,
    organisation: "100",
    code: "100-shop",
    item: "item1",
    device,
    key: await newDeviceKey(),
    domains: ["shop.example"],
    license: {
      type: "per-scan",
      status: "active",
      period: { start: START, end: START + 365 * day },
      quota: 1000,
      overage: 0,
      graceMs: 0,
      domains: [],
      authorisedAt: START,
    },
    use: { used: 12, holdsSeat: false },
    issuedAt: START,
    refreshAt: START + day,
    expiresAt: START + 7 * day,
    isTrial: false,
  };
  const { device: _, key, ...rest } = content;
  const offline: Authorisation = { ...rest, code: "", expiresAt: START + 365 * day };
  const request = {
    v: PROTOCOL_VERSION,
    organisation: "100",
    code: "100-shop",
    password: "open sesame",
    origin: SHOP,
    device,
    key: key ?? (await newDeviceKey()),
    friendlyName: "Till 1",
    library: "0.1.0",
    nonce: nonce(),
    replyKey: secret(),
  } as const;
  const sessionKey = secret();
  const head = replyHead(request.nonce, START);
  const session = {
    organisation: "100",
    code: "100-shop",
    device,
    item: "item1",
    origin: SHOP,
    sessionKey,
    issuedAt: START,
  };
  const ticket = await keys.sealTicket(session);
  const authorisation = { text: await keys.sign(content), content };
  const grant = { ...head, ok: true as const, authorisation: authorisation.text, ticket, sessionKey };
  const denial = { ...head, ok: false as const, refusal: refusal("license_expired") };
  const report: ReportRequest = {
    v: PROTOCOL_VERSION,
    device,
    nonce: nonce(),
    cells: [{ epoch: "0123456789abcdef", day: "2026-05-01", metric: "ean_13", count: 3 }],
    slots: [{ day: "2026-05-01", bits: slotText([240, 241]) }],
  };
  const reply = {
    ...head,
    nonce: report.nonce,
    ok: true as const,
    generation: "g1",
    sequence: 7,
    cells: report.cells,
    slots: report.slots,
    next: "continue" as const,
  };
  const vectors: ProtocolVectors = {
    now: START,
    keys: {
      root: JSON.parse(secretOf("root")) as JWK,
      signing: JSON.parse(secretOf("signing")) as JWK,
      encryption: JSON.parse(secretOf("encryption")) as JWK,
    },
    ticketKey: { id: kept.find(({ purpose }) => purpose === "ticket")?.id ?? "", secret: secretOf("ticket") },
    licenseKey: { text: encodeLicenseKey(license), content: license },
    keySet,
    authorisation,
    offlineKey: { text: encodeOfflineKey(await keys.sign(offline)), content: offline },
    authorize: { body: await sealAuthorize(request, keySet.content, START), content: request },
    grant: { body: keys.sealAuthorizeReply(grant, request.replyKey), content: grant },
    denial: { body: keys.sealAuthorizeReply(denial, request.replyKey), content: denial },
    report: { body: await sealReport(report, ticket, sessionKey), content: report },
    reportReply: { body: keys.sealReportReply(reply, sessionKey), content: reply },
  };
  writeFileSync(VECTORS_FILE, `${JSON.stringify(vectors, undefined, 2)}\n`);
}
