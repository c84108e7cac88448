/**
 * One started worker, of a browser or of Node, with what an engine needs of it: an endpoint, news of its death, an end.
 * Knows nothing of what is said over it.
 */
import type { Endpoint } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

export interface WorkerLink {
  readonly endpoint: Endpoint;
  /** Rejects when the worker fails to load or dies by itself; never resolves. */
  readonly failed: Promise<never>;
  /** In Node a worker keeps the process alive only while it has work. */
  setBusy(isBusy: boolean): void;
  terminate(): void;
}

export function browserLink(worker: Worker): WorkerLink {
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      // Loading errors come without a message; the status or policy stands in the browser's console only.
      reject(new Error(event.message || "its script could not be loaded"));
    });
    worker.addEventListener("messageerror", () => reject(new Error("a message could not be read")));
  });
  failed.catch(() => {});
  return { endpoint: worker, failed, setBusy: () => {}, terminate: () => worker.terminate() };
}

/** @param script path, file: URL or data: URL of a module */
export function nodeLink(script: string | URL): WorkerLink {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(script);
  const failed = new Promise<never>((_, reject) => {
    worker.on("error", reject);
    worker.on("messageerror", reject);
    worker.on("exit", (code) => reject(new Error(`it ended with exit code ${code}`)));
  });
  failed.catch(() => {});
  return {
    endpoint: nodeEndpoint(worker),
    failed,
    setBusy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}
