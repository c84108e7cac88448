/**
 * A seeded source of random numbers, so that every generated symbol and scene can be made again. Knows nothing of either.
 */

/** Numbers that look random and depend on the seed alone. */
export interface Random {
  /** 0 ≤ v < 1. */
  next(): number;
  /** min ≤ v < max. */
  between(min: number, max: number): number;
  /** An integer, min ≤ v ≤ max. */
  int(min: number, max: number): number;
  /** 32 random bits as an unsigned integer. */
  bits(): number;
  pick<T>(items: readonly T[]): T;
  /** `count` different integers, 0 ≤ v < limit, in random order. */
  distinct(count: number, limit: number): number[];
}

/** A generator with 32 bits of state: a Weyl sequence through an avalanching mix; plenty for test data. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  const next = (): number => bits() / 0x1_0000_0000;
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    bits,
    int,
    between: (min, max) => min + next() * (max - min),
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[int(0, items.length - 1)] as T;
    },
    distinct(count, limit) {
      if (count > limit) throw new RangeError(`${count} different numbers below ${limit} do not exist`);
      const pool = Array.from({ length: limit }, (_, i) => i);
      for (let i = 0; i < count; i++) {
        const k = int(i, limit - 1);
        [pool[i], pool[k]] = [pool[k] as number, pool[i] as number];
      }
      return pool.slice(0, count);
    },
  };
}
