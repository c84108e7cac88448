/**
 * Seen dots to codewords: patterns, masks, error correction, and how likely all that is chance; then messages. A function of
 * dots alone; it knows nothing of images, so hand-made dots test it.
 */
import { BAD_CHECKSUM, BAD_FORMAT, NOT_FOUND, OK } from "../../abi/status";
import { DotCodeStream, readDotCodeMessage } from "../../content/dot-code-segments";
import { Symbol, clearContent } from "../../io/symbol";
import { capacityUsed, correctCodewords, erasedCount, errorCount } from "../../kit/codeword-correction";
import { floatAt, setFloat } from "../../kit/floats";
import { alloc } from "../../memory/arena";
import { DOTS, ELEMENTS, LIT, NO_CODEWORD, PATTERN_BYTES, fillPatterns, placeCount, placeDots } from "./patterns";

/** Fewest and most rows and columns: clause 5.5 sets no upper end and advises against more than 100. */
export const LEAST_SIDE: i32 = 5;
export const MOST_SIDE: i32 = 200;
const MOST_DOTS: i32 = (MOST_SIDE * (MOST_SIDE - 1)) / 2;
const MOST_WORDS: i32 = MOST_DOTS / DOTS + 2;

/** A codeword is multiplied by none but by its index added so many times: clause 5.7. */
const MASKS: StaticArray<i32> = [0, 3, 7, 17];
/** Most codewords of a block: the order of the field's group. */
const MOST_BLOCK: i32 = ELEMENTS - 1;
/** The codeword that fills up. */
const PADDING: i32 = 106;

/** Part of the codewords whose dots have to make a pattern: chance makes one of 4.5 into one, error correction a third. */
const LEAST_VALID: f32 = 0.5;
/** … and of the first ones, which may be where a symbol is damaged. */
const EARLY: i32 = 24;
const LEAST_EARLY: f32 = 0.3;
/**
 * What a check codeword says against chance: ln 113. What nine dots say that make a pattern, or make none: chance makes one in
 * 0.235 of its tries, symbols that are damaged as far as can be corrected in 0.75; and that make one that was wrong.
 */
const PER_CHECK: f32 = 4.727;
const PER_PATTERN: f32 = 1.15;
const NO_PATTERN: f32 = -1.12;
const WRONG_PATTERN: f32 = -2;
/**
 * Evidence (natural logarithm of odds) from which on a word stands, and from which on it stands beyond all others. In fields of
 * random dots on a lattice one way to read in 10⁵ has 13.
 */
export const LEAST_EVIDENCE: f32 = 18;
export const CERTAIN: f32 = 34;

/** Dots in the corners, which come last. */
const CORNERS: i32 = 6;
const UNKNOWN: u8 = 2;

/** Memory of all decodes of a frame. */
@unmanaged
export class DotDecoder {
  patterns: usize;
  /** Filled when the first dots are decoded: most frames have none. */
  hasPatterns: bool;
  /** i32 indices of values in the order of the stream. */
  places: usize;
  /** u16 and f32 per codeword, the mask first. */
  words: usize;
  trust: usize;
  /** u8 per codeword: 1 where all nine dots made a pattern, UNKNOWN where that says nothing. */
  valid: usize;
  /** u16 and f32 per codeword of a block. */
  block: usize;
  blockTrust: usize;
  /** u16 codewords of the messages. */
  data: usize;
  stream: DotCodeStream;
  evidence: f32;
  /** Largest (2·errors + erasures) / check codewords of a block. */
  used: f32;
  mask: i32;
}

/** Null where memory is exhausted. */
export function openDecoder(): DotDecoder | null {
  const head = alloc(offsetof<DotDecoder>());
  const patterns = alloc(PATTERN_BYTES);
  const places = alloc((<usize>MOST_DOTS) << 2);
  const words = alloc((<usize>MOST_WORDS) << 1);
  const trust = alloc((<usize>MOST_WORDS) << 2);
  const valid = alloc(<usize>MOST_WORDS);
  const block = alloc((<usize>MOST_BLOCK) << 1);
  const blockTrust = alloc((<usize>MOST_BLOCK) << 2);
  const data = alloc((<usize>MOST_WORDS) << 1);
  const stream = alloc(offsetof<DotCodeStream>());
  if (head == 0 || places == 0 || data == 0 || stream == 0) return null;
  const decoder = changetype<DotDecoder>(head);
  decoder.patterns = patterns;
  decoder.hasPatterns = false;
  decoder.places = places;
  decoder.words = words;
  decoder.trust = trust;
  decoder.valid = valid;
  decoder.block = block;
  decoder.blockTrust = blockTrust;
  decoder.data = data;
  decoder.stream = changetype<DotCodeStream>(stream);
  return decoder;
}

/**
 * Corrects the codewords of `height` rows of `width` places whose values (f32, > 0 dot, 1 = certain) are at the indices
 * first + x · right + y · down; what lies between the places is not looked at. On OK messages can be taken, and
 * decoder.evidence, used and mask are set.
 */
export function decodeDots(
  decoder: DotDecoder,
  soft: usize,
  width: i32,
  height: i32,
  first: i32,
  right: i32,
  down: i32,
): i32 {
  if (!decoder.hasPatterns) fillPatterns(decoder.patterns);
  decoder.hasPatterns = true;
  if (min(width, height) < LEAST_SIDE || max(width, height) > MOST_SIDE || ((width + height) & 1) == 0)
    return BAD_FORMAT;
  const total = (placeCount(width, height) - 2) / DOTS;
  // ND data codewords have 3 + ND / 2 check codewords (clause 5.4); as many of the former as there is room for.
  let count = ((total - 3) * 2) / 3;
  if (count + 1 + 3 + ((count + 1) >> 1) <= total) count++;
  if (count < 1) return BAD_FORMAT;
  const checks = 3 + (count >> 1);
  placeDots(width, height, first, right, down, decoder.places);
  if (!readWords(decoder, soft, count + checks)) return NOT_FOUND;
  if (areCornersLit(decoder, soft, placeCount(width, height)))
    doubtCorners(decoder, count + checks, placeCount(width, height));
  decoder.evidence = 0;
  decoder.used = 0;
  if (!correctBlocks(decoder, count + 1, checks)) return BAD_CHECKSUM;
  if (decoder.evidence < LEAST_EVIDENCE) return BAD_CHECKSUM;
  return unmask(decoder, count);
}

/** Codewords and their trust, the mask's two dots as the first one; false where too few have the pattern of one. */
function readWords(decoder: DotDecoder, soft: usize, count: i32): bool {
  const high = dotAt(decoder, soft, 0);
  const low = dotAt(decoder, soft, 1);
  setWord(decoder, 0, (high > 0 ? 2 : 0) + (low > 0 ? 1 : 0), min(Mathf.abs(high), Mathf.abs(low)), true);
  let valid: i32 = 0;
  for (let i = 1; i <= count; i++) {
    if (readWord(decoder, soft, i)) valid++;
    // What is read the wrong way round shows soon.
    if (i == EARLY && <f32>valid < LEAST_EARLY * <f32>EARLY) return false;
  }
  return <f32>valid >= LEAST_VALID * <f32>count;
}

function dotAt(decoder: DotDecoder, soft: usize, index: i32): f32 {
  return floatAt(soft, load<i32>(decoder.places + ((<usize>index) << 2)));
}

function setWord(decoder: DotDecoder, index: i32, value: i32, trust: f32, isValid: bool): void {
  store<u16>(decoder.words + ((<usize>index) << 1), <u16>value);
  store<f32>(decoder.trust + ((<usize>index) << 2), trust);
  store<u8>(decoder.valid + <usize>index, isValid ? 1 : 0);
}

/** The codeword of the five surest dots of nine: what level parts dot and space need not be known. True if it is known well. */
function readWord(decoder: DotDecoder, soft: usize, index: i32): bool {
  const first = 2 + (index - 1) * DOTS;
  let pattern: i32 = 0;
  let weakest: f32 = 1;
  for (let k = 0; k < LIT; k++) {
    let best: i32 = -1;
    let most: f32 = -2;
    for (let bit = 0; bit < DOTS; bit++) {
      const level = dotAt(decoder, soft, first + bit);
      if (((pattern >> (DOTS - 1 - bit)) & 1) != 0 || level <= most) continue;
      most = level;
      best = bit;
    }
    pattern |= 1 << (DOTS - 1 - best);
    weakest = most;
  }
  let strongest: f32 = -1;
  for (let bit = 0; bit < DOTS; bit++) {
    if (((pattern >> (DOTS - 1 - bit)) & 1) == 0) strongest = max(strongest, dotAt(decoder, soft, first + bit));
  }
  const value = <i32>load<u8>(decoder.patterns + <usize>pattern);
  if (value == NO_CODEWORD) {
    setWord(decoder, index, 0, 0, false);
    return false;
  }
  const isValid = weakest > 0 && strongest <= 0;
  // The right number of dots at the usual level is worth more than any five that stand out.
  const gap = (weakest - strongest) * 0.5;
  setWord(decoder, index, value, max<f32>(0.001, isValid ? gap : gap * 0.5), isValid);
  return isValid;
}

/** True if the six dots of the corners, the last ones, are all there: clause 5.7.3 may have put them there. */
function areCornersLit(decoder: DotDecoder, soft: usize, dots: i32): bool {
  for (let k = 1; k <= CORNERS; k++) if (dotAt(decoder, soft, dots - k) <= 0) return false;
  return true;
}

/** Codewords without a pattern that hold a lit corner are unknown, and say nothing against the symbol. */
function doubtCorners(decoder: DotDecoder, count: i32, dots: i32): void {
  for (let i = count; i > 0 && 2 + i * DOTS > dots - CORNERS; i--) {
    if (<u32>load<u8>(decoder.valid + <usize>i) != 0) continue;
    store<u8>(decoder.valid + <usize>i, UNKNOWN);
    setFloat(decoder.trust, i, 0);
  }
}

/** Clause 5.4.2: every `step`th codeword makes a block, so that no block has more than 112. */
function correctBlocks(decoder: DotDecoder, count: i32, checks: i32): bool {
  const total = count + checks;
  const step = (total + MOST_BLOCK - 1) / MOST_BLOCK;
  for (let first = 0; first < step; first++) {
    const length = (total - first + step - 1) / step;
    const data = (count - first + step - 1) / step;
    for (let i = 0; i < length; i++) {
      const at = first + i * step;
      store<u16>(decoder.block + ((<usize>i) << 1), load<u16>(decoder.words + ((<usize>at) << 1)));
      store<f32>(decoder.blockTrust + ((<usize>i) << 2), floatAt(decoder.trust, at));
    }
    if (!correctCodewords(decoder.block, decoder.blockTrust, length, length - data, ELEMENTS, 0)) return false;
    decoder.used = max(decoder.used, capacityUsed);
    decoder.evidence += evidenceOf(length, length - data);
    for (let i = 0; i < length; i++) {
      const at = first + i * step;
      const word = decoder.words + ((<usize>at) << 1);
      const right = load<u16>(decoder.block + ((<usize>i) << 1));
      if (at > 0) {
        const valid = load<u8>(decoder.valid + <usize>at);
        if (valid == 0) decoder.evidence += NO_PATTERN;
        else if (valid != UNKNOWN) decoder.evidence += load<u16>(word) == right ? PER_PATTERN : WRONG_PATTERN;
      }
      store<u16>(word, right);
    }
  }
  return true;
}

/**
 * Odds that chance passes a block with so many erasures and errors corrected: every error may be in any place and of any
 * value.
 */
function evidenceOf(length: i32, checks: i32): f32 {
  let evidence = <f32>(checks - erasedCount - errorCount) * PER_CHECK;
  for (let k = 0; k < errorCount; k++) evidence -= Mathf.log(<f32>(length - k) / <f32>(k + 1));
  return evidence;
}

/** Takes the mask away and the padding. */
function unmask(decoder: DotDecoder, count: i32): i32 {
  decoder.mask = <i32>load<u16>(decoder.words);
  if (decoder.mask >= MASKS.length) return BAD_CHECKSUM;
  const weight = unchecked(MASKS[decoder.mask]);
  let last: i32 = 0;
  for (let i = 0; i < count; i++) {
    const masked = <i32>load<u16>(decoder.words + ((<usize>(i + 1)) << 1));
    const word = (masked + ELEMENTS - ((weight * i) % ELEMENTS)) % ELEMENTS;
    store<u16>(decoder.data + ((<usize>i) << 1), <u16>word);
    if (word != PADDING) last = i + 1;
  }
  const stream = decoder.stream;
  stream.words = decoder.data;
  stream.count = last;
  stream.at = 0;
  return OK;
}

/** The next message into `symbol`, whose content is replaced; NOT_FOUND where there are no more, BAD_FORMAT where it makes no sense. */
export function takeMessage(decoder: DotDecoder, symbol: Symbol): i32 {
  if (decoder.stream.at >= decoder.stream.count) return NOT_FOUND;
  clearContent(symbol);
  symbol.flags = 0;
  if (readDotCodeMessage(decoder.stream, symbol) != OK) return BAD_FORMAT;
  symbol.mask = decoder.mask;
  symbol.ecUsed = decoder.used;
  const doubt = max<f32>(0, CERTAIN - decoder.evidence);
  symbol.confidence = <i32>max<f32>(1, <f32>100 - <f32>40 * decoder.used - <f32>1.5 * doubt);
  return OK;
}
