/**
 * Where the two builds of the core lie: beside this file, in the words that bundlers look for. The `./inline` entry is
 * built with another module in this place, which carries the bytes themselves.
 */

/** A build that can be fetched or read, or its bytes. */
export type CoreFile = URL | Uint8Array<ArrayBuffer>;

/** The build with SIMD instructions. */
export const simdFile = (): CoreFile => new URL("./core.simd.wasm", import.meta.url);

/** Its scalar twin, for engines without SIMD. */
export const scalarFile = (): CoreFile => new URL("./core.wasm", import.meta.url);
