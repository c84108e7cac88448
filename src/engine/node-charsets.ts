/**
 * Character sets that Node 20's TextDecoder lacks or mistakes, and browsers have: a part of its own, which pages never load.
 * Plain data.
 */
import type { CharsetTable } from "./text.js";

export const NODE_CHARSETS: Readonly<Record<string, CharsetTable>> = {
  // Taken for Latin-1.
  "windows-1252": [0x80, "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"],
  // Not known.
  "iso-8859-16": [
    0xa0,
    "\u00a0ĄąŁ€„Š§š©Ș«Ź\u00adźŻ°±ČłŽ”¶·žčș»ŒœŸżÀÁÂĂÄĆÆÇÈÉÊ" + "ËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ",
  ],
};
