/** Entrance of the protocol between library and licence server: names, licence keys, messages, refusals. Pure. */
export * from "./base64url.js";
export type { Checked } from "./check.js";
export * from "./envelopes.js";
export * from "./key-set.js";
export * from "./license-key.js";
export * from "./messages.js";
/** Checks of the names, by what they name. */
export * from "./names.js";
export * from "./refusals.js";
export * from "./requests.js";
export * from "./usage-report.js";
export * from "./verdict-refusals.js";
