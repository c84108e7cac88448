/**
 * One started worker of Node, with what an engine needs of it. Must not be called where Node is not.
 */
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

/** @param script path, file: URL or data: URL of a module */
export function startNodeWorker(script: string | URL) {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(script);
  const failed = new Promise<never>((_, reject) => {
    worker.on("error", reject);
    worker.on("messageerror", reject);
    worker.on("exit", (code) => reject(new Error(`it ended with exit code ${code}`)));
  });
  failed.catch(() => {});
  return {
    endpoint: nodeEndpoint(worker),
    failed,
    setBusy: (isBusy: boolean) => (isBusy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}
