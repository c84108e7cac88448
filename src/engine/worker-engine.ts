/**
 * The engine in a worker. Keeps one worker running, whatever happens to it: what hangs is ended, what dies is started
 * again. Knows nothing of how a worker is found.
 */
import { onAbort } from "../abort.js";
import { ScanError } from "../errors.js";
import { afterAwake } from "./deadline.js";
import type { DecodeControl, DecodeOutcome, DecodeRequest, Engine } from "./engine.js";
import { FrameCounter } from "./frame-counter.js";
import { JobQueue } from "./job-queue.js";
import { jobOf, outcomeOf } from "./outcome.js";
import { packJob } from "./packed-job.js";
import type { CoreJob, CoreReport } from "./protocol.js";
import type { WorkerStart } from "./worker-chain.js";
import { WorkerSession } from "./worker-session.js";

export interface WorkerSettings {
  readonly start: WorkerStart;
  readonly module: Promise<WebAssembly.Module>;
  /** A decode that takes longer is given up and its worker ended. */
  readonly timeoutMs: number;
  /** A worker that is not ready after this time is given up. */
  readonly startTimeoutMs: number;
}

/**
 * How long a worker may go on with a job that nobody waits for any more. Ending it costs the next job a new start
 * (some 50 ms), so it pays to wait about as long as a frame usually takes.
 */
const GRACE_MS = 250;

export class WorkerEngine implements Engine {
  readonly kind = "worker";
  readonly #settings: WorkerSettings;
  readonly #frames = new FrameCounter();
  readonly #queue = new JobQueue((request, signal) => this.#run(request, signal));
  #session: Promise<WorkerSession> | undefined;
  #isClosed = false;

  private constructor(settings: WorkerSettings) {
    this.#settings = settings;
  }

  /** @throws ScanError `worker_failed` where no worker can be started this way; `wasm_mismatch` */
  static async open(settings: WorkerSettings): Promise<WorkerEngine> {
    const engine = new WorkerEngine(settings);
    await engine.#connect();
    return engine;
  }

  decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome> {
    return this.#queue.push(request, control);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#queue.close();
    const session = this.#session;
    this.#session = undefined;
    await session?.then(
      (opened) => opened.terminate(),
      () => {},
    );
  }

  async #run(request: DecodeRequest, signal: AbortSignal): Promise<DecodeOutcome> {
    const job = jobOf(request, this.#frames.next(request.sighting));
    // Pixels that were not moved are still here when a worker dies over them, so another one may try.
    const tries = request.source.kind === "pixels" && !request.source.transferable ? 2 : 1;
    for (let attempt = 1; ; attempt++) {
      const session = await this.#connect();
      if (signal.aborted) throw new ScanError("aborted");
      try {
        return await outcomeOf(await this.#ask(session, job, signal), request);
      } catch (error) {
        const isLost = error instanceof ScanError && error.code === "worker_failed";
        if (!isLost || attempt >= tries || signal.aborted) throw error;
      }
    }
  }

  /** The running worker, or a new one in place of one that ended. Never two at a time. */
  #connect(): Promise<WorkerSession> {
    this.#session = this.#replace(this.#session);
    return this.#session;
  }

  async #replace(previous: Promise<WorkerSession> | undefined): Promise<WorkerSession> {
    const known = await previous?.catch(() => undefined);
    if (this.#isClosed) throw new ScanError("closed");
    if (known?.isAlive) return known;
    const { start, module, startTimeoutMs } = this.#settings;
    return WorkerSession.open(start, module, startTimeoutMs);
  }

  /** Resolves with the worker's answer, or ends the worker once it is too late for one. */
  #ask(session: WorkerSession, job: CoreJob, signal: AbortSignal): Promise<CoreReport> {
    const { timeoutMs } = this.#settings;
    return new Promise((resolve, reject) => {
      const giveUp = (error: ScanError) => {
        reject(error);
        session.terminate();
        // The next frame shall not wait for the start of its worker; where it fails, the next job says so.
        if (!this.#isClosed) this.#connect().catch(() => {});
      };
      const tooLate = () => new ScanError("decode_timeout", `Decoding took longer than ${timeoutMs} ms (timeoutMs).`);
      let callOff = afterAwake(timeoutMs, () => giveUp(tooLate()));
      const unlisten = onAbort(signal, () => {
        callOff();
        callOff = afterAwake(GRACE_MS, () => giveUp(new ScanError("aborted")));
      });
      const packed = packJob(job);
      session
        .read(packed.job, packed.moved)
        .then((report) => resolve(packed.unshift(report)), reject)
        .finally(() => {
          callOff();
          unlisten();
        });
    });
  }
}
