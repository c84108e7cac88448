/**
 * The built command `lts` with a data folder of its own: set up, served, killed, served again on the same port. It must not
 * know any single test.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export class LtsProcess {
  readonly #folder = mkdtempSync(join(tmpdir(), "lts-"));
  readonly #program = resolve(".cache", `lts-browser-${process.pid}`);
  #child: ChildProcess | undefined;
  #port = 0;

  static async build(): Promise<LtsProcess> {
    const lts = new LtsProcess();
    const { buildServer } = (await import("../../scripts/build-server.mjs")) as {
      buildServer: (options: { out: string }) => Promise<string>;
    };
    await buildServer({ out: lts.#program });
    await lts.run("init", "--login", "chief");
    return lts;
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      LTS_DATA: join(this.#folder, "data"),
      LTS_PORT: String(this.#port),
      LTS_OPERATIONS_PORT: "0",
      LTS_PASSWORD: "correct horse battery",
      LTS_PUBLIC_URL: `http://127.0.0.1:${this.#port || 8470}`,
    };
  }

  /** A command to its end; what it printed. */
  async run(...line: string[]): Promise<string> {
    const program = [join(this.#program, "lts.js"), ...line];
    const { stdout } = await run(process.execPath, program, { cwd: this.#folder, env: this.#env });
    return stdout.trim();
  }

  /** Serves, on the port of the last time where there was one; gives the port. */
  async serve(): Promise<number> {
    const child = spawn(process.execPath, [join(this.#program, "lts.js"), "serve"], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    this.#port = await new Promise<number>((resolve, reject) => {
      let said = "";
      child.stderr.on("data", (part) => {
        said += part;
        const [, port] = / on [\w.]+:(\d+);/.exec(said) ?? [];
        if (port !== undefined) resolve(Number(port));
      });
      child.once("exit", () => reject(new Error(said)));
    });
    return this.#port;
  }

  /** Ends it as a power cut would. */
  kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return Promise.resolve();
    return new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.#program, { recursive: true, force: true });
  }
}
