/**
 * What tells one code of bars and spaces from another: the element widths of its characters and how they follow each
 * other. Data only; knows neither profiles nor what the characters mean.
 *
 *   rows    data characters | start patterns | stop patterns
 *   row     `elements` bytes, bar first, in modules; 0 ends a shorter row. In a code of two widths 1 is narrow and 2 is
 *           wide, whatever the print's ratio; larger numbers stay modules.
 *
 * A row of an even number of elements ends in a space and the next begins at once. A row of an odd number ends in a bar;
 * what follows a data or start row is then the gap between characters, what follows a stop row is the quiet zone.
 */

/** Most rows of a code. */
export const MOST_ROWS: i32 = 132;

@unmanaged
export class Code {
  /** Tells the codes' templates apart: the format's id. */
  id: i32;
  rows: usize;
  elements: i32;
  data: i32;
  starts: i32;
  stops: i32;
  /** Bars and spaces are narrow or wide; otherwise they are whole modules. */
  hasTwoWidths: bool;
  /** Modules that 1 stands for where there are not two widths. */
  unit: f32;
  /** Wide over narrow. */
  leastRatio: f32;
  mostRatio: f32;
  /** Light asked for on both sides, in modules; the standards ask for 10, tight crops have less. */
  quiet: f32;
  /**
   * Modules of the quiet zones that have to lie within the frame: a symbol that the frame's edge cuts could pass for a
   * shorter one.
   */
  seenQuiet: f32;
  /** As little is enough where both sides have as much: an image that was cropped around a symbol. 0 where it is not. */
  croppedQuiet: f32;
  /** Fewest characters between start and stop. */
  leastData: i32;
}

/** Bytes of a Code. */
export const CODE_BYTES: usize = 64;

/** First start row, first stop row, one past the last. */
export function firstStart(code: Code): i32 {
  return code.data;
}

export function firstStop(code: Code): i32 {
  return code.data + code.starts;
}

export function rowCount(code: Code): i32 {
  return code.data + code.starts + code.stops;
}

export function rowOf(code: Code, row: i32): usize {
  return code.rows + <usize>(row * code.elements);
}

/** Elements of a row. */
export function elementsOf(code: Code, row: i32): i32 {
  const at = rowOf(code, row);
  let n: i32 = 0;
  while (n < code.elements && load<u8>(at + <usize>n) != 0) n++;
  return n;
}

/** Width of an element in modules. */
export function elementWidth(code: Code, row: i32, element: i32, ratio: f32): f32 {
  const byte = <i32>load<u8>(rowOf(code, row) + <usize>element);
  if (!code.hasTwoWidths) return <f32>byte * code.unit;
  return byte == 2 ? ratio : <f32>byte;
}

/** True if a row has all elements of another one and perhaps more. */
export function beginsAs(code: Code, row: i32, other: i32): bool {
  return memory.compare(rowOf(code, row), rowOf(code, other), <usize>elementsOf(code, other)) == 0;
}
