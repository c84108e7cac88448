/**
 * Fetches the image a URL names. The only request of the library that is not its own files', and only made when the
 * caller hands over a URL.
 */
import { abortable, abortedBy } from "../abort.js";
import { ScanError } from "../errors.js";

/** @throws ScanError `network`, `aborted` */
export async function fetchImage(url: string, signal: AbortSignal | undefined): Promise<Blob> {
  try {
    const response = await abortable(fetch(url, signal ? { signal } : undefined), signal);
    if (!response.ok) {
      response.body?.cancel().catch(() => {});
      throw new ScanError("network", `${shown(url)} could not be fetched: the server answered ${response.status}.`);
    }
    return await abortable(response.blob(), signal);
  } catch (cause) {
    if (cause instanceof ScanError) throw cause;
    if (signal?.aborted) throw abortedBy(signal);
    throw new ScanError(
      "network",
      `${shown(url)} could not be fetched: check the address and the connection, and that the server allows this ` +
        "page to read it (CORS).",
      { cause },
    );
  }
}

/** Enough of the address to know it again, without query and credentials, which may be secret. */
function shown(url: string): string {
  const bare = url.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
  return bare.length > 120 ? `${bare.slice(0, 120)}…` : bare;
}
