/** Bose–Chaudhuri–Hocquenghem codes as shift registers: check bits behind a few data bits. Knows nothing of symbols. */

/** Data with the check bits of a generator polynomial behind it: data · x^degree plus its remainder. */
export function bchWord(data: i32, generator: i32): i32 {
  const degree = 31 - clz(generator);
  let value = data << degree;
  while (value >= 1 << degree) value ^= generator << (31 - clz(value) - degree);
  return (data << degree) | value;
}
