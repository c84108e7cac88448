/** Test build only: what tests of the GS1 DataBar readers reach into. */
import { foundCosts } from "./kit/pattern-search";
import { patternError } from "./kit/blurred-modules";
import { allocSymbol } from "./io/symbol";
import { decodeContent } from "./symbology/databar/expanded-content";
import { addCharacter, chosenValue, lead, openString, settle, settledCost } from "./symbology/databar/settle";
import { Character } from "./symbology/databar/group";

export { characterValue, modulesOfSet, oddSumsOf } from "./content/databar-characters";
export { countCompositions, rankOfWidths } from "./math/compositions";
export { openSearch, searchPatterns, widthsFound } from "./kit/pattern-search";
export { checkWidths } from "./symbology/databar-limited/tables";

/** As patternError(), the colour of the first element as a number. */
export function errorOfPattern(samples: usize, widths: usize, elements: i32, darkFirst: i32, shape: i32): f32 {
  return patternError(samples, widths, elements, darkFirst != 0, shape);
}

/** Status of decoding the values of a DataBar Expanded symbol with so many characters, check character included. */
export function decodeDatabarExpanded(values: usize, characters: i32): i32 {
  const symbol = allocSymbol(27, 128, 1);
  return symbol == null ? -1 : decodeContent(values, characters, symbol);
}

/**
 * Settles `count` characters of `readings` readings each (i32 values, i32 sums, f32 costs one after the other, `weights`
 * as i32); returns 1 where the residue was reached.
 */
export function settleDatabar(
  prime: i32,
  count: i32,
  readings: i32,
  values: usize,
  sums: usize,
  costs: usize,
  weights: usize,
  residue: i32,
  characters: usize,
): i32 {
  openString(prime);
  for (let k = 0; k < count; k++) {
    const character = changetype<Character>(characters + <usize>k * offsetof<Character>());
    const at = (<usize>(k * readings)) << 2;
    character.count = readings;
    character.values = values + at;
    character.sums = sums + at;
    character.costs = costs + at;
    addCharacter(character, load<i32>(weights + ((<usize>k) << 2)));
  }
  return settle(residue) ? 1 : 0;
}

export function settledDatabarValue(position: i32): i32 {
  return chosenValue(position);
}
export function settledDatabarCost(): f32 {
  return settledCost;
}
export function settledDatabarLead(): f32 {
  return lead;
}

/** Where the costs of the patterns found lie. */
export function foundCostsAt(): usize {
  return foundCosts;
}
