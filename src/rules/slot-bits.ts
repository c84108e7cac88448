/**
 * A day's slots as 480 bits, for stores and envelopes: slot i is bit i mod 8 of byte ⌊i / 8⌋, the lowest bit first. It must
 * not know what a slot means.
 */
import { isSlot, SLOTS_PER_DAY, type SlotSet } from "./slots.js";

/** Bytes that the slots of one day take. */
export const SLOT_BYTES = SLOTS_PER_DAY / 8;

/** The bits of a set; what is no slot is left out. */
export function packSlots(set: SlotSet): Uint8Array {
  const bytes = new Uint8Array(SLOT_BYTES);
  for (const index of set) {
    if (isSlot(index)) bytes[index >> 3] = (bytes[index >> 3] as number) | (1 << (index & 7));
  }
  return bytes;
}

/** The set that bits stand for, in ascending order; bytes beyond the day's are ignored. */
export function unpackSlots(bytes: Uint8Array): SlotSet {
  const set: number[] = [];
  for (let at = 0; at < Math.min(bytes.length, SLOT_BYTES); at++) {
    for (let left = bytes[at] as number, index = at * 8; left !== 0; left >>= 1, index++) if (left & 1) set.push(index);
  }
  return set;
}
