/**
 * Row address patterns of MicroPDF417 and GS1 Composite (ISO/IEC 24728 clause 5.2.3, tables 2 and 3): three bars and three
 * spaces, 10 modules, 52 patterns for a symbol's sides and 52 for between its columns. From row to row of a symbol follows
 * the next pattern, cyclically, which differs in one edge. Knows no symbol.
 */

/** Patterns of each of the two cycles. */
export const ADDRESSES: i32 = 52;
export const NO_ADDRESS: i32 = -1;

/** 10 bits, first module highest, 1 = dark; read from symbols that bwip-js writes. */
// biome-ignore format: a table
const SIDES: StaticArray<u16> = [
  0x322, 0x3a2, 0x3b2, 0x332, 0x372, 0x37a, 0x33a, 0x3ba, 0x39a, 0x3da, 0x3ca, 0x38a, 0x30a, 0x31a, 0x312, 0x392,
  0x3d2, 0x3d6, 0x3d4, 0x394, 0x3b4, 0x3a4, 0x3a6, 0x3ae, 0x3ac, 0x3a8, 0x328, 0x32c, 0x32e, 0x326, 0x336, 0x3b6,
  0x396, 0x316, 0x314, 0x334, 0x374, 0x364, 0x366, 0x36e, 0x36c, 0x368, 0x348, 0x358, 0x35c, 0x35e, 0x34e, 0x34c,
  0x344, 0x346, 0x342, 0x362,
];
// biome-ignore format: a table
const CENTRES: StaticArray<u16> = [
  0x2ce, 0x24e, 0x26e, 0x22e, 0x226, 0x236, 0x216, 0x212, 0x21a, 0x23a, 0x232, 0x222, 0x262, 0x272, 0x27a, 0x2fa,
  0x2f2, 0x2f6, 0x276, 0x274, 0x264, 0x266, 0x246, 0x242, 0x2c2, 0x2e2, 0x2e6, 0x2e4, 0x2ec, 0x26c, 0x22c, 0x228,
  0x268, 0x2e8, 0x2c8, 0x2cc, 0x2c4, 0x2c6, 0x286, 0x28e, 0x28c, 0x29c, 0x298, 0x2b8, 0x2b0, 0x290, 0x2d0, 0x250,
  0x258, 0x25c, 0x2dc, 0x2de,
];

/** u8 by the 8 inner bits of a pattern (the first is dark, the last light): 1 + its place in its cycle; sides, then centres. */
const places = memory.data(512);
let isBuilt = false;

/** Builds the table once; it outlives frames. */
export function openAddresses(): void {
  if (isBuilt) return;
  isBuilt = true;
  for (let i = 0; i < ADDRESSES; i++) {
    store<u8>(places + <usize>((<u32>unchecked(SIDES[i]) >> 1) & 0xff), <u8>(i + 1));
    store<u8>(places + 256 + <usize>((<u32>unchecked(CENTRES[i]) >> 1) & 0xff), <u8>(i + 1));
  }
}

/** Place of a pattern in its cycle, 0–51 (the standard counts from 1), or NO_ADDRESS. */
export function rowAddressOf(pattern: u32, isCentre: bool): i32 {
  if ((pattern & 0xfffffe01) != 0x200) return NO_ADDRESS;
  return <i32>load<u8>(places + (isCentre ? 256 : 0) + <usize>((pattern >> 1) & 0xff)) - 1;
}
