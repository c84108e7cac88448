/**
 * An engine that asks the licence first: wraps any engine and changes nothing of what it finds. It must not know cameras,
 * storage or how a licence is had.
 */
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine } from "../engine/engine.js";
import { releaseSource } from "../engine/frame-source.js";

/** What the gate asks; a {@link License} is one. */
export interface Gate {
  /** @throws ScanError where the device may not scan now */
  check(): void;
}

export class LicensedEngine implements Engine {
  readonly #engine: Engine;
  readonly #gate: Gate;

  /** Takes over the engine and closes it with itself; the gate stays the caller's. */
  constructor(engine: Engine, gate: Gate) {
    this.#engine = engine;
    this.#gate = gate;
  }

  get kind(): Engine["kind"] {
    return this.#engine.kind;
  }

  async decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    try {
      this.#gate.check();
    } catch (error) {
      // An engine closes the frames that it is given, whatever happens.
      releaseSource(request.source);
      throw error;
    }
    return this.#engine.decode(request, control);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}
