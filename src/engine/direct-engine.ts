/**
 * The engine on the caller's own thread. Knows the core; must not start a worker.
 */
import { ScanError } from "../errors.js";
import { Core } from "./core.js";
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine } from "./engine.js";
import { FrameCounter } from "./frame-counter.js";
import { JobQueue } from "./job-queue.js";
import { jobOf, outcomeOf } from "./outcome.js";

/** What to say where this engine stands in for one in a worker. */
export const withoutWorker = (faults: readonly string[]): string =>
  `tallymark: no worker could be started, so decoding runs on this thread and may make the page stutter. ` +
  `Serve worker.js of the package and name it in \`workerUrl\`, or import "tallymark/inline". (${faults.join(" ")})`;

export class DirectEngine implements Engine {
  readonly kind = "direct";
  #core: Core | undefined;
  readonly #frames = new FrameCounter();
  readonly #queue: JobQueue;

  private constructor(core: Core) {
    this.#core = core;
    this.#queue = new JobQueue((request) => this.#run(request));
  }

  /** @throws ScanError `wasm_mismatch` */
  static async open(module: WebAssembly.Module): Promise<DirectEngine> {
    return new DirectEngine(await Core.open(module));
  }

  decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    return this.#queue.push(request, control);
  }

  async close(): Promise<void> {
    this.#queue.close();
    this.#core = undefined;
  }

  async #run(request: DecodeRequest): Promise<DecodeOutcome> {
    if (!this.#core) throw new ScanError("closed");
    return outcomeOf(await this.#core.read(jobOf(request, this.#frames.next(request.sighting))), request);
  }
}
