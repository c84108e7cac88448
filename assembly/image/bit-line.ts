/**
 * Runs along one line of a bit image, 64 bits at a time: a row of a plane's bits, or a column of its turned ones. Lines are
 * whole words, least significant bit first. Knows nothing of what the bits mean.
 */

/** How many bits from place `at` on are of a colour; −1 for more than `most`, or where the line's `length` ends first. */
export function runAhead(line: usize, length: i32, at: i32, colour: i32, most: i32): i32 {
  const same: u64 = colour != 0 ? 0xffffffffffffffff : 0;
  const end = min(length, at + most + 1);
  for (let place = at; place < end; place = (place | 63) + 1) {
    const others = (load<u64>(line + ((<usize>(place >> 6)) << 3)) ^ same) >> <u64>(place & 63);
    if (others == 0) continue;
    const first = place + <i32>ctz(others);
    return first < end ? first - at : -1;
  }
  return -1;
}

/** The same from place `at` back towards the line's beginning. */
export function runBack(line: usize, at: i32, colour: i32, most: i32): i32 {
  const same: u64 = colour != 0 ? 0xffffffffffffffff : 0;
  const end = max(-1, at - most - 1);
  for (let place = at; place > end; place = (place & ~63) - 1) {
    const others = (load<u64>(line + ((<usize>(place >> 6)) << 3)) ^ same) << (<u64>(63 - (place & 63)));
    if (others == 0) continue;
    const first = place - <i32>clz(others);
    return first > end ? at - first : -1;
  }
  return -1;
}
