/**
 * Where the worker's script lies: beside this file, in the words that bundlers look for. The `./inline` entry is built
 * with another module in this place, which carries the script as text.
 */
import { foreignWorker, isForeign } from "./script-origin.js";
import { browserLink, nodeLink, type WorkerLink } from "./worker-link.js";

/** Starts the worker of the package. @throws whatever the platform throws */
export function startBundledWorker(): WorkerLink | Promise<WorkerLink> {
  const here = import.meta.url;
  if (typeof Worker === "undefined") return nodeLink(beside(here));
  if (isForeign(here)) return browserLink(foreignWorker(beside(here)));
  return browserLink(new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
}

/** Not written where it is used, so that bundlers do not take it for a second asset. */
const beside = (base: string): URL => new URL("./worker.js", base);
