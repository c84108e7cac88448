/**
 * Workers from scripts of another origin and from source text. Knows nothing of what the scripts do.
 */

/**
 * True for a script of another origin, which a browser refuses to start as a worker. Asked beforehand: Firefox does
 * not throw but fires an error event later.
 */
export function isForeign(url: string | URL | undefined): boolean {
  const { location } = globalThis as Partial<typeof globalThis>;
  return !!url && !!location && /^https?:/.test(String(url)) && new URL(url).origin !== location.origin;
}

/** Blob URLs by source: they live as long as the page, since revoking one while a worker loads it is a race. */
const blobUrls = new Map<string, string>();

/** A module worker from source text. */
export function blobWorker(source: string): Worker {
  const url = blobUrls.get(source) ?? URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  blobUrls.set(source, url);
  return new Worker(url, { type: "module" });
}

/** A module worker from a script of another origin, which has to allow that by CORS. */
export const foreignWorker = (url: URL): Worker => blobWorker(`import ${JSON.stringify(url.href)}`);
