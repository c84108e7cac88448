/**
 * Sampled modules to a symbol: codewords, error correction with erasures, content. A function of the modules alone; it
 * knows nothing of images, so hand-made modules test it.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { MaxiCodeStream, readMaxiCodeStream } from "../../content/maxi-code-segments";
import { Symbol, clearContent } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { GaloisField, buildField, fieldBytes } from "../../math/galois-field";
import { UNCORRECTABLE, correct } from "../../math/reed-solomon";
import { alloc, mark, release } from "../../memory/arena";
import { writeCarrier } from "./carrier";
import { BITS, CODEWORDS, COLUMNS, PRIMARY, ROWS, placeCodewords } from "./placement";

/** GF(64) of clause 4.10, x⁶ + x + 1; the generator's first root is α¹. */
const POLYNOMIAL: i32 = 0x43;
const FIELD_BITS: i32 = 6;
const FIRST_ROOT: i32 = 1;

/** Check codewords of the primary message; of each half of the secondary one, standard and enhanced. */
const PRIMARY_CHECKS: i32 = 10;
const STANDARD_CHECKS: i32 = 20;
const ENHANCED_CHECKS: i32 = 28;
/** Codewords of a half of the secondary message: every second one. */
const HALF: i32 = (CODEWORDS - PRIMARY) / 2;

/** Check words that remain for detection beside erasures: a chance word passes once in 64⁴. */
const ERASURE_SPARE: i32 = 4;

/** Modes of clause 4.3. */
const MODE_CARRIER_NUMERIC: i32 = 2;
const MODE_CARRIER: i32 = 3;
const MODE_ENHANCED: i32 = 5;
const MODE_PROGRAMMING: i32 = 6;

/** Scratch memory of a decode. */
@unmanaged
class Workspace {
  field: GaloisField;
  /** u16 per bit, see placeCodewords(). */
  map: usize;
  /** u8 and f32 per codeword. */
  codewords: usize;
  trust: usize;
  /** u16 and f32 per codeword of one block. */
  block: usize;
  blockTrust: usize;
  /** u16 positions, least trusted first. */
  order: usize;
  attempt: usize;
  /** u8 codewords of the message. */
  message: usize;
  carrier: usize;
  stream: MaxiCodeStream;
  /** Largest (2·errors + erasures) / check words of a block. */
  used: f32;
}

/** Bytes of a carrier message: nine of a postal code, three of a country and a class, three separators. */
const MOST_CARRIER: i32 = 24;

function openWorkspace(): Workspace | null {
  const head = alloc(offsetof<Workspace>());
  const field = alloc(fieldBytes(FIELD_BITS));
  const map = alloc((<usize>(CODEWORDS * BITS)) << 1);
  const codewords = alloc(<usize>CODEWORDS);
  const trust = alloc((<usize>CODEWORDS) << 2);
  const block = alloc((<usize>HALF) << 1);
  const blockTrust = alloc((<usize>HALF) << 2);
  const order = alloc((<usize>HALF) << 1);
  const attempt = alloc((<usize>HALF) << 1);
  const message = alloc(<usize>CODEWORDS);
  const carrier = alloc(<usize>MOST_CARRIER);
  const stream = alloc(offsetof<MaxiCodeStream>());
  if (head == 0 || stream == 0) return null;
  const work = changetype<Workspace>(head);
  work.field = buildField(field, POLYNOMIAL, FIELD_BITS);
  work.map = map;
  work.codewords = codewords;
  work.trust = trust;
  work.block = block;
  work.blockTrust = blockTrust;
  work.order = order;
  work.attempt = attempt;
  work.message = message;
  work.carrier = carrier;
  work.stream = changetype<MaxiCodeStream>(stream);
  work.used = 0;
  placeCodewords(map);
  return work;
}

/**
 * Decodes modules into `symbol`, whose content is replaced. `soft` is ROWS × COLUMNS f32, > 0 dark, 1 = certain.
 * Returns OK, BAD_FORMAT or BAD_CHECKSUM.
 */
export function decodeModules(soft: usize, symbol: Symbol): i32 {
  const scratch = mark();
  const work = openWorkspace();
  const status = work == null ? BAD_FORMAT : decodeWith(work, soft, symbol);
  release(scratch);
  return status;
}

function decodeWith(work: Workspace, soft: usize, symbol: Symbol): i32 {
  readCodewords(work, soft);
  for (let i = 0; i < PRIMARY; i++) take(work, i, i);
  if (!correctBlock(work, PRIMARY, PRIMARY_CHECKS)) return BAD_CHECKSUM;
  giveBack(work, 0, 1, PRIMARY);
  const mode = <i32>load<u8>(work.codewords) & 0xf;
  if (mode < MODE_CARRIER_NUMERIC || mode > MODE_PROGRAMMING) return BAD_FORMAT;
  const checks = mode == MODE_ENHANCED ? ENHANCED_CHECKS : STANDARD_CHECKS;
  for (let half = 0; half < 2; half++) {
    for (let i = 0; i < HALF; i++) take(work, PRIMARY + half + 2 * i, i);
    if (!correctBlock(work, HALF, checks)) return BAD_CHECKSUM;
    giveBack(work, PRIMARY + half, 2, HALF);
  }
  return interpret(work, mode, 2 * (HALF - checks), symbol);
}

/** Codewords that are corrected to a symbol. `secondary` is the number of data codewords of the secondary message. */
function interpret(work: Workspace, mode: i32, secondary: i32, symbol: Symbol): i32 {
  const stream = work.stream;
  const isCarrier = mode == MODE_CARRIER_NUMERIC || mode == MODE_CARRIER;
  // The mode's codeword, and in modes 2 and 3 all of the primary message, are no part of the message.
  const primary = isCarrier ? 0 : PRIMARY - PRIMARY_CHECKS - 1;
  memory.copy(work.message, work.codewords + 1, <usize>primary);
  memory.copy(work.message + <usize>primary, work.codewords + <usize>PRIMARY, <usize>secondary);
  stream.data = work.message;
  stream.length = primary + secondary;
  stream.carrier = work.carrier;
  stream.carrierLength = isCarrier ? writeCarrier(work.codewords, mode == MODE_CARRIER_NUMERIC, work.carrier) : 0;
  if (isCarrier && stream.carrierLength == 0) return BAD_FORMAT;
  clearContent(symbol);
  symbol.flags = 0;
  if (readMaxiCodeStream(stream, symbol) != OK) return BAD_FORMAT;
  symbol.version = mode;
  symbol.rows = ROWS;
  symbol.columns = COLUMNS;
  symbol.ecLevel = mode == MODE_ENHANCED ? 1 : 0;
  symbol.ecUsed = work.used;
  // ISO/IEC 16023 annex: ]U0 plain, ]U1 with a carrier message, two more with ECI.
  symbol.aimModifier = 0x30 + (isCarrier ? 1 : 0) + (stream.hasEci ? 2 : 0);
  symbol.confidence = <i32>(<f32>100 - <f32>45 * work.used);
  return OK;
}

/** Codewords with the trust of their weakest bit. */
function readCodewords(work: Workspace, soft: usize): void {
  for (let word = 0; word < CODEWORDS; word++) {
    let value: i32 = 0;
    let trust: f32 = 1;
    for (let bit = 0; bit < BITS; bit++) {
      const module = <usize>load<u16>(work.map + ((<usize>(word * BITS + bit)) << 1));
      const level = load<f32>(soft + (module << 2));
      value = (value << 1) | (level > 0 ? 1 : 0);
      trust = min<f32>(trust, level > 0 ? level : -level);
    }
    store<u8>(work.codewords + <usize>word, <u8>value);
    store<f32>(work.trust + ((<usize>word) << 2), trust);
  }
}

function take(work: Workspace, from: i32, to: i32): void {
  store<u16>(work.block + ((<usize>to) << 1), <u16>load<u8>(work.codewords + <usize>from));
  store<f32>(work.blockTrust + ((<usize>to) << 2), load<f32>(work.trust + ((<usize>from) << 2)));
}

/** Puts the corrected block back to every `step`th codeword from `first` on. */
function giveBack(work: Workspace, first: i32, step: i32, length: i32): void {
  for (let i = 0; i < length; i++) {
    store<u8>(work.codewords + <usize>(first + step * i), <u8>load<u16>(work.block + ((<usize>i) << 1)));
  }
}

/**
 * Corrects work.block: first by errors alone, then with more and more of the least trusted codewords as erasures. With
 * erasures ERASURE_SPARE check words always remain for detection.
 */
function correctBlock(work: Workspace, length: i32, checks: i32): bool {
  const bytes = (<usize>length) << 1;
  memory.copy(work.attempt, work.block, bytes);
  let changed = correct(work.field, work.attempt, length, checks, FIRST_ROOT, 0, 0, 0);
  let used: i32 = 2 * changed;
  if (changed == UNCORRECTABLE) {
    orderByTrust(work, length, checks);
    for (let erasures = 2; erasures <= checks - ERASURE_SPARE && changed == UNCORRECTABLE; erasures += 2) {
      if (!spend(4)) return false;
      memory.copy(work.attempt, work.block, bytes);
      changed = correct(work.field, work.attempt, length, checks, FIRST_ROOT, work.order, erasures, ERASURE_SPARE);
      used = erasures + 2 * errorsOutside(work, length, erasures);
    }
  }
  if (changed == UNCORRECTABLE) return false;
  memory.copy(work.block, work.attempt, bytes);
  work.used = max<f32>(work.used, <f32>used / <f32>checks);
  return true;
}

/** Codewords that were corrected and are not among the first `erasures` of the order. */
function errorsOutside(work: Workspace, length: i32, erasures: i32): i32 {
  let errors: i32 = 0;
  for (let i = 0; i < length; i++) {
    if (load<u16>(work.attempt + ((<usize>i) << 1)) != load<u16>(work.block + ((<usize>i) << 1))) errors++;
  }
  for (let k = 0; k < erasures; k++) {
    const at = (<usize>load<u16>(work.order + ((<usize>k) << 1))) << 1;
    if (load<u16>(work.attempt + at) != load<u16>(work.block + at)) errors--;
  }
  return errors;
}

/** Fills the first `count` places of work.order with the least trusted positions, in order. */
function orderByTrust(work: Workspace, length: i32, count: i32): void {
  for (let i = 0; i < length; i++) store<u16>(work.order + ((<usize>i) << 1), <u16>i);
  for (let k = 0; k < min(count, length); k++) {
    let least = k;
    for (let i = k + 1; i < length; i++) {
      if (trustAt(work, i) < trustAt(work, least)) least = i;
    }
    const at = work.order + ((<usize>k) << 1);
    const other = work.order + ((<usize>least) << 1);
    const swap = load<u16>(at);
    store<u16>(at, load<u16>(other));
    store<u16>(other, swap);
  }
}

function trustAt(work: Workspace, rank: i32): f32 {
  return load<f32>(work.blockTrust + ((<usize>load<u16>(work.order + ((<usize>rank) << 1))) << 2));
}
