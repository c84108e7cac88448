/**
 * Drives WebKitGTK's MiniBrowser over WebDriver, on a display without a screen. Must not know what is on the pages.
 *
 * A driver takes one session, and a session is one profile that leaves nothing behind; so each profile has a driver of its own.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as rest } from "node:timers/promises";
import { findWebKit } from "../../scripts/browsers.mjs";
import { endChild, startChild } from "./child.js";
import type { Driver, Profile } from "./driver.js";

export interface WebKitOptions {
  /** Two cameras of the browser's own, the second with torch and zoom; none where false. @default true */
  readonly hasCameras?: boolean;
}

/** Milliseconds within which display and driver are there. */
const START_MS = 15_000;
/** Milliseconds within which a page's call ends. */
const SCRIPT_MS = 60_000;

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

/** A program's first line on its standard output. */
async function firstLine(child: ChildProcess): Promise<string> {
  const said = child.stdout && once(child.stdout, "data", { signal: AbortSignal.timeout(START_MS) });
  return String((await said)?.[0]).trim();
}

class WebKitProfile implements Profile {
  #session = "";

  constructor(
    readonly url: string,
    readonly child: ChildProcess,
  ) {}

  async begin(capabilities: object): Promise<void> {
    const until = Date.now() + START_MS;
    for (;;) {
      const isReady = await fetch(`${this.url}/status`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) break;
      if (Date.now() > until) throw new Error("the driver of WebKit does not answer");
      await rest(30);
    }
    const answer = await this.#ask("POST", "", { capabilities: { alwaysMatch: capabilities } });
    this.#session = `/${(answer as { sessionId: string }).sessionId}`;
    await this.#ask("POST", "/timeouts", { script: SCRIPT_MS });
  }

  async goto(url: string): Promise<void> {
    await this.#ask("POST", "/url", { url });
    // The driver may answer while the last page is still there; a script that began on that one would never end.
    const script = "return document.readyState + ' ' + document.URL";
    const until = Date.now() + START_MS;
    while ((await this.#ask("POST", "/execute/sync", { script, args: [] })) !== `complete ${url}`) {
      if (Date.now() > until) throw new Error(`${url} was not loaded`);
      await rest(30);
    }
  }

  run(body: string): Promise<unknown> {
    const script = `const done = arguments[0]; (async () => {${body}})().then(done, (error) => done(String(error)));`;
    return this.#ask("POST", "/execute/async", { script, args: [] });
  }

  async close(): Promise<void> {
    try {
      // A driver that has ended has taken its session along.
      if (this.#session !== "" && this.child.exitCode === null && this.child.signalCode === null)
        await this.#ask("DELETE", "");
    } finally {
      await endChild(this.child);
    }
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/session${this.#session}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(SCRIPT_MS),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  }
}

export async function openWebKit({ hasCameras = true }: WebKitOptions = {}): Promise<Driver> {
  const found = findWebKit();
  if (found === undefined) throw new Error("there is no WebKit");
  const display = startChild(found.display, ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const profiles = new Set<WebKitProfile>();
  const number = await firstLine(display).catch(async (error) => {
    await endChild(display);
    throw error;
  });
  const capabilities = {
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": {
      binary: found.browser,
      args: [
        "--automation",
        "--enable-media-stream=true",
        ...(hasCameras ? ["--enable-mock-capture-devices=true"] : []),
      ],
    },
  };
  const open = async () => {
    const port = await freePort();
    const child = startChild(found.driver, [`--port=${port}`], {
      env: { ...process.env, DISPLAY: `:${number}` },
      stdio: "ignore",
    });
    const profile = new WebKitProfile(`http://127.0.0.1:${port}`, child);
    profiles.add(profile);
    await profile.begin(capabilities);
    return profile;
  };
  const close = async () => {
    await Promise.allSettled([...profiles].map((profile) => profile.close()));
    await endChild(display);
  };
  return { open, close };
}
