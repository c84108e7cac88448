/**
 * How a test drives a browser, whatever its engine: profiles that share nothing, pages, scripts in a page. Must not know what
 * is on the pages.
 */

/** A fresh browser profile with one page. */
export interface Profile {
  goto(url: string): Promise<void>;
  /**
   * Runs the body of an async function in the page and gives what it returns.
   * @param body takes and gives texts only, so that no engine's own way of passing values matters
   */
  run(body: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface Driver {
  /** A profile that shares nothing with any other. */
  open(): Promise<Profile>;
  /** Ends the browser and everything that was started for it. */
  close(): Promise<void>;
}

/** The result of an expression in the page, by way of JSON. @throws Error with the page's own message */
export async function evaluate(profile: Profile, expression: string): Promise<unknown> {
  const json = await profile.run(`
    try {
      return JSON.stringify({ value: await (${expression}) });
    } catch (error) {
      return JSON.stringify({ error: [error?.code, error, error?.stack].join(" ") });
    }`);
  const { value, error } = JSON.parse(String(json)) as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(`${expression.slice(0, 200)} in the page: ${error}`);
  return value;
}
