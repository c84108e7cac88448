/**
 * Entrance of the rules, published as `tallymark/rules`: what client and server must agree on, pure, with the clock
 * passed in. The words are defined in README.md.
 */
export * from "./counting.js";
export * from "./domains.js";
export * from "./forget-window.js";
export * from "./lease.js";
export * from "./license-types.js";
export * from "./period.js";
export * from "./protocol/index.js";
export * from "./reporting.js";
export * from "./seats.js";
export * from "./slot-bits.js";
export * from "./slots.js";
export * from "./standing.js";
export * from "./tally.js";
export * from "./usage.js";
export * from "./verdict.js";
