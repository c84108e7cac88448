/** Walks through everything that the browser stores for a page, so that a test can look for what must not be there. */

function texts(value: unknown, into: string[]): void {
  if (value instanceof CryptoKey) into.push(JSON.stringify([value.type, value.extractable, value.usages]));
  else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer);
    for (const encoding of ["latin1", "utf-8", "utf-16le"]) into.push(new TextDecoder(encoding).decode(bytes));
    into.push(`bytes:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      into.push(key);
      texts(part, into);
    }
  } else into.push(String(value));
}

const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Every name, key and value in every IndexedDB database, web storage, cache and cookie of this origin, as texts. */
export async function storedTexts(): Promise<string[]> {
  const found: string[] = [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  found.push(...(await caches.keys()));
  for (const { name = "" } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    found.push(name, ...db.objectStoreNames);
    for (const storeName of db.objectStoreNames) {
      const store = db.transaction(storeName).objectStore(storeName);
      const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      for (const part of [...keys, ...values]) texts(part, found);
    }
    db.close();
  }
  return found;
}
