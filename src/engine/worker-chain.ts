/**
 * The ways to start a worker, in the order in which they are tried: the script that the caller names, then the one of
 * the package; each by way of a blob where it comes from another origin.
 */
import { foreignWorker, isForeign } from "./script-origin.js";
import { startBundledWorker } from "./worker-file.js";
import { browserLink, nodeLink, type WorkerLink } from "./worker-link.js";

export interface WorkerStart {
  /** For warnings. */
  readonly name: string;
  /** @throws whatever the platform throws */
  start(): WorkerLink | Promise<WorkerLink>;
}

export function workerStarts(workerUrl: string | URL | undefined): readonly WorkerStart[] {
  const bundled: WorkerStart = { name: "the worker of the package", start: startBundledWorker };
  if (workerUrl === undefined) return [bundled];
  return [{ name: `workerUrl (${workerUrl})`, start: () => startGivenWorker(workerUrl) }, bundled];
}

function startGivenWorker(workerUrl: string | URL): WorkerLink | Promise<WorkerLink> {
  if (typeof Worker === "undefined") return nodeLink(URL.canParse(workerUrl) ? new URL(workerUrl) : workerUrl);
  const url = new URL(workerUrl, typeof document === "undefined" ? location.href : document.baseURI);
  return browserLink(isForeign(url) ? foreignWorker(url) : new Worker(url, { type: "module" }));
}
