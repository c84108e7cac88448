/**
 * The worker: a core behind Comlink, in a browser's module worker or in node:worker_threads. Built into one file that
 * imports nothing. It takes its module from the page and knows no URL.
 */
import { expose, transfer } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { Core } from "./core.js";
import { carryScanErrors } from "./error-transfer.js";
import type { CoreJob, CoreReport, WorkerApi } from "./protocol.js";

let core: Core | undefined;

const api: WorkerApi = {
  async open(module: WebAssembly.Module): Promise<void> {
    core = await Core.open(module);
  },
  async read(job: CoreJob): Promise<CoreReport> {
    if (!core) throw new Error("read() before open()");
    const report = await core.read(job);
    return transfer(
      report,
      report.parts.flatMap(({ block, image }) => (image ? [block, image.data.buffer] : [block])),
    );
  },
};

carryScanErrors();
const port =
  typeof process === "object" && typeof process.getBuiltinModule === "function"
    ? process.getBuiltinModule("node:worker_threads").parentPort
    : null;
if (port) expose(api, nodeEndpoint(port));
else expose(api);
