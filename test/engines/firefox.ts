/** Drives Firefox over WebDriver BiDi, which needs no program beside it. Must not know what is on the pages. */
import { type BrowserContext, launch, type Page } from "puppeteer-core";
import { findFirefox } from "../../scripts/browsers.mjs";
import type { Driver, Profile } from "./driver.js";

/** Answers of Firefox to a page that wants the camera: the values of its preference `permissions.default.camera`. */
export const CAMERA = { ask: 0, allow: 1, deny: 2 } as const;

export interface FirefoxOptions {
  /** @default "allow" */
  readonly camera?: keyof typeof CAMERA;
}

class FirefoxProfile implements Profile {
  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  run(body: string): Promise<unknown> {
    return this.page.evaluate(`(async () => {${body}})()`);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** A Firefox with its own fake camera, a moving field of colour. */
export async function openFirefox({ camera = "allow" }: FirefoxOptions = {}): Promise<Driver> {
  const executablePath = findFirefox();
  if (executablePath === undefined) throw new Error("there is no Firefox");
  const browser = await launch({
    browser: "firefox",
    executablePath,
    headless: true,
    extraPrefsFirefox: { "media.navigator.streams.fake": true, "permissions.default.camera": CAMERA[camera] },
  });
  return {
    async open() {
      const context = await browser.createBrowserContext();
      return new FirefoxProfile(context, await context.newPage());
    },
    close: () => browser.close(),
  };
}
