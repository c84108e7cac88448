/**
 * How a test drives a browser, whatever its engine: profiles that share nothing, pages, calls into a page. Must not know
 * what is on the pages.
 */

/** A fresh browser profile with one page. */
export interface Profile {
  goto(url: string): Promise<void>;
  /**
   * Calls a method of the page's global `bench` and gives what it comes to. Arguments and result are JSON.
   * @throws Error with the page's own message
   */
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface Driver {
  readonly version: string;
  open(): Promise<Profile>;
  /** Ends the browser and everything that was started for it. */
  close(): Promise<void>;
}

/**
 * The script of a call: JSON in, JSON out, errors as text, so that no engine's own way of passing values matters.
 * @returns the body of an async function
 */
export const callScript = (method: string, args: readonly unknown[]): string => `
  try {
    // WebKit says that a page is loaded before its modules have run.
    for (let i = 0; i < 1000 && !globalThis.bench; i++) await new Promise((done) => setTimeout(done, 10));
    const value = await globalThis.bench[${JSON.stringify(method)}](...${JSON.stringify(args)});
    return JSON.stringify({ value });
  } catch (error) {
    return JSON.stringify({ error: String(error?.code ?? "") + " " + String(error?.stack ?? error) + " " + String(error) });
  }`;

/** What {@link callScript} gave. @throws Error what the page threw */
export function callResult(method: string, json: unknown): unknown {
  const { value, error } = JSON.parse(String(json)) as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(`${method} in the page: ${error}`);
  return value;
}
