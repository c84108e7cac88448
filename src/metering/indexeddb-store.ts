/**
 * The store in IndexedDB: every box sealed (R12), every change exact across tabs. It must not know what is in the boxes.
 *
 * Waiting for WebCrypto ends an IndexedDB transaction, so a change is: read the box, open it, change it, seal it, and then
 * one readwrite transaction that puts the new box only if the old one is still there (compare and swap by revision).
 * Another tab that was faster makes us begin again; a crash at any step leaves the old box or the new one.
 */
import { type IDBPDatabase, openDB } from "idb";
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
/** Some browsers have left an open request unanswered; scanning shall not wait for them. */
const OPEN_TIMEOUT_MS = 4000;
/** One tab wins each round, so this many lost rounds mean that something else is wrong. */
const MAX_ROUNDS = 200;

interface Handle {
  readonly db: IDBPDatabase;
  readonly key: CryptoKey;
}

interface Opened<T> {
  readonly revision: string | undefined;
  readonly value: T | undefined;
}

export interface IndexedDbStoreOptions {
  readonly name?: string;
  /** Told of boxes that could not be opened and were set aside. */
  readonly onError?: (error: ScanError) => void;
}

/** Opens the store. @throws ScanError `storage_unavailable`, `storage_full`, `crypto_unavailable` */
export async function openIndexedDbStore(options: IndexedDbStoreOptions = {}): Promise<Store> {
  if (globalThis.crypto?.subtle === undefined) throw new ScanError("crypto_unavailable");
  if (globalThis.indexedDB === undefined) throw new ScanError("storage_unavailable");
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

  update<T>(box: BoxNumber, change: Change<T>): Promise<T> {
    return this.#attempt(async (handle) => {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const { revision, value } = await this.#open<T>(handle, box);
        const next = change(value);
        if (next === value) return next;
        const sealed = await seal(handle.key, box, next);
        if (await swap(handle.db, box, revision, sealed)) {
          this.#lastOpened.set(box, { revision: revisionOf(sealed), value: next });
          return next;
        }
      }
      throw new Error("The box changed at every attempt to change it.");
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#disconnect(this.#handle);
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
      await setAside(db, box, revision);
      this.#onError(new ScanError("storage_corrupt", undefined, { cause }));
      return { revision: undefined, value: undefined };
    }
  }

  /** Runs `work` on the open database; once more where the connection had gone (database deleted, browser closed it). */
  async #attempt<T>(work: (handle: Handle) => Promise<T>): Promise<T> {
    for (let isRetry = false; ; isRetry = true) {
      if (this.#isClosed) throw new ScanError("closed");
      const pending = (this.#handle ??= this.#connect());
      try {
        return await work(await pending);
      } catch (cause) {
        const isGone = nameOf(cause) === "InvalidStateError" || nameOf(cause) === "NotFoundError";
        if (isGone) this.#disconnect(pending);
        if (!isGone || isRetry) throw storageError(cause);
      }
    }
  }

  async #connect(): Promise<Handle> {
    let handle: Promise<Handle> | undefined;
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
    const connecting = withTimeout(opening.then(async (db) => ({ db, key: await loadKey(db) })));
    handle = connecting;
    try {
      return await connecting;
    } catch (cause) {
      opening.then((db) => db.close()).catch(() => {});
      this.#handle = undefined;
      throw cause;
    }
  }

  #disconnect(handle: Promise<Handle> | undefined): void {
    if (handle === undefined) return;
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

/** Puts the box if the one there is still `revision`; true where it was. */
async function swap(
  db: IDBPDatabase,
  box: BoxNumber,
  revision: string | undefined,
  sealed: Uint8Array,
): Promise<boolean> {
  // Relaxed: the write is in the browser's hands when `done` resolves, and survives a crash of the page or the browser.
  const transaction = db.transaction(BOXES, "readwrite", { durability: "relaxed" });
  const isSame = revisionOf(await transaction.store.get(box)) === revision;
  await Promise.all([isSame && transaction.store.put(sealed, box), transaction.done]);
  return isSame;
}

/** Moves a box that cannot be opened out of the way, unless another tab has already replaced it. */
async function setAside(db: IDBPDatabase, box: BoxNumber, revision: string | undefined): Promise<void> {
  const transaction = db.transaction(BOXES, "readwrite");
  const stored: unknown = await transaction.store.get(box);
  const isSame = stored !== undefined && revisionOf(stored) === revision;
  await Promise.all([
    isSame && transaction.store.put(stored, box + ASIDE),
    isSame && transaction.store.delete(box),
    transaction.done,
  ]);
}

const nameOf = (cause: unknown): string => (cause instanceof Error || cause instanceof DOMException ? cause.name : "");

function storageError(cause: unknown): ScanError {
  if (cause instanceof ScanError) return cause;
  return new ScanError(nameOf(cause) === "QuotaExceededError" ? "storage_full" : "storage_unavailable", undefined, {
    cause,
  });
}

function withTimeout<T>(opening: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("IndexedDB does not answer.")), OPEN_TIMEOUT_MS);
  });
  return Promise.race([opening, late]).finally(() => clearTimeout(timer));
}
