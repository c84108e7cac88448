/**
 * An engine whose results are counted: wraps any engine and passes outcomes through unchanged. It sees what is left after
 * the engine's filters (R58). It must not know cameras, storage or licences.
 */
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine, Sighting } from "../engine/engine.js";
import { type CountingState, count, forget, forgetDue, NOTHING_COUNTED, resultKey, type Scan } from "../rules/index.js";
import type { Barcode } from "../types.js";

/** Where counts go; a {@link Meter} is one. */
export interface ScanSink {
  record(scans: readonly Scan[]): void;
  touch(at: number): void;
}

export class MeteredEngine implements Engine {
  readonly #engine: Engine;
  readonly #sink: ScanSink;
  #state: CountingState = NOTHING_COUNTED;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** Takes over the engine and closes it with itself; the sink stays the caller's. */
  constructor(engine: Engine, sink: ScanSink) {
    this.#engine = engine;
    this.#sink = sink;
  }

  get kind(): Engine["kind"] {
    return this.#engine.kind;
  }

  async decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    const outcome = await this.#engine.decode(request, control);
    if (!this.#isClosed) this.#count(request.sighting, outcome.barcodes);
    return outcome;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#state = NOTHING_COUNTED;
    await this.#engine.close();
  }

  #count({ stream, at, forgetMs }: Sighting, barcodes: readonly Barcode[]): void {
    const symbols = barcodes.map((barcode) => ({ format: barcode.format, key: resultKey(barcode) }));
    const { state, scans } = count(this.#state, { stream, at, forgetMs, symbols });
    this.#state = state;
    this.#forgetLater(at);
    try {
      this.#sink.touch(at);
      this.#sink.record(scans);
    } catch (error) {
      // Somebody's own sink: decoding goes on whatever becomes of the count.
      console.error("tallymark: a scan could not be counted.", error);
    }
  }

  /** Purges results also where no frame follows (R6): frames carry the caller's clock, so only the span is taken from it. */
  #forgetLater(at: number): void {
    clearTimeout(this.#timer);
    const due = forgetDue(this.#state);
    if (due === undefined || !Number.isFinite(due)) return;
    this.#timer = setTimeout(
      () => {
        this.#state = forget(this.#state, due);
        this.#forgetLater(due);
      },
      Math.min(due - at, 0x7fffffff),
    );
    (this.#timer as { unref?: () => void }).unref?.();
  }
}
