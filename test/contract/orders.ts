/**
 * The first pixels that the puppet core (puppet-core.ts) obeys; every other value it reads as a symbol.
 */
export const TRAPS = 13;
export const HANGS = 14;
export const TAKES_ITS_TIME = 15;
export const RUNS_OUT_OF_MEMORY = 16;
/** Its result block contradicts itself. */
export const TALKS_NONSENSE = 17;
