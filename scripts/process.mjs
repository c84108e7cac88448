/**
 * Runs a command to its end with a time limit, as a group that is ended as a whole. Knows nothing of what it runs.
 */
import { spawn } from "node:child_process";

/**
 * @param {string[]} command
 * @param {{ cwd: string, seconds: number, env?: Record<string, string> }} options
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>}
 */
export function run([program, ...args], { cwd, seconds, env = {} }) {
  return new Promise((resolve) => {
    const ownGroup = process.platform !== "win32";
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: ownGroup,
      shell: process.platform === "win32",
    });
    const chunks = [];
    let timedOut = false;
    const end = (signal) => {
      try {
        if (ownGroup) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It has ended already.
      }
    };
    const stop = () => {
      end("SIGTERM");
      setTimeout(() => end("SIGKILL"), 3000).unref();
    };
    const limit = setTimeout(() => {
      timedOut = true;
      stop();
    }, seconds * 1000);
    const interrupted = () => {
      stop();
      process.exitCode = 130;
    };
    process.once("SIGINT", interrupted);
    process.once("SIGTERM", interrupted);
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => chunks.push(Buffer.from(`${error.message}\n`)));
    child.on("close", (code) => {
      clearTimeout(limit);
      process.off("SIGINT", interrupted);
      process.off("SIGTERM", interrupted);
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString(), timedOut });
    });
  });
}
