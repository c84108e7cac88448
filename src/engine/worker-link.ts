/**
 * One started worker with what an engine needs of it: an endpoint, news of its death, an end; here that of a browser.
 * Knows nothing of what is said over it.
 */
import type { Endpoint } from "comlink";
import { loadPart } from "../part.js";

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

/** The worker of Node; what starts it is a part of its own, which pages never load. @param script path, file: or data: URL of a module */
export async function nodeLink(script: string | URL): Promise<WorkerLink> {
  return (await loadPart(import("./node-worker-link.js"))).startNodeWorker(script);
}
