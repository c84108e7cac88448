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

/**
 * As runAhead(), but the line's end ends a run too: 0 for more than `most` bits, and where `at` is not a place of the line.
 * Padding bits must be 0.
 */
export function bitsAhead(line: usize, length: i32, at: i32, colour: i32, most: i32): i32 {
  if (<u32>at >= <u32>length) return 0;
  const same: u64 = colour != 0 ? 0xffffffffffffffff : 0;
  const end = min(length, at + most + 1);
  let place = at;
  do {
    const others = (load<u64>(line + ((<usize>(place >> 6)) << 3)) ^ same) >> <u64>(place & 63);
    if (others != 0) {
      place += <i32>ctz(others);
      break;
    }
    place = (place | 63) + 1;
  } while (place < end);
  const count = min(place, length) - at;
  return count > most ? 0 : count;
}

/** As runBack(), but the line's beginning ends a run too: 0 for more than `most` bits, and where `at` is before the line. */
export function bitsBack(line: usize, at: i32, colour: i32, most: i32): i32 {
  if (at < 0) return 0;
  const same: u64 = colour != 0 ? 0xffffffffffffffff : 0;
  const end = at - most - 1;
  let place = at;
  do {
    const others = (load<u64>(line + ((<usize>(place >> 6)) << 3)) ^ same) << (<u64>(63 - (place & 63)));
    if (others != 0) {
      place -= <i32>clz(others);
      break;
    }
    place = (place & ~63) - 1;
  } while (place >= 0 && place > end);
  const count = at - max(place, -1);
  return count > most ? 0 : count;
}
