/**
 * The 480 slots of three minutes that a UTC day has (R60–R62), and sets of them. Sets only grow and are merged by OR, so
 * a repeated or reordered report changes nothing. It must not know devices or licences.
 */
import { DAY_MS } from "./period.js";

/** Milliseconds of a slot: three minutes (R60). */
export const SLOT_MS = 180_000;
/** Slots of a UTC day (R61). */
export const SLOTS_PER_DAY = DAY_MS / SLOT_MS;

/** Slots of one day as sorted indices 0–479, each at most once. */
export type SlotSet = readonly number[];

/** Index of the slot that a time falls in; slots are half-open, 00:03:00.000 is the first of slot 1. */
export const slotIndex = (at: number): number => Math.floor((at - Math.floor(at / DAY_MS) * DAY_MS) / SLOT_MS);

/** First millisecond of a slot of the UTC day that begins at `start`. */
export const slotStart = (start: number, index: number): number => start + index * SLOT_MS;

/** End of the slot that a time falls in: when a concurrent device's seat is free again. */
export const slotEnd = (at: number): number => (Math.floor(at / SLOT_MS) + 1) * SLOT_MS;

/** True for the number of a slot of a day. */
export const isSlot = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < SLOTS_PER_DAY;

/** The union; the first set itself where the second adds nothing. */
export function mergeSlots(set: SlotSet, other: SlotSet): SlotSet {
  const added = newSlots(set, other);
  return added.length === 0 ? set : [...set, ...added].sort((a, b) => a - b);
}

/** What `other` has and `set` has not: the counters that a report raises. */
export function newSlots(set: SlotSet, other: SlotSet): SlotSet {
  // What a device that is scanning reports.
  if (other.length === 1) return set.includes(other[0] as number) ? [] : other;
  const known = new Set(set);
  return [...new Set(other)].filter((index) => !known.has(index)).sort((a, b) => a - b);
}
