/** Character sets that the TextDecoder of Node 20 lacks or mistakes: a part of its own, loaded in Node only. Plain data. */
import type { CharsetTable } from "./text.js";

export const NODE_CHARSETS: Readonly<Record<string, CharsetTable>> = {
  // Node takes it for Latin-1.
  "windows-1252": [0x80, "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"],
  // Node does not know it.
  "iso-8859-16": [
    0xa0,
    "\u00a0ĄąŁ€„Š§š©Ș«Ź\u00adźŻ°±ČłŽ”¶·žčș»ŒœŸżÀÁÂĂÄĆÆÇÈÉÊ" + "ËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ",
  ],
};
