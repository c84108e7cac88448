/** Status codes of decoders: integers, never traps. Zero is success; everything else says why not. */

export const OK = 0;
/** No symbol here. */
export const NOT_FOUND = 1;
/** A symbol, but its structure is not that of the standard. */
export const BAD_FORMAT = 2;
/** More errors than the check words or check digits bear. */
export const BAD_CHECKSUM = 3;
/** A feature of the standard that this library does not read. */
export const UNSUPPORTED = 4;
/** The frame's budget is spent. */
export const OUT_OF_BUDGET = 5;
