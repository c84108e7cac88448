/**
 * Layout of the two blocks that cross the boundary: options in, results out. Numbers only; imported by both sides.
 *
 *   options block (fixed address OPTIONS_ADDRESS)      result block (address returned by decode())
 *   +--------+--------+-----+                          +---------+----------+----------+---------+
 *   | word 0 | word 1 | ... |                          | header  | record 0 | record 1 | payload |
 *   +--------+--------+-----+                          +---------+----------+----------+---------+
 *
 * Every field is one little-endian 32-bit word; f32 where the comment says so; offsets count bytes from the start
 * of the result block.
 */

/** Raised whenever a number in this file or a format id changes its meaning. */
export const ABI_VERSION = 1;

/**
 * Pixel layouts that begin() takes, and what the address that it returns is.
 *
 * GREY    luma rows, align(width, ROW_ALIGN) = S bytes apart, to be filled before decode()
 * RGBA    a strip buffer of STRIP_ROWS rows of width × 4 bytes without padding, for push(); alpha is put on white
 * BGRA    as RGBA
 * YUV420  luma rows as GREY, and room for the chroma that VideoFrame.copyTo() writes too, from S × height bytes on:
 *         NV12  U and V interleaved, rows S bytes apart
 *         I420  U rows S / 2 bytes apart, then V rows S / 2 bytes apart from S × height + S / 2 × ceil(height / 2) on
 *         Chroma is never read, and its room is used again by decode().
 * RGBX    as RGBA, but the fourth byte means nothing; serves BGRX too
 */
export const LAYOUT_GREY = 0;
export const LAYOUT_RGBA = 1;
export const LAYOUT_BGRA = 2;
export const LAYOUT_YUV420 = 3;
export const LAYOUT_RGBX = 4;

/** begin() with a 4-byte layout returns a strip buffer of so many rows; push(rows) turns it into luma. */
export const STRIP_ROWS = 16;

/** Rows of a grey frame are so many bytes apart: the width rounded up to a multiple of this. */
export const ROW_ALIGN = 64;

/** Largest side and largest number of pixels of a frame. */
export const MAX_SIDE = 32767;
export const MAX_PIXELS = 67108864;

/** The options block lies below static data (asc --memoryBase). */
export const OPTIONS_ADDRESS = 1024;
export const OPTIONS_WORDS = 16;

export const OPTION_ABI_VERSION = 0;
/** Bit set of format ids 0–31 and 32–63. */
export const OPTION_FORMATS_LOW = 1;
export const OPTION_FORMATS_HIGH = 2;
/** EFFORT_FAST or EFFORT_THOROUGH. */
export const OPTION_EFFORT = 3;
/** Bit set of FLAG_*. */
export const OPTION_FLAGS = 4;
/** Stop after so many symbols; 0 for no limit. */
export const OPTION_MAX_SYMBOLS = 5;
/** Do not report symbols below this confidence, 0–100. */
export const OPTION_MIN_CONFIDENCE = 6;
/** Number of the frame in its stream: fast mode rotates its dear attempts by it. */
export const OPTION_FRAME_NUMBER = 7;
/** Work units a frame may spend after the front end; 0 for the effort's own budget. */
export const OPTION_BUDGET = 8;

export const EFFORT_FAST = 0;
export const EFFORT_THOROUGH = 1;

/** Also look for light symbols on a dark ground. */
export const FLAG_INVERTED = 1;
/**
 * The formats were named: of codes without a check character symbols are looked for too that are so short, or so
 * uniform, that texture and parts of other symbols may look alike.
 */
export const FLAG_NAMED = 2;

/** Result header, in words. */
export const HEADER_WORDS = 8;
export const HEADER_ABI_VERSION = 0;
/** Bytes of the whole block, header and payload included. */
export const HEADER_BYTES = 1;
export const HEADER_SYMBOLS = 2;
/** Bit set of RESULT_*. */
export const HEADER_FLAGS = 3;
/** Candidates that reached decoding, and work units spent. */
export const HEADER_CANDIDATES = 4;
export const HEADER_WORK = 5;

/** The budget ran out before everything was tried. */
export const RESULT_BUDGET_SPENT = 1;

/** A record, in words. */
export const RECORD_WORDS = 32;
export const RECORD_FORMAT = 0;
/** Bit set of SYMBOL_*. */
export const RECORD_FLAGS = 1;
/** 0–100. */
export const RECORD_CONFIDENCE = 2;
/** f32, degrees clockwise, 0 ≤ v < 360. */
export const RECORD_ORIENTATION = 3;
/** Eight f32: x and y of four corners in image pixels, clockwise from the symbol's own top left. */
export const RECORD_CORNERS = 4;
export const RECORD_BYTES_OFFSET = 12;
export const RECORD_BYTES_LENGTH = 13;
/** Segments are SEGMENT_WORDS words each. */
export const RECORD_SEGMENTS_OFFSET = 14;
export const RECORD_SEGMENTS_COUNT = 15;
/** ASCII code of the AIM modifier character in the low byte. */
export const RECORD_AIM_MODIFIER = 16;
export const RECORD_APPEND_INDEX = 17;
export const RECORD_APPEND_COUNT = 18;
export const RECORD_APPEND_ID = 19;
/** ASCII digits of an EAN-2 or EAN-5 add-on. */
export const RECORD_ADD_ON_OFFSET = 20;
export const RECORD_ADD_ON_LENGTH = 21;
export const RECORD_VERSION = 22;
export const RECORD_ROWS = 23;
export const RECORD_COLUMNS = 24;
/** The symbology's own number for its level; QR Code: 0 L, 1 M, 2 Q, 3 H. */
export const RECORD_EC_LEVEL = 25;
/** f32, part of the correction capacity that was used, 0–1; negative where there is none. */
export const RECORD_EC_USED = 26;
/** QR Code: data mask pattern. GS1 Composite: format id of the linear component. */
export const RECORD_MASK = 27;
/** QR Code: 1 or 2. GS1 Composite: 1 CC-A, 2 CC-B, 3 CC-C. */
export const RECORD_MODEL = 28;
export const RECORD_SCAN_LINES = 29;
/** f32, pixels. */
export const RECORD_MODULE_SIZE = 30;
/**
 * Byte offset of a word with a length and so many ASCII characters: the id of a structured append sequence where
 * RECORD_APPEND_ID does not hold it; 0 for none.
 */
export const RECORD_APPEND_TEXT = 31;

export const SYMBOL_MIRRORED = 1;
export const SYMBOL_INVERTED = 2;
export const SYMBOL_GS1 = 4;
export const SYMBOL_HAS_APPEND = 8;
export const SYMBOL_HAS_ADD_ON = 16;
/** The last character agrees as the check character that the symbology leaves to the user; it is part of the bytes. */
export const SYMBOL_CHECKED = 32;
/** A GS1 2D component belongs to the symbol (the linkage flag of GS1 DataBar). */
export const SYMBOL_LINKED = 64;
/** The content is meant to set up the reader that scans it (reader initialisation, reader programming). */
export const SYMBOL_READER_INIT = 128;

/** A segment: ECI assignment (or ECI_NONE, ECI_KANJI), byte offset within the symbol's bytes, length. */
export const SEGMENT_WORDS = 3;
/** The symbology's default character set; which one is guessed from the bytes. */
export const ECI_NONE = -1;
/** Shift JIS for certain (QR Code kanji mode). */
export const ECI_KANJI = -2;
/** Plain ASCII for certain (numeric, alphanumeric modes; linear codes). */
export const ECI_ASCII = -3;
