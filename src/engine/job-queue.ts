/**
 * The order in which an engine takes its jobs: one at a time; stills wait their turn; of a video stream only the newest
 * waiting frame is kept. Owns the life of a request (abort, close, letting go of the frame); knows nothing of decoding.
 */
import { ScanError } from "../errors.js";
import type { DecodeControl, DecodeOutcome, DecodeRequest } from "./engine.js";
import { checkSource, releaseSource } from "./frame-source.js";

/** Does one job. Must settle: the next one waits for it. The signal is aborted when nobody waits for the outcome. */
export type RunJob = (request: DecodeRequest, signal: AbortSignal) => Promise<DecodeOutcome>;

interface Job {
  readonly request: DecodeRequest;
  readonly abandon: AbortController;
  /** Settles the caller's promise; only the first call counts. */
  resolve(outcome: DecodeOutcome): void;
  reject(error: unknown): void;
}

export class JobQueue {
  readonly #run: RunJob;
  readonly #waiting: Job[] = [];
  #current: Job | undefined;
  #isClosed = false;

  constructor(run: RunJob) {
    this.#run = run;
  }

  /** @throws ScanError `closed`, `aborted`, `empty_image`, `invalid_buffer` and what the job throws */
  push(request: DecodeRequest, { signal }: DecodeControl = {}): Promise<DecodeOutcome> {
    return new Promise((resolve, reject) => {
      const abandon = new AbortController();
      const onAbort = () => this.#drop(job, new ScanError("aborted", undefined, { cause: signal?.reason }));
      const settle =
        <Value>(how: (value: Value) => void) =>
        (value: Value) => {
          signal?.removeEventListener("abort", onAbort);
          how(value);
        };
      const job: Job = { request, abandon, resolve: settle(resolve), reject: settle(reject) };
      try {
        if (this.#isClosed) throw new ScanError("closed");
        if (signal?.aborted) throw new ScanError("aborted", undefined, { cause: signal.reason });
        checkSource(request.source);
      } catch (error) {
        releaseSource(request.source);
        job.reject(error);
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#enqueue(job);
    });
  }

  /** Refuses everything that waits, runs or comes later with `closed`. */
  close(): void {
    this.#isClosed = true;
    for (const job of [...this.#waiting, ...(this.#current ? [this.#current] : [])])
      this.#drop(job, new ScanError("closed"));
  }

  #enqueue(job: Job): void {
    const { stream } = job.request.sighting;
    const older = stream === undefined ? -1 : this.#waiting.findIndex((other) => isOf(other, stream));
    if (older < 0) this.#waiting.push(job);
    else {
      // The newer frame takes the older one's place, so that no stream starves another.
      const [replaced] = this.#waiting.splice(older, 1, job);
      releaseSource((replaced as Job).request.source);
      (replaced as Job).reject(new ScanError("aborted", "A newer frame of the same stream took this one's place."));
    }
    // Not at once: who aborts or closes in the same turn shall not wait for a decode on this thread.
    queueMicrotask(() => this.#next());
  }

  /** Takes a job away from its caller; one that runs is told, and keeps its place until it has ended. */
  #drop(job: Job, error: ScanError): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      releaseSource(job.request.source);
    }
    job.reject(error);
    job.abandon.abort(error);
  }

  async #next(): Promise<void> {
    if (this.#current) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#current = job;
    try {
      job.resolve(await this.#run(job.request, job.abandon.signal));
    } catch (error) {
      job.reject(error);
    } finally {
      releaseSource(job.request.source);
      this.#current = undefined;
      this.#next();
    }
  }
}

const isOf = (job: Job, stream: string): boolean => job.request.sighting.stream === stream;
