import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine, Sighting } from "../../../src/engine/engine.js";
import type { BarcodeFormat } from "../../../src/formats.js";
import { openMeter } from "../../../src/metering/meter.js";
import { MeteredEngine, type ScanSink } from "../../../src/metering/metered-engine.js";
import { MemoryStore } from "../../../src/metering/store.js";
import { LATE_MS } from "../../../src/rules/forget-window.js";
import type { Scan } from "../../../src/rules/index.js";
import type { Barcode } from "../../../src/types.js";

const NOON = Date.UTC(2026, 4, 1, 12);

function barcode(format: BarcodeFormat, rawValue: string, bytes = new TextEncoder().encode(rawValue)): Barcode {
  const point = { x: 0, y: 0 };
  return {
    format,
    rawValue,
    bytes,
    boundingBox: { x: 0, y: 0, width: 1, height: 1, top: 0, right: 1, bottom: 1, left: 0 },
    cornerPoints: [point, point, point, point],
    symbologyIdentifier: "]E0",
    segments: [],
    confidence: 90,
    orientation: 0,
    isMirrored: false,
    isInverted: false,
    details: {},
  };
}

/** An engine that finds what it is told to, however it is asked. */
class ScriptedEngine implements Engine {
  readonly kind = "direct";
  finds: readonly Barcode[] | Error = [];
  isClosed = false;
  asked: [DecodeRequest, DecodeControl | undefined][] = [];
  given: DecodeOutcome | undefined;

  async decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    this.asked.push([request, control]);
    if (this.finds instanceof Error) throw this.finds;
    this.given = { barcodes: this.finds, width: 4, height: 2, elapsedMs: 1 };
    return this.given;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

class ListingSink implements ScanSink {
  scans: Scan[] = [];
  touches: number[] = [];
  record(scans: readonly Scan[]): void {
    this.scans.push(...scans);
  }
  touch(at: number): void {
    this.touches.push(at);
  }
}

const request = (sighting: Partial<Sighting> = {}): DecodeRequest => ({
  source: { kind: "pixels", data: new Uint8Array(8), width: 4, height: 2, stride: 4, layout: "grey" },
  options: {},
  sighting: { at: NOON, forgetMs: 3000, ...sighting },
});

let inner: ScriptedEngine;
let sink: ListingSink;
let engine: MeteredEngine;

beforeEach(() => {
  inner = new ScriptedEngine();
  sink = new ListingSink();
  engine = new MeteredEngine(inner, sink);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Decodes what shows `finds` and gives the formats counted by that. */
async function counted(finds: readonly Barcode[], sighting?: Partial<Sighting>): Promise<string[]> {
  inner.finds = finds;
  const before = sink.scans.length;
  await engine.decode(request(sighting));
  return sink.scans.slice(before).map((scan) => scan.format);
}

describe("a metered engine", () => {
  const A = barcode("ean_13", "4006381333931");
  const B = barcode("ean_13", "5901234123457");
  const video = (at: number, stream = "camera") => ({ at: NOON + at, stream });

  test("hands on request, control and outcome unchanged", async () => {
    inner.finds = [A];
    const asked = request();
    const control = { signal: new AbortController().signal };
    expect(await engine.decode(asked, control)).toBe(inner.given);
    expect(inner.asked).toEqual([[asked, control]]);
    expect(inner.asked[0]?.[0]).toBe(asked);
    expect(engine.kind).toBe("direct");
  });

  test("R49–R53 a still counts its unique values, each time it is read", async () => {
    expect(await counted([A, A, B])).toEqual(["ean_13", "ean_13"]);
    expect(await counted([A])).toEqual(["ean_13"]);
    expect(await counted([barcode("ean_13", "12"), barcode("code_128", "12")])).toEqual(["ean_13", "code_128"]);
    expect(await counted([])).toEqual([]);
  });

  test("R52–R57 video counts once until the forget time is over", async () => {
    expect(await counted([A], video(0))).toEqual(["ean_13"]);
    expect(await counted([A], video(3000))).toEqual([]);
    expect(await counted([A, B], video(5000))).toEqual(["ean_13"]);
    expect(await counted([A, B], video(8001))).toEqual(["ean_13", "ean_13"]);
  });

  test("R54 the forget time of each request holds", async () => {
    expect(await counted([A], video(0))).toHaveLength(1);
    expect(await counted([A], { ...video(500), forgetMs: 400 })).toHaveLength(1);
  });

  test("streams and stills are independent", async () => {
    expect(await counted([A], video(0, "left"))).toHaveLength(1);
    expect(await counted([A], video(1, "right"))).toHaveLength(1);
    expect(await counted([A])).toHaveLength(1);
    expect(await counted([A], video(2, "left"))).toHaveLength(0);
  });

  test("binary values that read as the same text are two", async () => {
    const finds = [
      barcode("qr_code", "\ufffd", Uint8Array.of(0x81)),
      barcode("qr_code", "\ufffd", Uint8Array.of(0x82)),
    ];
    expect(await counted(finds)).toHaveLength(2);
  });

  test("R9 neither text nor bytes reach the meter", async () => {
    await counted([barcode("qr_code", "canary")]);
    expect(sink.scans).toEqual([{ format: "qr_code", at: NOON }]);
    expect(sink.touches).toEqual([NOON]);
  });

  test("a read that fails counts nothing, and fails as it did", async () => {
    inner.finds = new Error("trap");
    await expect(engine.decode(request())).rejects.toBe(inner.finds);
    expect([sink.scans, sink.touches]).toEqual([[], []]);
  });

  test("a meter that fails never breaks decoding", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    sink.record = () => {
      throw new Error("meter");
    };
    inner.finds = [A];
    expect((await engine.decode(request())).barcodes).toEqual([A]);
  });

  test("R6 results are purged after the forget time also where no frame follows", async () => {
    vi.useFakeTimers();
    await counted([A], video(0));
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(3001 + LATE_MS);
    expect(vi.getTimerCount()).toBe(0);
    // The same instant again by the caller's clock: counted, so nothing of it was left.
    expect(await counted([A], video(0))).toHaveLength(1);
  });

  test("R55 R56 a frame that is looked at late finds what is a duplicate by its own time, whatever timers did", async () => {
    vi.useFakeTimers();
    await counted([A, B], video(0));
    await counted([B], video(2900));
    // Late by more than the rest of the forget time of A, and of what the clock on the wall would call B's.
    await vi.advanceTimersByTimeAsync(3500);
    expect(await counted([A, B], video(3000))).toEqual([]);
  });

  test("close ends the engine and its timer; what comes back later is not counted", async () => {
    vi.useFakeTimers();
    await counted([A], video(0));
    inner.finds = [B];
    const late = engine.decode(request());
    await engine.close();
    await late;
    expect(inner.isClosed).toBe(true);
    expect(sink.scans).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("with a meter behind it, usage says what was scanned", async () => {
    const meter = await openMeter({ store: new MemoryStore(), now: () => NOON });
    const metered = new MeteredEngine(inner, meter);
    inner.finds = [A, B, barcode("qr_code", "x")];
    await metered.decode(request());
    await metered.decode(request(video(10)));
    await metered.decode(request(video(20)));
    expect(await meter.usage()).toEqual([{ day: "2026-05-01", total: 6, formats: { ean_13: 4, qr_code: 2 } }]);
    await metered.close();
    await meter.close();
  });
});
