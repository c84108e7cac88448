/**
 * Browser tests: Chromium with a fake camera, pages served by vite from the sources. Specs are test/browser/*.spec.ts.
 * A spec that needs a clip in front of the camera says `test.use({ launchOptions: cameraFrom(path) })`.
 */
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./test/browser/chromium.js";
import { TEST_PORT } from "./test/browser/server.js";

export default defineConfig({
  testDir: "test/browser",
  testMatch: "**/*.spec.ts",
  outputDir: ".cache/playwright",
  // The inspector runs the test build of the core.
  globalSetup: "./test/assembly/build-probe.ts",
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"]],
  use: {
    baseURL: `http://localhost:${TEST_PORT}`,
    headless: true,
    screenshot: "off",
    trace: "off",
    video: "off",
    launchOptions: launchOptions(),
  },
  projects: [{ name: "chromium", use: { browserName: "chromium" } }],
  webServer: {
    command: `npx vite --host localhost --port ${TEST_PORT} --strictPort --clearScreen false --logLevel warn`,
    url: `http://localhost:${TEST_PORT}/test/browser/blank.html`,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
