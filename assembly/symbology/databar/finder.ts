/**
 * Groups of a strip: finder patterns by the distances of like edges, then by the grey profile; the characters beside
 * them by search. Knows neither rows nor symbols.
 */
import { planeAt } from "../../image/frame";
import { spend } from "../../kit/budget";
import { FIRST_SHAPE, SHAPES, patternError } from "../../kit/blurred-modules";
import { measureDarkness, sampleModules } from "../../kit/darkness";
import { floatAt, sampleAt, setFloat } from "../../kit/floats";
import { foundCosts, openSearch, searchPatterns, widthsFound } from "../../kit/pattern-search";
import { Strip, bandBottom, bandTop, linesOf, profileOf, isWithinFrame } from "../../kit/strip";
import { PER_MODULE } from "../../kit/template";
import { isThorough } from "../../io/options";
import {
  EXPANDED_SET,
  INSIDE,
  OUTSIDE,
  characterValue,
  modulesOfSet,
  oddSumsOf,
  weightedSum,
} from "../../content/databar-characters";
import { Character, isKnown, keepGroup, nextGroup } from "./group";
import { CHARACTER_ELEMENTS, EXPANDED, FINDER_ELEMENTS, FINDER_MODULES, OMNI, finderWidths, findersOf } from "./tables";

/** Narrowest module in samples. */
const LEAST_MODULE: f32 = 0.9;
/** Modules by which the sums of neighbouring elements may differ from a finder's, all three together. */
const MOST_DIFFERENCE: f32 = 3;
/** The two narrow elements of a finder together, in modules. */
const LEAST_NARROW: f32 = 1.1;
const MOST_NARROW: f32 = 3;
/** Mean squared error per sample of a finder and of a character above which it is none. */
const MOST_FINDER_ERROR: f32 = 0.03;
const MOST_ERROR: f32 = 0.035;
/** Modules of the least and the greatest surroundings of a finder: its characters and the next guard. */
const REACH: f32 = 20;
/** Modules that may lie beyond the frame: the guard, and what a close crop or a bent surface takes of a character. */
const OUTSIDE_FRAME: f32 = 3;
/** Ends tried for a character, and how many of them are searched. */
const MOST_ENDS: i32 = 9;
/** Change of a character's width from one end tried to the next, as a part of it. */
const DRIFT: f32 = 0.02;
/** Modules by which a character's end may differ from the nominal place where its edges say so. */
const FAR: f32 = 2.5;
/** Grey levels by which an edge rises, as a part of those that a finder ranges over: what blur and shadow leave. */
const LEAST_SWING: f32 = 0.2;
/** Modules at both sides of a place in which its edge lies. */
const EDGE_REACH: f32 = 1.5;
const SAMPLES: i32 = FINDER_MODULES * PER_MODULE;

const samples = memory.data(17 * 4 * 4);
const ends = memory.data(9 * 4);
const bounds = memory.data(9 * 4);

/** Finds the groups of one direction of a strip and puts them into the frame's list; returns how many are new. */
export function findGroups(strip: Strip, seeksOmni: bool, seeksExpanded: bool, darkness: usize): i32 {
  const edges = strip.edges;
  let added: i32 = 0;
  for (let i = 0; i + FINDER_ELEMENTS < strip.edgeCount; i++) {
    const from = floatAt(edges, i);
    const to = floatAt(edges, i + 5);
    const module = (to - from) / <f32>FINDER_MODULES;
    if (module < LEAST_MODULE) continue;
    const narrow = to - floatAt(edges, i + 3);
    if (narrow < LEAST_NARROW * module || narrow > MOST_NARROW * module) continue;
    const wide = floatAt(edges, i + 3) - floatAt(edges, i + 1);
    if (wide < 9 * module || wide > 13 * module) continue;
    if (!spend(5)) return added;
    added += tryFinder(strip, i, module, seeksOmni, seeksExpanded, darkness);
  }
  return added;
}

/** How far the edges are from a finder's, in modules. */
function difference(edges: usize, i: i32, module: f32, widths: usize): f32 {
  let sum: f32 = 0;
  for (let e = 0; e < 3; e++) {
    const nominal = <i32>load<u8>(widths + <usize>e) + <i32>load<u8>(widths + <usize>(e + 1));
    sum += abs<f32>((floatAt(edges, i + e + 2) - floatAt(edges, i + e)) / module - <f32>nominal);
  }
  return sum;
}

function tryFinder(strip: Strip, i: i32, module: f32, omni: bool, expanded: bool, darkness: usize): i32 {
  const edges = strip.edges;
  const from = floatAt(edges, i);
  const to = floatAt(edges, i + 5);
  const profile = profileOf(strip, strip.band);
  // Light first where the first edge leads to light.
  const isDark = (i & 1) == 0;
  let isSampled = false;
  let added: i32 = 0;
  for (let kind = omni ? OMNI : EXPANDED; kind <= (expanded ? EXPANDED : OMNI); kind++) {
    let finder = -1;
    let least: f32 = MOST_FINDER_ERROR * <f32>SAMPLES;
    for (let f = 0, n = findersOf(kind); f < n; f++) {
      const widths = finderWidths(kind, f);
      if (difference(edges, i, module, widths) > MOST_DIFFERENCE) continue;
      if (!isSampled) {
        const begin = <i32>(from - REACH * module);
        measureDarkness(profile, strip.length, begin, <i32>(to + REACH * module), 6 * module, darkness);
        isSampled = true;
      }
      sampleModules(darkness, strip.length, from, to, FINDER_MODULES, samples);
      for (let shape = FIRST_SHAPE - 1; shape <= FIRST_SHAPE + 1; shape++) {
        const error = patternError(samples, widths, FINDER_ELEMENTS, isDark, shape);
        if (error >= least) continue;
        least = error;
        finder = f;
      }
    }
    if (finder < 0 || !spend(40)) continue;
    if (readGroup(strip, i, kind, finder, isDark, module, darkness)) added++;
  }
  return added;
}

/** Reads the characters beside a finder pattern; true if the list of groups grew or got better by it. */
function readGroup(strip: Strip, i: i32, kind: i32, finder: i32, isDark: bool, module: f32, darkness: usize): bool {
  const edges = strip.edges;
  const from = floatAt(edges, i);
  const to = floatAt(edges, i + 5);
  const side = isDark ? 1 : 0;
  const scale = strip.scale;
  const centre: f32 = (from + to) * 0.5;
  const top = bandTop(strip);
  const bottom = bandBottom(strip);
  const x = placeX(strip, centre, (top + bottom) * 0.5);
  const y = placeY(strip, centre, (top + bottom) * 0.5);
  if (isKnown(kind, finder, side, x, y, module * scale)) return false;
  const widths = finderWidths(kind, finder);
  sampleModules(darkness, strip.length, from, to, FINDER_MODULES, samples);
  let shape = FIRST_SHAPE;
  let finderError: f32 = 1e9;
  for (let s = 0; s < SHAPES; s++) {
    const error = patternError(samples, widths, FINDER_ELEMENTS, isDark, s);
    if (error >= finderError) continue;
    finderError = error;
    shape = s;
  }
  const group = nextGroup();
  group.kind = kind;
  group.finder = finder;
  group.side = side;
  // Colours of the modules at the finder's ends, as the character beside them meets them.
  const c = isDark ? 1 : 0;
  const d = 1 - c;
  const wide = <i32>load<u8>(widths) > 1 ? c : d;
  const outerSet = kind == OMNI ? OUTSIDE : EXPANDED_SET;
  const innerSet = kind == OMNI ? INSIDE : EXPANDED_SET;
  const begin = readCharacter(
    strip,
    i,
    -1,
    from,
    module,
    outerSet,
    isDark,
    3 * d,
    2 * c + wide,
    shape,
    group.outer,
    darkness,
  );
  const end = readCharacter(
    strip,
    i + 5,
    1,
    to,
    module,
    innerSet,
    !isDark,
    2 * d + c,
    3 * d,
    shape,
    group.inner,
    darkness,
  );
  // The ground beside a symbol of which a part is missing shows noise, which its own extremes make bars of.
  const profile = profileOf(strip, strip.band);
  const swing = LEAST_SWING * rangeOf(profile, strip.length, from, to);
  if (group.outer.count > 0 && !endsInEdge(profile, strip.length, begin, module, swing)) return false;
  if (group.inner.count > 0 && !endsInEdge(profile, strip.length, end, module, swing)) return false;
  const outer = group.outer.count;
  const inner = group.inner.count;
  if (kind == OMNI ? outer == 0 || inner == 0 : outer == 0 && inner == 0) return false;
  if (kind == OMNI && isDark && !endsInBar(strip, begin, module, darkness)) return false;
  const cost =
    finderError + (outer > 0 ? floatAt(group.outer.costs, 0) : 0) + (inner > 0 ? floatAt(group.inner.costs, 0) : 0);
  let modules = FINDER_MODULES;
  if (outer > 0) modules += modulesOfSet(outerSet);
  if (inner > 0) modules += modulesOfSet(innerSet);
  group.error = cost / <f32>(modules * PER_MODULE);
  group.topX = placeX(strip, centre, top);
  group.topY = placeY(strip, centre, top);
  group.bottomX = placeX(strip, centre, bottom);
  group.bottomY = placeY(strip, centre, bottom);
  const dx = strip.topStepX + strip.bottomStepX;
  const dy = strip.topStepY + strip.bottomStepY;
  const norm: f32 = sqrt<f32>(dx * dx + dy * dy);
  if (!(norm > 0)) return false;
  group.ux = dx / norm;
  group.uy = dy / norm;
  group.module = module * norm * 0.5;
  group.x0 = placeX(strip, begin, top);
  group.y0 = placeY(strip, begin, top);
  group.x1 = placeX(strip, end, top);
  group.y1 = placeY(strip, end, top);
  group.x2 = placeX(strip, end, bottom);
  group.y2 = placeY(strip, end, bottom);
  group.x3 = placeX(strip, begin, bottom);
  group.y3 = placeY(strip, begin, bottom);
  group.agreed = 1;
  group.lines = linesOf(strip, strip.band);
  group.isInverted = strip.inverted;
  group.isCut = !isWithinFrame(strip, begin, end, OUTSIDE_FRAME * module);
  return keepGroup();
}

/** True where a character's far end is an edge, as that to a guard or to the next character is. */
function endsInEdge(profile: usize, length: i32, place: f32, module: f32, swing: f32): bool {
  const reach = EDGE_REACH * module;
  // What lies outside of the frame repeats its last pixel; how much of it may be missing is told elsewhere.
  if (place < reach || place > <f32>length - reach) return true;
  return rangeOf(profile, length, place - reach, place + reach) >= swing;
}

/** Grey levels between the lightest and the darkest sample between two places. */
function rangeOf(profile: usize, length: i32, a: f32, b: f32): f32 {
  let low: f32 = 1e9;
  let high: f32 = -1e9;
  for (let i = max(0, <i32>a), n = min(length - 1, <i32>b); i <= n; i++) {
    low = min(low, floatAt(profile, i));
    high = max(high, floatAt(profile, i));
  }
  return high - low;
}

/**
 * True where the right half's guard, a space and a bar of one module, is followed by light: what tells a symbol from an
 * inverted one that is read upside down.
 */
function endsInBar(strip: Strip, begin: f32, module: f32, darkness: usize): bool {
  const beyond = begin - 2.8 * module;
  const plane = planeAt(0);
  if (plane == null || beyond < 0) return true;
  const x = placeX(strip, beyond, 0.5);
  const y = placeY(strip, beyond, 0.5);
  // What lies outside of the frame repeats its last pixel, which may be the bar itself.
  if (x < 1 || y < 1 || x > <f32>plane.width - 1 || y > <f32>plane.height - 1) return true;
  return sampleAt(darkness, strip.length, beyond) < 0.5;
}

/** Where a sample of the strip lies in the image: on its top line (0) to its bottom line (1). */
function placeX(strip: Strip, sample: f32, part: f32): f32 {
  const top = strip.topX + strip.topStepX * sample;
  return top + (strip.bottomX + strip.bottomStepX * sample - top) * part;
}

function placeY(strip: Strip, sample: f32, part: f32): f32 {
  const top = strip.topY + strip.topStepY * sample;
  return top + (strip.bottomY + strip.bottomStepY * sample - top) * part;
}

/** Puts a place into the list of ends; returns the new count. */
function proposeEnd(place: f32, nominal: f32, most: f32, count: i32): i32 {
  if (abs<f32>(place - nominal) > most || count >= MOST_ENDS) return count;
  for (let k = 0; k < count; k++) {
    if (abs<f32>(floatAt(ends, k) - place) < 0.05 * most) return count;
  }
  setFloat(ends, count, place);
  return count + 1;
}

/**
 * Reads the character that begins at edge `index` and goes on in a direction (−1 or 1); returns its far end. Colours are
 * those of two modules before and behind it, in the profile's order.
 */
function readCharacter(
  strip: Strip,
  index: i32,
  direction: i32,
  start: f32,
  module: f32,
  set: i32,
  darkFirst: bool,
  before: i32,
  behind: i32,
  shape: i32,
  out: Character,
  darkness: usize,
): f32 {
  const modules = modulesOfSet(set);
  const width = <f32>(modules * direction) * module;
  const nominal = start + width;
  out.count = 0;
  if (nominal < 0 || nominal > <f32>strip.length) return start;
  const most = FAR * module;
  let count: i32 = 0;
  // The far end is an edge of the same kind as the near one, eight elements away where all were found.
  const eighth = index + direction * CHARACTER_ELEMENTS;
  if (eighth >= 0 && eighth < strip.edgeCount) count = proposeEnd(floatAt(strip.edges, eighth), nominal, most, count);
  for (let k = 1; k < CHARACTER_ELEMENTS; k++) {
    const other = index + direction * 2 * k;
    if (other < 0 || other >= strip.edgeCount) break;
    count = proposeEnd(floatAt(strip.edges, other), nominal, module, count);
  }
  const steps = isThorough() ? 2 : 1;
  for (let s = -steps; s <= steps; s++) count = proposeEnd(nominal + width * DRIFT * <f32>s, nominal, most, count);
  let best: i32 = 0;
  for (let k = 0; k < count; k++) {
    sampleCharacter(strip, start, floatAt(ends, k), modules, darkness);
    setFloat(bounds, k, openSearch(samples, modules, shape, before, behind));
    if (floatAt(bounds, k) < floatAt(bounds, best)) best = k;
  }
  const limit = MOST_ERROR * <f32>(modules * PER_MODULE);
  if (!(floatAt(bounds, best) < limit)) return start;
  const end = floatAt(ends, best);
  sampleCharacter(strip, start, end, modules, darkness);
  openSearch(samples, modules, shape, before, behind);
  const found = searchPatterns(CHARACTER_ELEMENTS, 8, darkFirst, before, oddSumsOf(set), direction > 0, 2 * limit);
  const prime = set == EXPANDED_SET ? 211 : 79;
  for (let k = 0; k < found; k++) {
    const value = characterValue(set, widthsFound(k));
    if (value < 0) continue;
    const at = (<usize>out.count) << 2;
    store<i32>(out.values + at, value);
    store<i32>(out.sums + at, weightedSum(widthsFound(k), CHARACTER_ELEMENTS, prime));
    store<f32>(out.costs + at, floatAt(foundCosts, k));
    out.count++;
  }
  if (out.count > 0 && floatAt(out.costs, 0) > limit) out.count = 0;
  return end;
}

/** Samples a character from left to right. */
function sampleCharacter(strip: Strip, start: f32, end: f32, modules: i32, darkness: usize): void {
  sampleModules(darkness, strip.length, min(start, end), max(start, end), modules, samples);
}
