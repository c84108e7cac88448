/**
 * The licence server of `npm start`, and what the demo's pages are told about it: `/demo/license.json`. It must not know how
 * the server is built.
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Starts the built server; where it cannot start, the demo works without a licence.
 * @param {string} data folder of its database
 * @returns {Promise<import("../server/src/cli/demo.js").DemoServer | undefined>}
 */
export async function startLicenseServer(data) {
  try {
    const { startDemo } = await import(pathToFileURL(join(root, "server/dist/demo.js")).href);
    return await startDemo(data);
  } catch (error) {
    console.error(`The licence server does not start, and the demo runs without one: ${error?.message ?? error}`);
    return undefined;
  }
}

/** The licence is bound to this machine; pages of others would only be refused. */
const isHere = (host = "") => /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host);

/**
 * Serves `/demo/license.json`: key, server and licence item; 404 where no server runs.
 * @param {import("../server/src/cli/demo.js").DemoServer | undefined} demo
 * @returns {import("vite").Plugin}
 */
export const demoLicense = (demo) => ({
  name: "demo-license",
  enforce: "pre",
  configureServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      if (request.url?.split("?")[0] !== "/demo/license.json") return next();
      if (demo === undefined || !isHere(request.headers.host)) return response.writeHead(404).end();
      const { license, url, item } = demo;
      const headers = { "content-type": "application/json", "cache-control": "no-store" };
      return response.writeHead(200, headers).end(JSON.stringify({ license, server: url, item }));
    });
  },
});
