/** What the metering specs drive in the page: the library's own modules, and what the browser stores. */
import type { Engine } from "../../src/engine/engine.js";
import { type Meter, openMeter } from "../../src/metering/meter.js";
import { MeteredEngine } from "../../src/metering/metered-engine.js";
import type { Barcode } from "../../src/types.js";
import { storedTexts } from "./stored-texts.js";

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

const page = { openMeter, scan, total, dump: storedTexts };

declare global {
  var metering: typeof page;
  var meter: Meter;
  var heard: string[];
}

globalThis.metering = page;
