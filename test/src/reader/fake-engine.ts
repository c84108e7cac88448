/** An engine without a core: remembers what it was asked and answers what a test tells it to. */
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine, Pixels } from "../../../src/engine/engine.js";
import type { Barcode } from "../../../src/types.js";

export class FakeEngine implements Engine {
  readonly kind = "direct";
  readonly requests: DecodeRequest[] = [];
  closed = 0;
  answer: (request: DecodeRequest, control?: DecodeControl) => Promise<Partial<DecodeOutcome>> = async () => ({});

  async decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    this.requests.push(request);
    const { source, keepImage } = request;
    const image = {
      data: new Uint8ClampedArray(source.width * source.height),
      width: source.width,
      height: source.height,
    };
    return {
      barcodes: [],
      width: source.width,
      height: source.height,
      elapsedMs: 1,
      ...(keepImage && { image }),
      ...(await this.answer(request, control)),
    };
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  /** The pixels of the last request. */
  get pixels(): Pixels {
    const source = this.requests.at(-1)?.source;
    if (source?.kind !== "pixels") throw new Error("no pixels were handed to the engine");
    return source;
  }
}

export function barcode(rawValue: string, format: Barcode["format"] = "qr_code"): Barcode {
  const bytes = new TextEncoder().encode(rawValue);
  return {
    format,
    rawValue,
    bytes,
    boundingBox: { x: 40, y: 20, width: 80, height: 60, top: 20, right: 120, bottom: 80, left: 40 },
    cornerPoints: [
      { x: 40, y: 20 },
      { x: 120, y: 20 },
      { x: 120, y: 80 },
      { x: 40, y: 80 },
    ],
    symbologyIdentifier: "]Q1",
    segments: [{ eci: undefined, bytes, text: rawValue }],
    confidence: 100,
    orientation: 0,
    isMirrored: false,
    isInverted: false,
    details: { moduleSize: 4 },
  };
}
