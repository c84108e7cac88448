/**
 * What linear decoders are given: a strip, grey profiles across a symbol's bars, and for which formats it was made. Knows no
 * symbology.
 */
import { floatAt, setFloat } from "./floats";

/**
 * Traits of formats. A strip that was made for the sake of formats with a trait asks for it (Strip.asks): it is not offered
 * to others, which would find no more in it than in the strips that every format is offered.
 */
export const HAS_FEW_EDGES: i32 = 1;
export const HAS_WIDE_ELEMENTS: i32 = 2;
export const MAY_TOUCH_EDGE: i32 = 4;

/**
 * A linear symbol's place as the scan hands it to a linear decoder: grey profiles taken along the normal to the bars,
 * averaged over many parallel scan lines that were aligned with each other. Band 0 is the mean of all lines; the
 * further bands are means of separate parts of the height, independent evidence in the same coordinates.
 *
 * Decoders see dark bars on a light ground, read left to right; the scan turns and inverts the profile for them.
 */
@unmanaged
export class Strip {
  /** Samples of a profile. */
  length: i32;
  /** Bands, band 0 included. */
  bands: i32;
  /** f32 profiles, `length` apart, 0 dark … 255 light. */
  profiles: usize;
  /** Scan lines behind each band, one i32 each. */
  lines: usize;
  /** Mean correlation of the scan lines with their mean, 0–1. */
  trust: f32;
  /** Light bars on a dark ground: the profile was inverted. */
  inverted: bool;
  /** The profile runs against the scan's own direction. */
  reversed: bool;
  /** First and last sample within the frame; beyond, profiles are made up. */
  first: i32;
  last: i32;
  /** Pixels of level 0 per sample. */
  scale: f32;
  /** Where samples lie in the image: pixels of level 0 of the profile's start at the upper and lower end of the bars, and per sample. */
  topX: f32;
  topY: f32;
  topStepX: f32;
  topStepY: f32;
  bottomX: f32;
  bottomY: f32;
  bottomStepX: f32;
  bottomStepY: f32;
  /** Traits that a format must have to be offered the strip. */
  asks: i32;
  /** The band to read; the others are evidence for or against. */
  band: i32;
  /** Edges of that band and the swing they were found by: see kit/edges.ts. */
  swing: f32;
  edges: usize;
  edgeCount: i32;
  /** Only symbologies that came nearer than this are offered the strip; and the one that looks at it now. */
  within: f32;
  reader: i32;
}

/** Strips are offered to every symbology, however near it came. */
export const ANYBODY: f32 = f32.MAX_VALUE;
/** Places that the registry may give to linear symbologies. */
const MOST_READERS: i32 = 32;
/**
 * Error of the best attempt of each symbology on the strip at hand, 1 where it would just have been accepted: what
 * decoders leave behind for the pass that decides whether dearer attempts pay. One by one, for what comes near one
 * symbology promises nothing to the others: with many formats a strip costs what each of them alone would spend on it.
 */
const errors = memory.data(4 * 32);

/** Begins a strip, or another look at it: no symbology came near. */
export function forgetErrors(): void {
  for (let reader = 0; reader < MOST_READERS; reader++) setFloat(errors, reader, ANYBODY);
}

/** True if any symbology came nearer than `within`. */
export function isNear(within: f32): bool {
  for (let reader = 0; reader < MOST_READERS; reader++) if (floatAt(errors, reader) < within) return true;
  return false;
}

/** True if a strip is to be offered to the symbology at a place of the registry, with the traits of its formats. */
export function suits(strip: Strip, traits: i32, reader: i32): bool {
  strip.reader = reader;
  return (strip.asks & ~traits) == 0 && (strip.within == ANYBODY || floatAt(errors, reader) < strip.within);
}

/** Notes how near a decoder came to reading the strip: an error, and the error up to which it accepts. */
export function noteError(strip: Strip, error: f32, most: f32): void {
  setFloat(errors, strip.reader, min(floatAt(errors, strip.reader), error / most));
}

/** Profile of a band. */
export function profileOf(strip: Strip, band: i32): usize {
  return strip.profiles + ((<usize>(band * strip.length)) << 2);
}

/** Scan lines behind a band. */
export function linesOf(strip: Strip, band: i32): i32 {
  return load<i32>(strip.lines + ((<usize>band) << 2));
}

/**
 * True if what lies between two places of the strip lies within the frame, but for a module's worth that blur and a close
 * crop may take: beyond, a profile repeats its last pixel, which may look like a bar or space of a symbol cut off there.
 */
export function isWithinFrame(strip: Strip, from: f32, to: f32, module: f32): bool {
  const begins = strip.first == 0 || from >= <f32>strip.first - module;
  return begins && (strip.last == strip.length - 1 || to <= <f32>strip.last + module);
}

/** Bands of parts of the height that a strip of many lines has behind its parts, and the fewest bands of such a strip. */
export const NARROW_BANDS: i32 = 8;
const MANY_BANDS: i32 = 1 + 4 + NARROW_BANDS;

/** Where the lines of the strip's band begin, as a part of the way from its top line to its bottom line. */
export function bandTop(strip: Strip): f32 {
  return strip.reversed ? 1 - partOf(strip, 1) : partOf(strip, 0);
}

/** … and where they end. */
export function bandBottom(strip: Strip): f32 {
  return strip.reversed ? 1 - partOf(strip, 0) : partOf(strip, 1);
}

/** The beginning (0) or end (1) of the band, in the scan's own direction. */
function partOf(strip: Strip, end: i32): f32 {
  const band = strip.band;
  if (band == 0) return <f32>end;
  const parts = strip.bands >= MANY_BANDS ? strip.bands - 1 - NARROW_BANDS : strip.bands - 1;
  if (band <= parts) return <f32>(band - 1 + end) / <f32>parts;
  return <f32>(band - 1 - parts + end) / <f32>NARROW_BANDS;
}
