/** Keeps account of what a page asks for or sends by any means that its scripts have. Stops nothing. */

/** URLs and bodies. */
export const requested: string[] = [];

async function note(url: string | URL, body: unknown): Promise<void> {
  requested.push(new URL(url, location.href).href);
  if (body !== undefined && body !== null) requested.push(await new Response(body as BodyInit).text());
}

export function recordRequests(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    await note(input instanceof Request ? input.url : input, init?.body);
    return fetch(input, init);
  };
  const beacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, data) => {
    void note(url, data);
    return beacon(url, data);
  };
  // What the browser fetches by itself: workers, modules, images.
  new PerformanceObserver((list) => requested.push(...list.getEntries().map(({ name }) => name))).observe({
    type: "resource",
  });
}
