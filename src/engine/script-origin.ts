/**
 * Workers from scripts of another origin and from source text. Knows nothing of what the scripts do.
 */

/**
 * True for a script of another origin, which a browser refuses to start as a worker. Asked beforehand: Firefox does
 * not throw but fires an error event later.
 */
export function isForeign(url: string | URL | undefined): boolean {
  if (!url || typeof location === "undefined" || !/^https?:/.test(String(url))) return false;
  return new URL(url).origin !== location.origin;
}

/** A module worker from source text. The URL lives on: revoking it while the worker loads is a race. */
export function blobWorker(source: string): Worker {
  return new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
}

/** A module worker from a script of another origin, which has to allow that by CORS. */
export const foreignWorker = (url: URL): Worker => blobWorker(`import ${JSON.stringify(url.href)}`);
