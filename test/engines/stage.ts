/** Where flows play: a browser of one engine, the site it loads pages from, and what is to be cleared away. Knows no flow. */
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";
import { type BrowserName, browserAdvice } from "../../scripts/browsers.mjs";
import { type Site, type SiteOptions, serve } from "../browser/engine/package-server.js";
import { renderScene, type SceneSpec } from "../scenes/scene.js";
import { type Driver, evaluate, type Profile } from "./driver.js";
import { type LicenseLab, openLicenseLab } from "./license-lab.js";
import type { Bench } from "./page/bench.js";
import type { Picture } from "./page/camera.js";

type Method = keyof Bench & string;

/** One page of a profile of its own. */
export class Page {
  constructor(readonly profile: Profile) {}

  goto(url: string): Promise<void> {
    return this.profile.goto(url);
  }

  async call<M extends Method>(method: M, ...args: Parameters<Bench[M]>): Promise<Awaited<ReturnType<Bench[M]>>> {
    const [name, given] = [JSON.stringify(method), JSON.stringify(args)];
    return (await this.evaluate(`bench[${name}](...${given})`)) as Awaited<ReturnType<Bench[M]>>;
  }

  evaluate(expression: string): Promise<unknown> {
    return evaluate(this.profile, expression);
  }

  close(): Promise<void> {
    return this.profile.close();
  }
}

/** Busy machines get their time. */
export const PATIENCE = { timeout: 20_000, interval: 50 };

/** A picture of symbols, as pages take it. */
export function picture(scene: SceneSpec): Picture {
  const { width, height, data } = renderScene(scene);
  return { width, height, grey: Buffer.from(data).toString("base64") };
}

/** What pages may do that follow the library's documentation, beside talking to a licence server of this machine. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self' http://127.0.0.1:* blob:",
  "img-src 'self' blob:",
].join("; ");
const BENCH = '<!doctype html><meta charset=utf-8><title>bench</title><script type="module" src="/bench.js"></script>';

const serveBench = (options: SiteOptions = {}): Promise<Site> =>
  serve(inject("pages"), { policy: POLICY, ...options, bodies: { "/bench.html": BENCH, ...options.bodies } });

export class Stage {
  readonly #ends: (() => Promise<unknown>)[] = [];
  #driver: Driver | undefined;
  #site: Site | undefined;

  async rise(start: () => Promise<Driver>): Promise<void> {
    this.#site = await serveBench();
    this.#driver = await start();
  }

  async fall(): Promise<void> {
    await this.clear();
    await this.#driver?.close();
    await this.#site?.close();
  }

  /** Ends what a test has begun, the latest first. */
  async clear(): Promise<void> {
    const faults: unknown[] = [];
    for (const end of this.#ends.splice(0).reverse()) await end().catch((error) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  }

  atEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  /** Where pages come from that need no site of their own. */
  get origin(): string {
    if (!this.#site) throw new Error("the stage has not risen");
    return this.#site.origin;
  }

  /** A site of one test. */
  async site(options?: SiteOptions): Promise<Site> {
    const site = await serveBench(options);
    this.atEnd(() => site.close());
    return site;
  }

  /** A fresh profile, whose page has the bench on it. */
  async page(origin = this.origin): Promise<Page> {
    const page = await this.blank();
    await this.enter(page, origin);
    return page;
  }

  async blank(): Promise<Page> {
    if (!this.#driver) throw new Error("the stage has not risen");
    const page = new Page(await this.#driver.open());
    this.atEnd(() => page.close());
    return page;
  }

  /** Loads the bench, anew where it is there already. */
  async enter(page: Page, origin = this.origin): Promise<void> {
    await page.goto(`${origin}/bench.html`);
    // WebKit says that a page is loaded before its modules have run.
    await expect.poll(() => page.evaluate("typeof bench"), PATIENCE).toBe("object");
  }

  async licenseLab(order?: Parameters<typeof openLicenseLab>[0]): Promise<LicenseLab> {
    const lab = await openLicenseLab(order);
    this.atEnd(() => lab.end());
    return lab;
  }
}

/** Tests in one engine; where it is missing they are skipped, and that is said aloud. */
export function inEngine(name: BrowserName, start: () => Promise<Driver>, define: (stage: Stage) => void): void {
  const missing = browserAdvice(name);
  if (missing !== undefined) console.warn(`SKIP ${name}: ${missing}`);
  describe.skipIf(missing !== undefined)(name, () => {
    const stage = new Stage();
    beforeAll(() => stage.rise(start));
    afterEach(() => stage.clear());
    afterAll(() => stage.fall());
    define(stage);
  });
}
