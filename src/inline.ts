/**
 * The same library with the worker and both builds of the core inside, for bundlers and places that cannot serve files
 * beside a module. The build puts other modules in place of wasm/files.ts and engine/worker-file.ts.
 */
export * from "./index.js";
