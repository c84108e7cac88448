/** What the metering specs drive in the page: the library's own modules, and a walk through everything the browser stores. */
import type { Engine } from "../../src/engine/engine.js";
import { type Meter, openMeter } from "../../src/metering/meter.js";
import { MeteredEngine } from "../../src/metering/metered-engine.js";
import type { Barcode } from "../../src/types.js";

const point = { x: 0, y: 0 };
const QR: Omit<Barcode, "rawValue" | "bytes"> = {
  format: "qr_code",
  boundingBox: { x: 0, y: 0, width: 1, height: 1, top: 0, right: 1, bottom: 1, left: 0 },
  cornerPoints: [point, point, point, point],
  symbologyIdentifier: "]Q1",
  segments: [],
  confidence: 90,
  orientation: 0,
  isMirrored: false,
  isInverted: false,
  details: {},
};

/** An engine that sees one QR code with this text in every image. */
const seeing = (text: string): Engine => ({
  kind: "direct",
  decode: async () => ({
    barcodes: [{ ...QR, rawValue: text, bytes: new TextEncoder().encode(text) }],
    width: 1,
    height: 1,
    elapsedMs: 0,
  }),
  close: async () => {},
});

/** Reads so many still images that show `text`. */
async function scan(meter: Meter, text: string, times: number): Promise<void> {
  const engine = new MeteredEngine(seeing(text), meter);
  for (let i = 0; i < times; i++) {
    await engine.decode({
      source: { kind: "pixels", data: new Uint8Array(1), width: 1, height: 1, stride: 1, layout: "grey" },
      options: {},
      sighting: { at: Date.now(), forgetMs: 3000 },
    });
  }
  await engine.close();
}

async function total(meter: Meter): Promise<number> {
  return (await meter.usage()).reduce((sum, day) => sum + day.total, 0);
}

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
async function dump(): Promise<string[]> {
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

const page = { openMeter, scan, total, dump };

declare global {
  var metering: typeof page;
  var meter: Meter;
  var heard: string[];
}

globalThis.metering = page;
