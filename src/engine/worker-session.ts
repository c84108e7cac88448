/**
 * The life of one worker with an open core: started, asked, ended. When it ends, whatever was asked is refused; a
 * Comlink proxy alone would leave it unanswered for ever.
 */
import { type Remote, transfer, wrap } from "comlink";
import { ScanError } from "../errors.js";
import { within } from "./deadline.js";
import { carryScanErrors } from "./error-transfer.js";
import type { CoreJob, CoreReport, WorkerApi } from "./protocol.js";
import type { WorkerStart } from "./worker-chain.js";
import type { WorkerLink } from "./worker-link.js";

export class WorkerSession {
  readonly #link: WorkerLink;
  /** One proxy for the worker's whole life: Comlink drops the answers to a proxy that was collected. */
  readonly #api: Remote<WorkerApi>;
  /** Refusals of what is asked now. A promise for all times would keep a little of every question: raced, it leaks. */
  readonly #refusals = new Set<(error: ScanError) => void>();
  /** Why it has ended; what is asked afterwards hears the same. */
  #ended: ScanError | undefined;

  private constructor(link: WorkerLink) {
    carryScanErrors();
    this.#link = link;
    this.#api = wrap<WorkerApi>(link.endpoint);
    link.failed.catch((cause) => this.#end(lost(cause)));
  }

  /**
   * @param module may still be compiling: the worker's script loads in the meantime
   * @throws ScanError `worker_failed`, and what the core says of the module
   */
  static async open(
    { start }: WorkerStart,
    module: Promise<WebAssembly.Module>,
    startTimeoutMs: number,
  ): Promise<WorkerSession> {
    let link: WorkerLink;
    try {
      link = await start();
    } catch (cause) {
      throw lost(cause);
    }
    const session = new WorkerSession(link);
    try {
      const ready = session.#ask((api, compiled: WebAssembly.Module) => api.open(compiled), await module);
      await within(startTimeoutMs, ready, () => lost(`it was not ready after ${startTimeoutMs} ms`));
      link.setBusy(false);
      return session;
    } catch (error) {
      session.terminate();
      throw error;
    }
  }

  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /** Reads one image; `moved` changes hands. @throws ScanError `worker_failed` when the worker ends before it answers */
  async read(job: CoreJob, moved: Transferable[]): Promise<CoreReport> {
    this.#link.setBusy(true);
    try {
      return await this.#ask((api, sent: CoreJob) => api.read(sent), transfer(job, moved));
    } catch (error) {
      if (error instanceof ScanError) throw error;
      if (error instanceof Error && error.name === "DataCloneError")
        throw new ScanError("invalid_image", "The image cannot be handed to the worker: it is closed or detached.", {
          cause: error,
        });
      throw new ScanError("decode_failed", undefined, { cause: error });
    } finally {
      if (this.isAlive) this.#link.setBusy(false);
    }
  }

  /** Ends the worker at once; safe to call twice. */
  terminate(): void {
    this.#end(new ScanError("worker_failed", "The worker was ended."));
  }

  #end(error: ScanError): void {
    this.#ended ??= error;
    for (const refuse of this.#refusals) refuse(error);
    this.#refusals.clear();
    this.#link.terminate();
  }

  #ask<Sent, Value>(call: (api: Remote<WorkerApi>, sent: Sent) => Promise<Value>, sent: Sent): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      const answer = call(this.#api, sent);
      this.#refusals.add(reject);
      answer.then(resolve, reject).finally(() => this.#refusals.delete(reject));
    });
  }
}

function lost(cause: unknown): ScanError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ScanError("worker_failed", `The worker failed: ${why}.`, { cause });
}
