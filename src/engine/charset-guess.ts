/**
 * Guesses the character set of bytes for which a symbol names none. Pure. In practice such bytes are UTF-8, whatever
 * the standard's default; what is no valid UTF-8 is Shift JIS (the default of ISO/IEC 18004:2000) or Latin-1 (the
 * default since ISO/IEC 18004:2006).
 */

/** @param hasKanji the same symbol holds characters in kanji mode, which is Shift JIS for certain */
export function guessCharset(bytes: Uint8Array, hasKanji: boolean): string {
  if (bytes.every((byte) => byte < 0x80)) return "utf-8";
  const marked = byteOrderMark(bytes);
  if (marked) return marked;
  if (isValid(bytes, "utf-8")) return "utf-8";
  if (isValid(bytes, "shift_jis") && (hasKanji || looksJapanese(bytes))) return "shift_jis";
  // 80–9F are control characters in Latin-1 and letters, quotes and the euro sign in windows-1252.
  return bytes.some((byte) => byte >= 0x80 && byte < 0xa0) ? "windows-1252" : "LATIN-1";
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return undefined;
}

function isValid(bytes: Uint8Array, charset: string): boolean {
  try {
    new TextDecoder(charset, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Japanese text is long runs of high bytes, Western text single accented letters among plain ones. */
const JAPANESE_RUN = 3;

/** For bytes that are valid Shift JIS. */
function looksJapanese(bytes: Uint8Array): boolean {
  let characters = 0;
  let runs = 0;
  let inRun = false;
  let leadsBelowA0 = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      inRun = false;
      continue;
    }
    if (!inRun) runs++;
    inRun = true;
    characters++;
    const isLead = byte < 0xa0 || byte >= 0xe0;
    if (!isLead) continue;
    // Leads from F0 on are for characters of one's own: no text holds any, and many letters of Latin-1 stand there.
    if (byte >= 0xf0) return false;
    if (byte < 0xa0) leadsBelowA0++;
    at++;
  }
  // Hiragana, katakana, punctuation and the first-level kanji have leads from 81 to 9F, where Latin-1 has no letter.
  return leadsBelowA0 * 2 >= characters || characters >= runs * JAPANESE_RUN;
}
