/**
 * Reed–Solomon blocks of codewords with a trust each: errors first, then the least trusted codewords as erasures. Counts what
 * it had to do over all blocks of a symbol. Knows no symbology.
 */
import { GaloisField, buildField, fieldBytes } from "../math/galois-field";
import { UNCORRECTABLE, correct } from "../math/reed-solomon";
import { alloc } from "../memory/arena";
import { spend } from "./budget";

/** Most codewords of a block. */
const MOST_BLOCK: i32 = 256;

/**
 * Check words that remain for detection beside erasures: a chance word passes once in 256⁴. With two, an unreadable symbol
 * that stays in front of a camera, with all its looks in every frame, would be misread within hours.
 */
const ERASURE_SPARE: i32 = 4;

@unmanaged
export class BlockCorrection {
  field: GaloisField;
  /** u16 and f32 per codeword of one block. */
  words: usize;
  trust: usize;
  /** u16 positions, least trusted first. */
  order: usize;
  attempt: usize;
  /** Largest (2·errors + erasures) / check words of a block. */
  used: f32;
  /** Codewords changed in all blocks. */
  changed: i32;
}

/** Room for blocks over GF(256) modulo a polynomial; null where memory is exhausted. */
export function openBlocks(polynomial: i32): BlockCorrection | null {
  const head = alloc(offsetof<BlockCorrection>());
  const field = alloc(fieldBytes(8));
  const words = alloc((<usize>MOST_BLOCK) << 1);
  const trust = alloc((<usize>MOST_BLOCK) << 2);
  const order = alloc((<usize>MOST_BLOCK) << 1);
  const attempt = alloc((<usize>MOST_BLOCK) << 1);
  if (head == 0 || field == 0 || words == 0 || trust == 0 || order == 0 || attempt == 0) return null;
  const work = changetype<BlockCorrection>(head);
  work.field = buildField(field, polynomial, 8);
  work.words = words;
  work.trust = trust;
  work.order = order;
  work.attempt = attempt;
  work.used = 0;
  work.changed = 0;
  return work;
}

/** Sets a codeword of the block and the trust of its weakest bit. */
export function putWord(work: BlockCorrection, index: i32, value: i32, trust: f32): void {
  store<u16>(work.words + ((<usize>index) << 1), <u16>value);
  store<f32>(work.trust + ((<usize>index) << 2), trust);
}

export function wordAt(work: BlockCorrection, index: i32): i32 {
  return <i32>load<u16>(work.words + ((<usize>index) << 1));
}

/**
 * Corrects the block: first by errors alone, then with more and more of the least trusted codewords as erasures. With
 * erasures ERASURE_SPARE check words always remain for detection.
 */
export function correctBlock(work: BlockCorrection, length: i32, checks: i32, spare: i32): bool {
  const bytes = (<usize>length) << 1;
  memory.copy(work.attempt, work.words, bytes);
  let changed = correct(work.field, work.attempt, length, checks, 0, 0, 0, spare);
  let used: i32 = 2 * changed;
  if (changed == UNCORRECTABLE) {
    orderByTrust(work, length, checks);
    const kept = max(ERASURE_SPARE, spare);
    const most = checks - kept;
    const step = max(2, checks >> 3);
    for (let erasures = step; erasures <= most && changed == UNCORRECTABLE; erasures += step) {
      if (!spend(8)) return false;
      memory.copy(work.attempt, work.words, bytes);
      changed = correct(work.field, work.attempt, length, checks, 0, work.order, erasures, kept);
      used = erasures + 2 * errorsOutside(work, length, erasures);
    }
  }
  if (changed == UNCORRECTABLE) return false;
  memory.copy(work.words, work.attempt, bytes);
  work.used = max<f32>(work.used, <f32>used / <f32>checks);
  work.changed += changed;
  return true;
}

/** Codewords that were corrected and are not among the first `erasures` of the order. */
function errorsOutside(work: BlockCorrection, length: i32, erasures: i32): i32 {
  let errors: i32 = 0;
  for (let i = 0; i < length; i++) {
    if (load<u16>(work.attempt + ((<usize>i) << 1)) != load<u16>(work.words + ((<usize>i) << 1))) errors++;
  }
  for (let k = 0; k < erasures; k++) {
    const at = (<usize>load<u16>(work.order + ((<usize>k) << 1))) << 1;
    if (load<u16>(work.attempt + at) != load<u16>(work.words + at)) errors--;
  }
  return errors;
}

/** Fills the first `count` places of work.order with the least trusted positions, in order. */
function orderByTrust(work: BlockCorrection, length: i32, count: i32): void {
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

function trustAt(work: BlockCorrection, rank: i32): f32 {
  return load<f32>(work.trust + ((<usize>load<u16>(work.order + ((<usize>rank) << 1))) << 2));
}
