/**
 * The server's keys, opened and at hand. Nodes agree through the store: each reads the keyring again every minute, and at
 * once when it meets a key that it does not know. It must not know what is signed or sealed.
 */
import { createHash } from "node:crypto";
import { nextRecord } from "../domain/audit.js";
import { SERVER } from "../domain/organisation.js";
import type { KeyPurpose, RotatedPurpose, ServerKey } from "../domain/server-key.js";
import type { Clock, KeyRotation, Store } from "../ports.js";
import { type KeyMaterial, materialOf, newSecret } from "./key-material.js";
import { goodKeys, isExpired, makingKey, missingPurposes, ROTATED, replaced, timesOfNew } from "./key-policy.js";
import { openSecret, sealSecret } from "./master-key.js";

/** A key of the ring that can be used. */
export interface RingKey {
  readonly record: ServerKey;
  readonly material: KeyMaterial;
}

export interface KeyringOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly masterKey: Uint8Array;
}

/** Strangers' requests name keys that do not exist; they make the ring read the store no more often than this. */
const SEARCH_INTERVAL_MS = 1000;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export class Keyring implements KeyRotation {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #masterKey: Uint8Array;
  #keys: ReadonlyMap<string, RingKey> = new Map();
  #searchedAt = Number.NEGATIVE_INFINITY;
  #search: Promise<void> | undefined;
  /** Grows whenever what {@link all} gives may have changed. */
  version = 0;

  private constructor({ store, clock, masterKey }: KeyringOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#masterKey = masterKey;
  }

  /** The ring of a server that has been set up; throws where it has not, or under another master key. */
  static async open(options: KeyringOptions): Promise<Keyring> {
    const ring = new Keyring(options);
    await ring.#load();
    if (ring.making("root") === undefined) throw new Error("The server has no keys yet. Run `lts init` first.");
    await ring.refresh();
    return ring;
  }

  /** The ring of a server that is being set up: makes the root key where there is none. */
  static async found(options: KeyringOptions): Promise<Keyring> {
    const ring = new Keyring(options);
    await ring.#load();
    await ring.#makeMissing();
    return ring;
  }

  /** The key of a purpose that makes now. */
  making(purpose: KeyPurpose): RingKey | undefined {
    const record = makingKey(this.#records(), purpose, this.#clock.now());
    return record && this.#keys.get(record.id);
  }

  /** Keys of a purpose that are still good; those that are to go come first. */
  good(purpose: KeyPurpose): readonly RingKey[] {
    return goodKeys(this.#records(), purpose, this.#clock.now()).map(({ id }) => this.#keys.get(id) as RingKey);
  }

  /** A good key by its name, as far as this node knows. */
  known(purpose: KeyPurpose, id: string): RingKey | undefined {
    const key = this.#keys.get(id);
    return key?.record.purpose === purpose && !isExpired(key.record, this.#clock.now()) ? key : undefined;
  }

  /** A good key by its name; another node may just have made it, so the store is asked where it is unknown. */
  async find(purpose: KeyPurpose, id: string): Promise<RingKey | undefined> {
    const known = this.known(purpose, id);
    if (known !== undefined) return known;
    await this.#searchAgain();
    return this.known(purpose, id);
  }

  /** Reads the keyring again and makes what is missing, such as the day's ticket key. */
  async refresh(): Promise<void> {
    await this.#load();
    await this.#makeMissing();
  }

  /** Replaces keys; what the old ones made stays good, unless they were stolen. */
  async rotate(purposes: readonly RotatedPurpose[], actor: string, isStolen = false): Promise<void> {
    const wanted = ROTATED.filter((purpose) => purposes.includes(purpose));
    const now = this.#clock.now();
    const made = await Promise.all(wanted.map((purpose) => this.#make(purpose, now)));
    await this.#store.transaction(async (records) => {
      const old = await records.keyring.all(SERVER);
      for (const purpose of wanted) {
        for (const key of old.filter((it) => it.purpose === purpose)) {
          const after = replaced(key, purpose, now, isStolen);
          if (isExpired(after, now)) await records.keyring.remove(SERVER, key.id);
          else if (after !== key) await records.keyring.update(after);
        }
      }
      for (const key of made) await records.keyring.insert(key);
      const detail = { keys: wanted.join(" "), stolen: isStolen };
      const draft = { organisation: SERVER, at: now, actor, action: "keys.rotate", target: "keyring", detail };
      await records.audit.append(nextRecord(await records.audit.head(SERVER), draft, sha256));
    });
    await this.#load();
  }

  #records(): readonly ServerKey[] {
    return [...this.#keys.values()].map(({ record }) => record);
  }

  #searchAgain(): Promise<void> {
    const now = performance.now();
    if (this.#search !== undefined) return this.#search;
    if (now - this.#searchedAt < SEARCH_INTERVAL_MS) return Promise.resolve();
    this.#searchedAt = now;
    this.#search = this.#load().finally(() => {
      this.#search = undefined;
    });
    return this.#search;
  }

  async #load(): Promise<void> {
    const records = await this.#store.read(({ keyring }) => keyring.all(SERVER));
    const keys = await Promise.all(
      records.map(async (record): Promise<RingKey> => {
        const known = this.#keys.get(record.id);
        if (known?.record.sealed === record.sealed) return { record, material: known.material };
        return { record, material: await materialOf(record.purpose, openSecret(this.#masterKey, record)) };
      }),
    );
    this.#keys = new Map(keys.map((key) => [key.record.id, key]));
    this.version++;
  }

  async #make(purpose: KeyPurpose, now: number): Promise<ServerKey> {
    const { id, text } = await newSecret(purpose);
    const sealed = sealSecret(this.#masterKey, { purpose, id }, text);
    return { organisation: SERVER, id, purpose, sealed, ...timesOfNew(purpose, now) };
  }

  /** Whoever comes first makes a missing key; the others find it inside the transaction. */
  async #makeMissing(): Promise<void> {
    const now = this.#clock.now();
    const isMissing = (keys: readonly ServerKey[]) => missingPurposes(keys, now);
    const missing = isMissing(this.#records());
    if (missing.length === 0) return;
    const made = await Promise.all(missing.map((purpose) => this.#make(purpose, now)));
    await this.#store.transaction(async (records) => {
      const kept = await records.keyring.all(SERVER);
      const stillMissing = isMissing(kept);
      for (const key of made) if (stillMissing.includes(key.purpose)) await records.keyring.insert(key);
      for (const key of kept) if (isExpired(key, now)) await records.keyring.remove(SERVER, key.id);
    });
    await this.#load();
  }
}
