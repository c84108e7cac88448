/** Sets of slots as 60 bytes: bit n is bit n % 8, from the lowest, of byte n / 8. It must not know devices. */
import { SLOTS_PER_DAY, type SlotSet } from "../../../../src/rules/slots.js";

export const SLOT_BYTES = SLOTS_PER_DAY / 8;

export function bitsOf(slots: SlotSet): Uint8Array {
  const bits = new Uint8Array(SLOT_BYTES);
  for (const slot of slots) bits[slot >> 3] = (bits[slot >> 3] as number) | (1 << (slot & 7));
  return bits;
}

export function slotsOfBits(bits: Uint8Array): SlotSet {
  const slots: number[] = [];
  bits.forEach((byte, index) => {
    for (let bit = 0; byte >> bit !== 0; bit++) if ((byte >> bit) & 1) slots.push(index * 8 + bit);
  });
  return slots;
}
