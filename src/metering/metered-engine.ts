/**
 * An engine whose results are counted: wraps any engine and passes outcomes through unchanged. It sees what is left after
 * the engine's filters (R58). It must not know cameras, storage or licences.
 */
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine, Sighting } from "../engine/engine.js";
import { releaseSource } from "../engine/frame-source.js";
import { later, type Timer } from "../later.js";
import { type CountingState, count, forget, forgetDue, NOTHING_COUNTED, type Scan } from "../rules/counting.js";
import { LATE_MS, resultKey } from "../rules/forget-window.js";
import type { Barcode } from "../types.js";

/** Where counts go; a {@link Meter} is one. */
export interface ScanSink {
  record(scans: readonly Scan[]): void;
  touch(at: number): void;
}

/** Whether and how much may still be counted, where something limits it; a licence is one. */
export interface Allowance {
  /** @throws what an image is refused with before it is looked at */
  check(): void;
  /** Scans that may still be counted; Infinity where nothing limits them. */
  readonly scansLeft: number;
  /** What an image is refused with that would need more. */
  quotaError(): Error;
}

const NO_LIMIT: Allowance = { check() {}, scansLeft: Number.POSITIVE_INFINITY, quotaError: Error };

export class MeteredEngine implements Engine {
  readonly #engine: Engine;
  readonly #sink: ScanSink;
  readonly #allowance: Allowance;
  #state: CountingState = NOTHING_COUNTED;
  #timer: Timer | undefined;
  #isClosed = false;

  /** Takes over the engine and closes it with itself; the sink stays the caller's. */
  constructor(engine: Engine, sink: ScanSink, allowance: Allowance = NO_LIMIT) {
    this.#engine = engine;
    this.#sink = sink;
    this.#allowance = allowance;
  }

  get kind(): Engine["kind"] {
    return this.#engine.kind;
  }

  async decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    try {
      this.#allowance.check();
    } catch (error) {
      // An engine closes the frames that it is given, whatever happens.
      releaseSource(request.source);
      throw error;
    }
    const outcome = await this.#engine.decode(request, control);
    if (this.#isClosed) return outcome;
    const barcodes = this.#count(request.sighting, outcome.barcodes);
    return barcodes === outcome.barcodes ? outcome : { ...outcome, barcodes };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#state = NOTHING_COUNTED;
    await this.#engine.close();
  }

  /** Counts, and gives back what was within the allowance: of a frame as much as there is room for, a still as a whole. */
  #count({ stream, at, forgetMs }: Sighting, barcodes: readonly Barcode[]): readonly Barcode[] {
    const symbols = barcodes.map((barcode) => ({ format: barcode.format, key: resultKey(barcode) }));
    const room = this.#allowance.scansLeft;
    const { state, scans, refused } = count(this.#state, { stream, at, forgetMs, symbols }, room);
    const admitted = refused ? barcodes.filter((barcode) => !refused.has(resultKey(barcode))) : barcodes;
    if (refused && (stream === undefined || admitted.length === 0)) throw this.#allowance.quotaError();
    this.#state = state;
    this.#forgetLater(at);
    try {
      this.#sink.touch(at);
      this.#sink.record(scans);
    } catch (error) {
      // Somebody's own sink: decoding goes on whatever becomes of the count.
      console.error("tallymark: a scan could not be counted.", error);
    }
    return admitted;
  }

  /** Purges results also where no frame follows (R6): frames carry the caller's clock, so only the span is taken from it. */
  #forgetLater(at: number): void {
    clearTimeout(this.#timer);
    const due = forgetDue(this.#state);
    if (due === undefined || !Number.isFinite(due)) return;
    this.#timer = later(Math.min(due - at + LATE_MS, 0x7fffffff), () => {
      this.#state = forget(this.#state, due);
      this.#forgetLater(due);
    });
  }
}
