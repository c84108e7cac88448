/** Keeps the page, the worker and the core for visits without a network (R37). Must not know what the page does. */

/** The name in service-worker.js. */
const CACHE = "tallymark-demo";

/**
 * Registers the service worker. What was loaded before it was there is kept by name; what a worker has loaded the page
 * does not know, so `loadAgain` starts one more under the service worker's eyes.
 */
export async function keepForOffline(loadAgain: () => Promise<void>): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  // From the sources the page is some hundred files, more than a browser remembers by itself.
  performance.setResourceTimingBufferSize(2000);
  const isFirst = !workers.controller;
  const isControlled = new Promise((resolve) => workers.addEventListener("controllerchange", resolve, { once: true }));
  // The page works without it, with a network.
  const registered = await workers.register("service-worker.js", { scope: "/" }).catch(() => undefined);
  if (!registered || !isFirst) return;
  await isControlled;
  await loadAgain();
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = [location.href, ...loaded].filter((url) => new URL(url).origin === location.origin);
  const cache = await caches.open(CACHE);
  await Promise.all([...new Set(own)].map((url) => cache.add(url).catch(() => undefined)));
}
