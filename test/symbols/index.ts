/** Everything that writes symbols for tests. Encoders live here only; the library has none. */
export * from "./aztec-writer.js";
export * from "./bwip-writer.js";
export * from "./check-digit.js";
export * from "./composite-payloads.js";
export * from "./composite-writer.js";
export * from "./data-matrix-codewords.js";
export * from "./databar-writer.js";
export * from "./dot-code-writer.js";
export * from "./maxi-code-writer.js";
export * from "./modules.js";
export * as payloads from "./payloads.js";
export * from "./postal-writer.js";
export * from "./qr-segments.js";
export * from "./random.js";
export * from "./stacked-writer.js";
export * from "./zxing-writer.js";
