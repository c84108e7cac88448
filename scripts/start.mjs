/**
 * `npm start`: installs what is missing, builds, serves the demo and prints its address.
 *
 *     npm start -- --port 8080 --host
 *
 * --port N   another port (5173 where left out, the next free one where that is taken)
 * --host     also for other machines of the network; their browsers need https for the camera
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureInstalled } from "./install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

function step(name, script) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["run", "--silent", script], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (run.status !== 0) throw new Error(`${name} failed; its message stands above`);
}

async function serve(port, host) {
  const { createServer } = await import("vite");
  const server = await createServer({
    root,
    configFile: fileURLToPath(new URL("../vite.config.ts", import.meta.url)),
    logLevel: "warn",
    server: { port: port ?? 5173, strictPort: port !== undefined, host: host ? true : "localhost" },
  });
  await server.listen();
  const stop = () => server.close().finally(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return [...(server.resolvedUrls?.local ?? []), ...(server.resolvedUrls?.network ?? [])];
}

try {
  const { values } = parseArgs({ options: { port: { type: "string" }, host: { type: "boolean", default: false } } });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`--port takes a number from 1 to 65535, not ${values.port}`);
  }
  if (ensureInstalled()) console.log("Installed packages.");
  step("The build", "build");
  step("The build for the inspector", "build:probe");
  for (const url of await serve(port, values.host)) {
    console.log(`Scanner    ${url}demo/`);
    console.log(`Inspector  ${url}demo/inspect.html`);
  }
  console.log("Ctrl+C ends it.");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
