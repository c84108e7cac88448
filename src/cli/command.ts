/**
 * The `tallymark` command: from arguments to an exit status. It reads images with engines of its own and counts
 * nothing.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { addAbortSignal } from "node:stream";
import { abortedBy } from "../abort.js";
import { createEngine } from "../engine/create-engine.js";
import type { Engine } from "../engine/engine.js";
import { readImage } from "../engine/read-image.js";
import { ScanError } from "../errors.js";
import type { DecodedImage } from "../frame.js";
import { encodePng } from "../image/decoded-image.js";
import type { Settings } from "./arguments.js";
import { findImages, type Input } from "./inputs.js";
import { inLanes } from "./pool.js";
import type { Printer } from "./printer.js";
import { Progress } from "./progress.js";
import { escape, type Report, toJson, toLines, toRaw } from "./report.js";

/** As grep: 0 found, 1 nothing found, 2 error. */
export const FOUND = 0;
export const NOTHING_FOUND = 1;
export const FAILED = 2;

/** Faults that every further image would meet as well. */
const FATAL: ReadonlySet<string> = new Set([
  "missing_decoder",
  "wasm_unavailable",
  "wasm_load_failed",
  "wasm_mismatch",
]);

/** An image with its place in the list. */
type Job = Input & { readonly number: number };

export async function readAll(settings: Settings, printer: Printer): Promise<number> {
  const jobs: Job[] = [];
  for await (const input of findImages(settings.inputs, settings.isRecursive))
    jobs.push({ ...input, number: jobs.length + 1 });
  const progress = new Progress(process.stderr, settings.withProgress ? jobs.length : 0);
  if (settings.saveDecoded !== undefined) await mkdir(settings.saveDecoded, { recursive: true });
  const lanes = Math.max(1, Math.min(jobs.length, settings.jobs ?? availableParallelism()));
  const pool = new EnginePool(lanes, settings.timeoutMs);
  const stop = new AbortController();
  const tally = new Tally();
  printer.closed.addEventListener("abort", () => stop.abort());
  try {
    const reports = inLanes(jobs, lanes, (job, lane) => read(job, pool, lane, settings, stop.signal));
    for await (const report of reports) {
      if (stop.signal.aborted) break;
      progress.clear();
      await print(report, settings, printer);
      progress.advance();
      tally.add(report);
      if (settings.output === "none" && tally.hasFound) return FOUND;
      if (report.error && FATAL.has(report.error.code)) break;
    }
  } finally {
    stop.abort();
    progress.clear();
    await pool.close();
  }
  return tally.status;
}

/** What was found and what failed so far. */
class Tally {
  hasFound = false;
  #hasFailed = false;

  add({ result, error }: Report): void {
    this.hasFound ||= (result?.barcodes.length ?? 0) > 0;
    this.#hasFailed ||= error !== undefined;
  }

  get status(): number {
    if (this.#hasFailed) return FAILED;
    return this.hasFound ? FOUND : NOTHING_FOUND;
  }
}

/** One engine for each lane, started when it is first needed; a single lane needs no worker. */
class EnginePool {
  readonly #engines: (Promise<Engine> | undefined)[];
  readonly #timeoutMs: number;

  constructor(lanes: number, timeoutMs: number) {
    this.#engines = new Array(lanes).fill(undefined);
    this.#timeoutMs = timeoutMs;
  }

  engine(lane: number): Promise<Engine> {
    this.#engines[lane] ??= createEngine({
      worker: this.#engines.length > 1,
      timeoutMs: this.#timeoutMs,
      onWarning: (message) => process.stderr.write(`${message}\n`),
    });
    return this.#engines[lane];
  }

  async close(): Promise<void> {
    const settled = await Promise.allSettled(this.#engines);
    await Promise.all(settled.map((each) => (each.status === "fulfilled" ? each.value?.close() : undefined)));
  }
}

async function read(
  input: Job,
  pool: EnginePool,
  lane: number,
  settings: Settings,
  stop: AbortSignal,
): Promise<Report> {
  const { name } = input;
  if (input.kind === "failed") return { name, error: input.error };
  if (stop.aborted) return { name, error: abortedBy(stop) };
  try {
    const source = input.kind === "stdin" ? await standardInput(stop) : input.location;
    const signal = AbortSignal.any([stop, AbortSignal.timeout(settings.timeoutMs)]);
    const engine = await pool.engine(lane);
    const result = await readImage(engine, source, settings.options, {
      signal,
      transfer: true,
      keepDecodedImage: settings.saveDecoded !== undefined,
      at: Date.now(),
    });
    const { decodedImage, ...found } = result;
    if (settings.saveDecoded !== undefined) await save(decodedImage, input, settings.saveDecoded);
    return { name, result: found };
  } catch (error) {
    return { name, error: explained(error, settings) };
  }
}

function explained(error: unknown, { timeoutMs }: Settings): ScanError {
  if (!(error instanceof ScanError)) return new ScanError("decode_failed", String(error), { cause: error });
  const isTimeOut = error.code === "aborted" && (error.cause as Error | undefined)?.name === "TimeoutError";
  return isTimeOut
    ? new ScanError("decode_timeout", `Not read within ${timeoutMs / 1000} s; see --timeout.`, { cause: error })
    : error;
}

async function standardInput(stop: AbortSignal): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of addAbortSignal(stop, process.stdin)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function save(decoded: DecodedImage | undefined, { name, number }: Job, folder: string): Promise<void> {
  if (!decoded) return;
  const stem =
    name === "-"
      ? "stdin"
      : basename(name)
          .replace(/[^\w.-]+/g, "_")
          .slice(-80);
  try {
    await writeFile(join(folder, `${String(number).padStart(4, "0")}-${stem}.png`), await encodePng(decoded));
  } catch (cause) {
    const message = `The decoded image could not be saved: ${(cause as Error).message}`;
    throw new ScanError("file_unreadable", message, { cause });
  }
}

async function print(report: Report, settings: Settings, printer: Printer): Promise<void> {
  const { output, withFileName, withMessages } = settings;
  if (output === "json") await printer.out(toJson(report));
  else if (output === "raw") await printer.out(toRaw(report));
  else if (output === "lines") await printer.out(toLines(report, withFileName, printer.isTerminal));
  if (report.error && withMessages)
    printer.complain(`${escape(report.name, true)}: ${escape(report.error.message, true)}`);
}
