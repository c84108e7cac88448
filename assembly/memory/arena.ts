/**
 * The frame arena: a bump allocator over linear memory above static data. begin() resets it; decoders may mark and
 * release within a frame. There is no other allocation in the core: `new` would be overwritten by the next frame.
 */

const ALIGN: usize = 16;
/** Vectors may read and write so many bytes past the end of a buffer. */
export const SLACK: usize = 64;

/** Memory never grows past this: a page that scans images must not be the one that the browser ends. */
const LIMIT: usize = 1 << 30;

let top: usize = base();
/** Highest address used since the last wipe. */
let high: usize = base();

/** Where the arena begins. */
function base(): usize {
  return (__heap_base + ALIGN - 1) & ~(ALIGN - 1);
}

/** Empties the arena. Every pointer that it gave out is dead. */
export function reset(): void {
  top = base();
}

/** Current end of the arena, for release(). */
export function mark(): usize {
  return top;
}

/** Frees everything allocated since the mark was taken. */
export function release(to: usize): void {
  top = to;
}

/** Bytes aligned to 16 with SLACK bytes behind them, contents undefined; 0 where memory cannot grow. */
export function alloc(bytes: usize): usize {
  const at = top;
  if (bytes > LIMIT || at > LIMIT) return 0;
  const end = (at + bytes + SLACK + ALIGN - 1) & ~(ALIGN - 1);
  const have: usize = (<usize>memory.size()) << 16;
  if (end > have) {
    if (end > LIMIT) return 0;
    const pages = <i32>((end - have + 0xffff) >> 16);
    if (memory.grow(pages) < 0) return 0;
  }
  top = end;
  if (end > high) high = end;
  return at;
}

/** As alloc(), filled with zeros. */
export function allocZero(bytes: usize): usize {
  const at = alloc(bytes);
  if (at != 0) memory.fill(at, 0, bytes + SLACK);
  return at;
}

/** Overwrites everything that was allocated since the last wipe with zeros (R5) and empties the arena. */
export function wipe(): void {
  reset();
  if (high > top) memory.fill(top, 0, high - top);
  high = top;
}
