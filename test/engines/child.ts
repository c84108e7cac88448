/** A program that a test runs beside itself and that ends with it, whatever becomes of the test. Knows no program. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

const running = new Set<ChildProcess>();
const endAll = (signal: NodeJS.Signals) => {
  for (const child of running) child.kill(signal);
};
process.on("exit", () => endAll("SIGKILL"));

/** Milliseconds that a program may take to end after it was asked to. */
const PATIENCE_MS = 3000;

export function startChild(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, options);
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Asks it to end, and insists. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  await ended;
  clearTimeout(insist);
}
