/**
 * Chooses where metering keeps its boxes: IndexedDB, or memory where that cannot be had, and says so. It must not know
 * what is kept.
 */
import { ScanError } from "../errors.js";
import { MemoryStore, type Store } from "./store.js";

/** Opens the best store there is; never rejects. */
export async function openStore(name: string | undefined, onError: (error: ScanError) => void): Promise<Store> {
  try {
    // A part of its own: it is not needed before the worker and the core are, and nowhere but on pages.
    const { openIndexedDbStore } = await import("./indexeddb-store.js").catch((cause) => {
      throw new ScanError("storage_unavailable", undefined, { cause });
    });
    return await openIndexedDbStore({ name, onError });
  } catch (error) {
    // Only pages and workers of browsers have it: in Node nobody expects anything to be stored.
    if (globalThis.isSecureContext !== undefined) warnOnce(error as ScanError);
    return new MemoryStore();
  }
}

const warned = new Set<string>();

/** One warning for each code, however often it happens. */
export function warnOnce(error: ScanError): void {
  if (warned.has(error.code)) return;
  warned.add(error.code);
  console.warn(`tallymark: ${error.message}`);
}
