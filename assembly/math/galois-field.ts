/**
 * Finite fields GF(2^bits) by logarithm tables, for any primitive polynomial and up to 2^12 elements. Knows nothing of codes.
 *
 *   exp   u16 × 2·order   powers of the primitive element, written twice so that a sum of two logarithms needs no modulo
 *   log   u16 × (order+1) logarithms; log 0 is undefined
 */

@unmanaged
export class GaloisField {
  /** Number of non-zero elements: 2^bits − 1. */
  order: i32;
  exp: usize;
  log: usize;
}

/** Bytes that buildField() needs for a field of 2^bits elements. */
export function fieldBytes(bits: i32): usize {
  return offsetof<GaloisField>() + ((<usize>(3 << bits)) << 1);
}

/** Builds GF(2^bits) modulo `polynomial` (its x^bits term included) at `at`, which has fieldBytes(bits) bytes. */
export function buildField(at: usize, polynomial: i32, bits: i32): GaloisField {
  const field = changetype<GaloisField>(at);
  const order = (1 << bits) - 1;
  field.order = order;
  field.exp = at + offsetof<GaloisField>();
  field.log = field.exp + ((<usize>(2 << bits)) << 1);
  let value: i32 = 1;
  for (let i = 0; i < order; i++) {
    store<u16>(field.exp + ((<usize>i) << 1), <u16>value);
    store<u16>(field.exp + ((<usize>(i + order)) << 1), <u16>value);
    store<u16>(field.log + ((<usize>value) << 1), <u16>i);
    value <<= 1;
    if (value > order) value ^= polynomial;
  }
  return field;
}

/** Power of the primitive element, 0 ≤ exponent < 2·order. */
export function power(field: GaloisField, exponent: i32): i32 {
  return <i32>load<u16>(field.exp + ((<usize>exponent) << 1));
}

/** Logarithm of a non-zero element. */
export function logarithm(field: GaloisField, element: i32): i32 {
  return <i32>load<u16>(field.log + ((<usize>element) << 1));
}

/** Product of two elements. */
export function multiply(field: GaloisField, a: i32, b: i32): i32 {
  if (a == 0 || b == 0) return 0;
  return power(field, logarithm(field, a) + logarithm(field, b));
}

/** Inverse of a non-zero element. */
export function inverse(field: GaloisField, a: i32): i32 {
  return power(field, field.order - logarithm(field, a));
}
