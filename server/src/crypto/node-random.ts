/** The random port by Node's generator. */
import { randomBytes, randomInt } from "node:crypto";
import type { Clock, Random } from "../ports.js";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
/** Milliseconds in base 36 keep nine digits until the year 5188. */
const TIME_DIGITS = 9;
/** 36^13 is more than 2^67: two ids of one millisecond never meet. */
const RANDOM_DIGITS = 13;

export const nodeRandom = (clock: Clock): Random => ({
  id() {
    const time = clock.now().toString(36).padStart(TIME_DIGITS, "0");
    return time + Array.from({ length: RANDOM_DIGITS }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  },
  secret: () => randomBytes(32).toString("base64url"),
});
