/**
 * The values of GS1 DataBar symbol characters from the widths of their elements (ISO/IEC 24724, tables 2, 3, 5 and 7).
 * Knows no image.
 */
import { countCompositions, rankOfWidths } from "../math/compositions";

/** Sets of characters: (16,4) outside and (15,4) inside of DataBar, (17,4) of Expanded, (26,7) of Limited. */
export const OUTSIDE: i32 = 0;
export const INSIDE: i32 = 1;
export const EXPANDED_SET: i32 = 2;
export const LIMITED_SET: i32 = 3;

/** The widest odd and the widest even element of a group have so many modules together. */
const WIDEST: i32 = 9;

/** Groups of a set, one after the other: first value, modules of the odd elements, widest odd element. */
const outside = memory.data<i32>([0, 12, 8, 161, 10, 6, 961, 8, 4, 2015, 6, 3, 2715, 4, 1, 2841]);
const inside = memory.data<i32>([0, 5, 2, 336, 7, 4, 1036, 9, 6, 1516, 11, 8, 1597]);
const expanded = memory.data<i32>([0, 12, 7, 348, 10, 5, 1388, 8, 4, 2948, 6, 3, 3988, 4, 1, 4192]);
const limited = memory.data<i32>([
  0, 17, 6, 183064, 13, 5, 820064, 9, 3, 1000776, 15, 5, 1491021, 11, 4, 1979845, 19, 8, 1996939, 7, 1, 2013571,
]);
/** Odd combinations in use of each group of the inside set: of the last two not all that there are. */
const insideOdd = memory.data<i32>([4, 20, 48, 81]);

function tableOf(set: i32): usize {
  return set == OUTSIDE ? outside : set == INSIDE ? inside : set == EXPANDED_SET ? expanded : limited;
}

function groupsOf(set: i32): i32 {
  return set == INSIDE ? 4 : set == LIMITED_SET ? 7 : 5;
}

export function modulesOfSet(set: i32): i32 {
  return set == OUTSIDE ? 16 : set == INSIDE ? 15 : set == EXPANDED_SET ? 17 : 26;
}

export function elementsOfSet(set: i32): i32 {
  return set == LIMITED_SET ? 14 : 8;
}

function entry(table: usize, group: i32, field: i32): i32 {
  return load<i32>(table + ((<usize>(group * 3 + field)) << 2));
}

/** Bit s is set where the odd elements of some group have s modules together. */
export function oddSumsOf(set: i32): i32 {
  const table = tableOf(set);
  let sums: i32 = 0;
  for (let group = 0, n = groupsOf(set); group < n; group++) sums |= 1 << entry(table, group, 1);
  return sums;
}

/** Value of a character's widths (bytes, element 1 first); −1 for widths that are none. */
export function characterValue(set: i32, widths: usize): i32 {
  const table = tableOf(set);
  const pairs = elementsOfSet(set) >> 1;
  let odd: i32 = 0;
  for (let i = 0; i < pairs; i++) odd += <i32>load<u8>(widths + <usize>(2 * i));
  for (let group = 0, n = groupsOf(set); group < n; group++) {
    if (entry(table, group, 1) != odd) continue;
    const widest = entry(table, group, 2);
    // One of the two halves always has an element of one module.
    const oddIsNarrow = set == INSIDE || set == EXPANDED_SET;
    const oddRank = rankOfWidths(widths, 2, pairs, widest, oddIsNarrow);
    const evenRank = rankOfWidths(widths + 1, 2, pairs, WIDEST - widest, !oddIsNarrow);
    if (oddRank < 0 || evenRank < 0) return -1;
    const first = entry(table, group, 0);
    let value: i32 = 0;
    if (set == INSIDE) {
      const combinations = load<i32>(insideOdd + ((<usize>group) << 2));
      if (oddRank >= combinations) return -1;
      value = first + evenRank * combinations + oddRank;
    } else {
      const even = modulesOfSet(set) - odd;
      value = first + oddRank * countCompositions(even, pairs, WIDEST - widest, !oddIsNarrow) + evenRank;
    }
    return value < entry(table, group + 1, 0) ? value : -1;
  }
  return -1;
}

/** Sum of the widths, each weighted with the next power of 3, modulo the check character's prime. */
export function weightedSum(widths: usize, elements: i32, prime: i32): i32 {
  let sum: i32 = 0;
  let weight: i32 = 1;
  for (let i = 0; i < elements; i++) {
    sum += weight * <i32>load<u8>(widths + <usize>i);
    weight = (weight * 3) % prime;
  }
  return sum % prime;
}

/** 3 to a power modulo a prime. */
export function weightAt(power: i32, prime: i32): i32 {
  let weight: i32 = 1;
  for (let i = 0; i < power; i++) weight = (weight * 3) % prime;
  return weight;
}
