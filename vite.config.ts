/** Serves the demo and the pages of browser tests from the sources, and runs the tests for Node. Builds nothing. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  appType: "mpa",
  server: {
    // Cameras need a secure page; localhost is one.
    host: "localhost",
    // Everything that is served lies in this project.
    fs: { allow: ["."] },
    watch: { ignored: ["**/.cache/**", "**/dist/**", "**/test-results/**"] },
  },
  optimizeDeps: {
    // Named, so that no page is reloaded in the middle of a test by a late discovery.
    entries: ["demo/*.html"],
    include: ["comlink", "idb", "jose", "@zxing/library"],
  },
  plugins: [
    {
      name: "front-door",
      configureServer(server) {
        server.middlewares.use((request, response, next) => {
          // Without a licence server beside it the demo has no licence; scripts/demo-license.mjs answers before where one runs.
          if (request.url === "/demo/license.json") {
            response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end("{}");
            return;
          }
          // The worker lies beside the demo, and what it loads shall be kept too.
          if (request.url === "/demo/service-worker.js") response.setHeader("service-worker-allowed", "/");
          if (request.url !== "/") return next();
          response.writeHead(302, { location: "/demo/" }).end();
        });
      },
    },
  ],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**", "test/engines/**", "node_modules/**"],
    globalSetup: ["test/assembly/build-probe.ts"],
    testTimeout: 60_000,
  },
});
