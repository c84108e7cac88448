/**
 * The store in IndexedDB: every box sealed (R12), every change exact across tabs. It must not know what is in the boxes.
 *
 * Waiting for WebCrypto ends an IndexedDB transaction, so an update is: read the box and its entries, open them, change,
 * seal, and then one readwrite transaction that puts the new box and deletes the entries only if the old box is still
 * there (compare and swap by revision). Another tab that was faster makes us begin again; a crash at any step leaves the
 * old box with its entries or the new one without. An entry is one sealed box of its own, put blindly.
 *
 *   boxes: | box number → box | box number + 100 → box set aside | random ≥ box number × 2^44 → entry |
 */
import { type IDBPDatabase, type IDBPObjectStore, openDB } from "idb";
import { within } from "../engine/deadline.js";
import { ScanError } from "../errors.js";
import { isKey, makeKey, revisionOf, seal, unseal } from "./sealed-box.js";
import type { BoxNumber, Change, Store } from "./store.js";

const DATABASE = "tallymark";
const VERSION = 1;
const KEYS = "keys";
const BOXES = "boxes";
const KEY = 1;
/** A box that cannot be opened is moved to its number plus this, where one may look at it; it is never opened again. */
const ASIDE = 100;
/** Entries of a box have random keys from its number times this on; random, because a sequence would tell a count (R12). */
const ENTRIES = 2 ** 44;
/** Some browsers have left an open request unanswered; scanning shall not wait for them. */
const OPEN_TIMEOUT_MS = 4000;
/** One tab wins each round, so this many lost rounds mean that something else is wrong. */
const MAX_ROUNDS = 200;

/** The write is in the browser's hands when `done` resolves, and survives a crash of the page or the browser. */
const RELAXED: IDBTransactionOptions = { durability: "relaxed" };

type Writable = IDBPObjectStore<unknown, ["boxes"], "boxes", "readwrite">;

interface Handle {
  readonly db: IDBPDatabase;
  readonly key: CryptoKey;
}

interface Opened<T> {
  readonly revision: string | undefined;
  readonly value: T | undefined;
}

export interface IndexedDbStoreOptions {
  readonly name?: string | undefined;
  /** Told of boxes that could not be opened and were set aside. */
  readonly onError?: (error: ScanError) => void;
}

/** Opens the store. @throws ScanError `storage_unavailable`, `storage_full`, `crypto_unavailable` */
export async function openIndexedDbStore(options: IndexedDbStoreOptions = {}): Promise<Store> {
  if (globalThis.crypto?.subtle === undefined) throw new ScanError("crypto_unavailable");
  const store = new IndexedDbStore(options);
  await store.ready();
  return store;
}

class IndexedDbStore implements Store {
  readonly kind = "indexeddb";
  readonly #name: string;
  readonly #onError: (error: ScanError) => void;
  readonly #lastOpened = new Map<BoxNumber, Opened<unknown>>();
  #handle: Promise<Handle> | undefined;
  #isClosed = false;

  constructor({ name = DATABASE, onError = () => {} }: IndexedDbStoreOptions) {
    this.#name = name;
    this.#onError = onError;
  }

  async ready(): Promise<void> {
    await this.#attempt(async () => {});
  }

  read<T>(box: BoxNumber): Promise<T | undefined> {
    return this.#attempt(async (handle) => (await this.#open<T>(handle, box)).value);
  }

  append<E>(box: BoxNumber, entry: E): Promise<void> {
    return this.#attempt(async ({ db, key }) => {
      const sealed = await seal(key, box, entry);
      const transaction = db.transaction(BOXES, "readwrite", RELAXED);
      const kept = transaction.store.add(sealed, entryKey(box));
      // Without this, a page that goes away before it hears of its success takes the transaction with it.
      transaction.commit?.();
      await Promise.all([kept, transaction.done]);
    });
  }

  update<T, E = never>(box: BoxNumber, change: Change<T, E>): Promise<T> {
    return this.#attempt(async (handle) => {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const keys = await handle.db.getAllKeys(BOXES, entriesOf(box));
        const { revision, value } = await this.#open<T>(handle, box);
        const entries = await this.#openEntries<E>(handle, box, keys);
        const next = change(value, entries);
        if (next === value && keys.length === 0) return next;
        const sealed = await seal(handle.key, box, next);
        const write = (store: Writable) => [store.put(sealed, box), ...keys.map((used) => store.delete(used))];
        if (await swap(handle.db, box, revision, write)) {
          this.#lastOpened.set(box, { revision: revisionOf(sealed), value: next });
          return next;
        }
      }
      throw new Error("Too many lost rounds.");
    });
  }

  close(): void {
    this.#isClosed = true;
    if (this.#handle !== undefined) this.#disconnect(this.#handle);
  }

  /** What is in the box now; what cannot be opened is set aside, and the box is then empty. */
  async #open<T>({ db, key }: Handle, box: BoxNumber): Promise<Opened<T>> {
    const stored: unknown = await db.get(BOXES, box);
    const revision = revisionOf(stored);
    const last = this.#lastOpened.get(box);
    if (stored === undefined) return { revision: undefined, value: undefined };
    if (last !== undefined && revision !== undefined && last.revision === revision) return last as Opened<T>;
    try {
      const opened = { revision, value: (await unseal(key, box, stored as Uint8Array<ArrayBuffer>)) as T };
      this.#lastOpened.set(box, opened);
      return opened;
    } catch (cause) {
      // Moved out of the way, unless another tab has already replaced it.
      await swap(db, box, revision, (store, bad) => [bad && store.put(bad, box + ASIDE), store.delete(box)]);
      this.#onError(new ScanError("storage_corrupt", undefined, { cause }));
      return { revision: undefined, value: undefined };
    }
  }

  /** The entries under these keys. One that is gone was used up by another tab, and the swap will fail for it. */
  async #openEntries<E>({ db, key }: Handle, box: BoxNumber, keys: readonly IDBValidKey[]): Promise<E[]> {
    const entries: E[] = [];
    for (const entry of await Promise.all(keys.map((entryKey) => db.get(BOXES, entryKey)))) {
      try {
        if (entry !== undefined) entries.push((await unseal(key, box, entry)) as E);
      } catch (cause) {
        this.#onError(new ScanError("storage_corrupt", undefined, { cause }));
      }
    }
    return entries;
  }

  /** Runs `work` on the open database; once more where the connection had gone (database deleted, browser closed it). */
  async #attempt<T>(work: (handle: Handle) => Promise<T>): Promise<T> {
    for (let isRetry = false; ; isRetry = true) {
      if (this.#isClosed) throw new ScanError("closed");
      let handle = this.#handle;
      try {
        handle ??= this.#connect();
        this.#handle = handle;
        return await work(await handle);
      } catch (cause) {
        const isGone = nameOf(cause) === "InvalidStateError" || nameOf(cause) === "NotFoundError";
        if (isGone && handle !== undefined) this.#disconnect(handle);
        if (!isGone || isRetry) throw storageError(cause);
      }
    }
  }

  #connect(): Promise<Handle> {
    const disconnect = () => this.#disconnect(handle);
    const opening = openDB(this.#name, VERSION, {
      upgrade(db) {
        db.createObjectStore(KEYS);
        db.createObjectStore(BOXES);
      },
      // Somebody wants to delete or upgrade the database: let go, and open anew at the next use (R46).
      blocking: disconnect,
      terminated: disconnect,
    });
    const opened = opening.then(async (db) => ({ db, key: await loadKey(db) }));
    const handle = within(OPEN_TIMEOUT_MS, opened, () => new Error("No answer."));
    handle.catch(() => {
      disconnect();
      opening.then((db) => db.close()).catch(() => {});
    });
    return handle;
  }

  #disconnect(handle: Promise<Handle>): void {
    if (this.#handle === handle) this.#handle = undefined;
    this.#lastOpened.clear();
    handle.then(({ db }) => db.close()).catch(() => {});
  }
}

/** The database's key; where two tabs make one at once, both get the one that was stored first. */
async function loadKey(db: IDBPDatabase): Promise<CryptoKey> {
  const stored: unknown = await db.get(KEYS, KEY);
  if (isKey(stored)) return stored;
  const made = await makeKey();
  const transaction = db.transaction(KEYS, "readwrite");
  const first: unknown = await transaction.store.get(KEY);
  if (!isKey(first)) await transaction.store.put(made, KEY);
  await transaction.done;
  return isKey(first) ? first : made;
}

/** Writes, if what is stored in the box is still `revision`; true where it was. */
async function swap(
  db: IDBPDatabase,
  box: BoxNumber,
  revision: string | undefined,
  write: (store: Writable, stored: unknown) => readonly unknown[],
): Promise<boolean> {
  const { store, done } = db.transaction(BOXES, "readwrite", RELAXED);
  const stored: unknown = await store.get(box);
  const isSame = revisionOf(stored) === revision;
  await Promise.all([...(isSame ? write(store, stored) : []), done]);
  return isSame;
}

function entryKey(box: BoxNumber): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return box * ENTRIES + (high >>> 20) * 2 ** 32 + low;
}

const entriesOf = (box: BoxNumber): IDBKeyRange => IDBKeyRange.bound(box * ENTRIES, (box + 1) * ENTRIES, false, true);

const nameOf = (cause: unknown): string => (cause instanceof Error || cause instanceof DOMException ? cause.name : "");

function storageError(cause: unknown): ScanError {
  if (cause instanceof ScanError) return cause;
  const code = nameOf(cause) === "QuotaExceededError" ? "storage_full" : "storage_unavailable";
  return new ScanError(code, undefined, { cause });
}
