/**
 * `npm start`: installs what is missing, builds, runs the licence server, serves the demo and prints where all that is.
 *
 *     npm start -- --port 8080 --host
 *
 * --port N     another port (5173 where left out, the next free one where that is taken)
 * --host       also for other machines of the network; their browsers need https for the camera, and no licence is theirs
 * --data DIR   where the licence server keeps its data (.tallymark where left out)
 * --no-build   serves what is built already
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
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

async function serve(port, host, data) {
  const [{ createServer }, { demoLicense, startLicenseServer }] = await Promise.all([
    import("vite"),
    import("./demo-license.mjs"),
  ]);
  const demo = await startLicenseServer(data);
  const server = await createServer({
    root,
    configFile: fileURLToPath(new URL("../vite.config.ts", import.meta.url)),
    logLevel: "warn",
    plugins: [demoLicense(demo)],
    server: { port: port ?? 5173, strictPort: port !== undefined, host: host ? true : "localhost" },
  }).catch(async (error) => {
    await demo?.stop();
    throw error;
  });
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    Promise.allSettled([server.close(), demo?.stop()]).then(() => process.exit());
  };
  // Vite would end the process while the licence server still writes.
  process.removeAllListeners("SIGTERM");
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    await server.listen();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    stop();
    return;
  }
  for (const url of [...(server.resolvedUrls?.local ?? []), ...(server.resolvedUrls?.network ?? [])]) {
    console.log(`Scanner    ${url}demo/`);
    console.log(`Inspector  ${url}demo/inspect.html`);
  }
  if (demo !== undefined) tellLicense(demo);
  console.log("Ctrl+C ends it.");
}

function tellLicense({ url, license, organisation, login, password }) {
  const body = JSON.stringify({ login, password });
  console.log(`Licences   ${url}  organisation ${organisation}; admin API under /api/v1 (docs/server-api.md)`);
  console.log(`Key        ${license}`);
  console.log(`Sign in    curl -sS ${url}/api/v1/session -H 'content-type: application/json' -d '${body}'`);
}

try {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      host: { type: "boolean", default: false },
      data: { type: "string" },
      "no-build": { type: "boolean", default: false },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`--port takes a number from 1 to 65535, not ${values.port}`);
  }
  if (ensureInstalled()) console.log("Installed packages.");
  if (!values["no-build"]) {
    step("The build", "build");
    step("The build for the inspector", "build:probe");
  }
  await serve(port, values.host, resolve(values.data ?? fileURLToPath(new URL("../.tallymark", import.meta.url))));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
