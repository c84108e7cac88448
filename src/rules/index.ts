/** Entrance of the rules, published as `tallymark/rules`: what client and server must agree on, pure, with the clock passed in. */
export * from "./forget-window.js";
