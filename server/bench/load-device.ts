/**
 * A device that costs little, so that it is the server that is measured: it counts, seals a report of two cells and a slot, and
 * checks what is acknowledged. It must not know how requests are sent.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { CompactEncrypt, importJWK } from "jose";
import { utcDay } from "../../src/rules/period.js";
import { decodeBase64url } from "../../src/rules/protocol/base64url.js";
import { ENVELOPES, joinReport, PATHS } from "../../src/rules/protocol/envelopes.js";
import { type KeySet, sealingKey } from "../../src/rules/protocol/key-set.js";
import type { AuthorizeReply, AuthorizeRequest, ReportAnswer } from "../../src/rules/protocol/messages.js";
import { slotText } from "../../src/rules/protocol/requests.js";
import { slotIndex } from "../../src/rules/slots.js";
import { jsonOf, seal, unseal } from "../src/crypto/sealed-envelope.js";

export const ORGANISATION = "100";
const CODE = "100-shop";
const METRICS = ["ean_13", "qr_code"] as const;

const text = (bytes: number): string => randomBytes(bytes).toString("base64url");

/** The key set as it is sent; a load is no client, so nobody checks its signature. */
async function keySetOf(url: string): Promise<KeySet> {
  const [, content = ""] = (await (await fetch(url + PATHS.keys)).text()).split(".");
  return JSON.parse(Buffer.from(content, "base64url").toString()) as KeySet;
}

export class LoadDevice {
  readonly id = randomUUID();
  readonly #epoch = randomBytes(8).toString("hex");
  readonly #day = utcDay(Date.now());
  /** What it has counted, by symbology. */
  readonly counts: Record<(typeof METRICS)[number], number> = { ean_13: 0, qr_code: 0 };
  #ticket = "";
  #key: Uint8Array = new Uint8Array(0);

  async authorize(url: string): Promise<void> {
    const keys = await keySetOf(url);
    const to = sealingKey(keys, Date.now());
    if (to === undefined) throw new Error("the server offers no key");
    const replyKey = text(32);
    const request: AuthorizeRequest = {
      v: 1,
      organisation: ORGANISATION,
      code: CODE,
      device: this.id,
      // Never used: any point will do.
      key: { kty: "EC", crv: "P-256", x: to.x, y: to.y },
      library: "0.1.0",
      nonce: text(16),
      replyKey,
    };
    const { kty, crv, x, y } = to;
    const body = await new CompactEncrypt(Buffer.from(JSON.stringify(request)))
      .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", typ: ENVELOPES.authorize, kid: to.kid })
      .encrypt(await importJWK({ kty, crv, x, y }, "ECDH-ES"));
    const headers = { "content-type": "text/plain" };
    const answer = await (await fetch(url + PATHS.authorize, { method: "POST", headers, body })).text();
    const opened = unseal(answer, decodeBase64url(replyKey) as Uint8Array, { typ: ENVELOPES.authorizeReply });
    const reply = jsonOf(opened) as AuthorizeReply | undefined;
    if (reply?.ok !== true) throw new Error(`refused: ${reply?.refusal.code ?? answer}`);
    this.#ticket = reply.ticket;
    this.#key = decodeBase64url(reply.sessionKey) as Uint8Array;
  }

  /** Counts one scan of each symbology, and seals the report. */
  nextReport(isScanning = true): string {
    if (isScanning) for (const metric of METRICS) this.counts[metric]++;
    const cells = METRICS.map((metric) => ({
      epoch: this.#epoch,
      day: this.#day,
      metric,
      count: this.counts[metric],
    }));
    const slots = [{ day: this.#day, bits: slotText([slotIndex(Date.now())]) }];
    const report = { v: 1, device: this.id, nonce: text(16), cells, slots };
    return joinReport(this.#ticket, seal(JSON.stringify(report), this.#key, { typ: ENVELOPES.report }));
  }

  /** Throws unless the answer acknowledges what a report said. */
  hear(answer: string): void {
    const reply = jsonOf(unseal(answer, this.#key, { typ: ENVELOPES.reportReply })) as ReportAnswer | undefined;
    if (reply?.ok !== true) throw new Error(`not acknowledged: ${answer.slice(0, 200)}`);
    if (reply.cells.length !== METRICS.length) throw new Error("a cell was not acknowledged");
  }
}
