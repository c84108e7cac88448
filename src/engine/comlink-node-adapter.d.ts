/** Comlink ships this module without types that NodeNext resolution finds. */
declare module "comlink/dist/esm/node-adapter.mjs" {
  import type { Endpoint } from "comlink";

  /** Anything with the message interface of node:worker_threads. */
  interface NodeEndpoint {
    postMessage(message: any, transfer?: any): void;
    on(type: string, listener: (...values: any[]) => void): unknown;
    off(type: string, listener: (...values: any[]) => void): unknown;
  }

  export default function nodeEndpoint(endpoint: NodeEndpoint): Endpoint;
}
