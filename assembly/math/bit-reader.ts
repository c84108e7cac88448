/** A cursor over bytes, most significant bit first. Reading past the end gives zeros and is remembered. */
@unmanaged
export class BitReader {
  data: usize;
  /** Bits in all. */
  length: i32;
  position: i32;
  /** True once more bits were asked for than there are. */
  isPastEnd: bool;
}

export function openBits(reader: BitReader, data: usize, bytes: i32): void {
  reader.data = data;
  reader.length = bytes << 3;
  reader.position = 0;
  reader.isPastEnd = false;
}

/** Bits that are left. */
export function bitsLeft(reader: BitReader): i32 {
  return reader.length - reader.position;
}

/** The next `count` bits, 0–24 of them. */
export function readBits(reader: BitReader, count: i32): i32 {
  let value: i32 = 0;
  for (let i = 0; i < count; i++) {
    let bit: i32 = 0;
    if (reader.position < reader.length) {
      const byte = <i32>load<u8>(reader.data + <usize>(reader.position >> 3));
      bit = (byte >> (7 - (reader.position & 7))) & 1;
      reader.position++;
    } else {
      reader.isPastEnd = true;
    }
    value = (value << 1) | bit;
  }
  return value;
}
