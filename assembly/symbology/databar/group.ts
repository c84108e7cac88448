/**
 * A finder pattern with the characters at its sides, as one strip showed it, and the frame's list of them: rows of
 * stacked symbols come from several strips, the two halves of a row from its two directions. Knows no symbol.
 */
import { frameSerial } from "../../io/results";

/** Likeliest readings of one character. */
@unmanaged
export class Character {
  count: i32;
  /** i32 each: values, and weighted sums of widths modulo the symbology's prime. */
  values: usize;
  sums: usize;
  /** f32: squared distances to the profile. */
  costs: usize;
}

@unmanaged
export class Group {
  /** OMNI or EXPANDED. */
  kind: i32;
  /** Index of the finder pattern. */
  finder: i32;
  /** 0 where its wide end is light, as in left halves and odd positions; 1 in right halves and even positions. */
  side: i32;
  /** The characters before the wide and behind the narrow end. */
  outer: Character;
  inner: Character;
  /** Mean squared error per sample of finder and characters. */
  error: f32;
  /** Centre of the finder pattern in pixels of level 0, at the upper and lower end of what was seen of the row. */
  topX: f32;
  topY: f32;
  bottomX: f32;
  bottomY: f32;
  /** Unit vector from its wide end on, and pixels per module. */
  ux: f32;
  uy: f32;
  module: f32;
  /** Corners: before the outer character on the top and bottom line, behind the inner one on bottom and top. */
  x0: f32;
  y0: f32;
  x1: f32;
  y1: f32;
  x2: f32;
  y2: f32;
  x3: f32;
  y3: f32;
  /** Bands or lines that gave the same values. */
  agreed: i32;
  lines: i32;
  isInverted: bool;
  /** Reaches beyond the frame, where profiles are made up. */
  isCut: bool;
  /** Rows above and below were looked for. */
  isFollowed: bool;
}

/** Most groups of a frame: two symbols of eleven finders and what else looks like a group. */
export const MOST_GROUPS: i32 = 48;
const CHARACTER_SIZE: usize = 16;
const GROUP_SIZE: usize = 128;
const LIST_SIZE: usize = 24;

const groups = memory.data(48 * 128);
const heads = memory.data(48 * 2 * 16);
const lists = memory.data(48 * 2 * 3 * 24);
let count: i32 = 0;
let serial: i32 = -1;

/** Forgets the groups of the last frame. */
function open(): void {
  if (serial == frameSerial()) return;
  serial = frameSerial();
  count = 0;
}

export function groupCount(): i32 {
  open();
  return count;
}

export function groupAt(index: i32): Group {
  return changetype<Group>(groups + <usize>index * GROUP_SIZE);
}

/** An empty entry for the next group; kept once keepGroup() is called. The last entry serves where the list is full. */
export function nextGroup(): Group {
  open();
  const index = min(count, MOST_GROUPS - 1);
  const group = groupAt(index);
  memory.fill(changetype<usize>(group), 0, GROUP_SIZE);
  group.outer = character(2 * index);
  group.inner = character(2 * index + 1);
  return group;
}

function character(index: i32): Character {
  const one = changetype<Character>(heads + <usize>index * CHARACTER_SIZE);
  const list = lists + <usize>(3 * index) * LIST_SIZE;
  one.count = 0;
  one.values = list;
  one.sums = list + LIST_SIZE;
  one.costs = list + 2 * LIST_SIZE;
  return one;
}

/** Copies what nextGroup() gave to another entry. */
function replace(to: Group, from: Group): void {
  const outer = to.outer;
  const inner = to.inner;
  memory.copy(changetype<usize>(to), changetype<usize>(from), GROUP_SIZE);
  to.outer = outer;
  to.inner = inner;
  copyCharacter(outer, from.outer);
  copyCharacter(inner, from.inner);
}

function copyCharacter(to: Character, from: Character): void {
  to.count = from.count;
  memory.copy(to.values, from.values, 3 * LIST_SIZE);
}

/** Modules along the row within which two groups with the same finder are one. */
const SAME_PLACE: f32 = 3;
/** … and across it: rows of one symbol with the same finder are farther apart. */
const SAME_ROW: f32 = 60;

/**
 * Puts the group that nextGroup() gave into the list, in place of a worse look at the same; true if the list knows more
 * than before.
 */
export function keepGroup(): bool {
  const group = groupAt(min(count, MOST_GROUPS - 1));
  let worst: i32 = -1;
  let looks: i32 = 0;
  for (let i = 0, n = min(count, MOST_GROUPS - 1); i < n; i++) {
    const other = groupAt(i);
    if (!isSamePlace(other, group)) continue;
    if (hasSameValues(other, group)) {
      const agreed = other.agreed + group.agreed;
      const isBetter = group.error < other.error;
      const isFollowed = other.isFollowed;
      span(group, other);
      if (isBetter) replace(other, group);
      else span(other, group);
      other.agreed = min(agreed, 12);
      other.isFollowed = isFollowed;
      return isBetter || agreed < 4;
    }
    looks++;
    if (worst < 0 || other.error > groupAt(worst).error) worst = i;
  }
  if (looks >= 3) {
    if (groupAt(worst).error <= group.error) return false;
    replace(groupAt(worst), group);
    return true;
  }
  if (count >= MOST_GROUPS - 1) return false;
  count++;
  return true;
}

/** Lets a group reach as far up and down as another look at the same. */
function span(group: Group, other: Group): void {
  if (across(group, other.topX, other.topY) < across(group, group.topX, group.topY)) {
    group.topX = other.topX;
    group.topY = other.topY;
    group.x0 = other.x0;
    group.y0 = other.y0;
    group.x1 = other.x1;
    group.y1 = other.y1;
  }
  if (across(group, other.bottomX, other.bottomY) > across(group, group.bottomX, group.bottomY)) {
    group.bottomX = other.bottomX;
    group.bottomY = other.bottomY;
    group.x2 = other.x2;
    group.y2 = other.y2;
    group.x3 = other.x3;
    group.y3 = other.y3;
  }
}

/** Centre of a group's finder. */
export function centreX(group: Group): f32 {
  return (group.topX + group.bottomX) * 0.5;
}

export function centreY(group: Group): f32 {
  return (group.topY + group.bottomY) * 0.5;
}

/** How far a place lies below a group's centre, in pixels, for somebody who reads along the group. */
export function across(group: Group, x: f32, y: f32): f32 {
  return (y - centreY(group)) * group.ux - (x - centreX(group)) * group.uy;
}

/** How far a place lies along from there. */
export function along(group: Group, x: f32, y: f32): f32 {
  return (x - centreX(group)) * group.ux + (y - centreY(group)) * group.uy;
}

function isSamePlace(a: Group, b: Group): bool {
  if (a.kind != b.kind || a.finder != b.finder || a.side != b.side || a.isInverted != b.isInverted) return false;
  if (abs<f32>(along(a, centreX(b), centreY(b))) > SAME_PLACE * a.module) return false;
  return abs<f32>(across(a, centreX(b), centreY(b))) < SAME_ROW * a.module && a.ux * b.ux + a.uy * b.uy > 0.8;
}

function hasSameValues(a: Group, b: Group): bool {
  return hasSameValue(a.outer, b.outer) && hasSameValue(a.inner, b.inner);
}

function hasSameValue(a: Character, b: Character): bool {
  if (a.count == 0 || b.count == 0) return a.count == b.count;
  return load<i32>(a.values) == load<i32>(b.values);
}

/** A known group with this finder so near a place that another look at the same row would show nothing new. */
export function isKnown(kind: i32, finder: i32, side: i32, x: f32, y: f32, module: f32): bool {
  for (let i = 0, n = groupCount(); i < n; i++) {
    const other = groupAt(i);
    if (other.kind != kind || other.finder != finder || other.side != side || other.error > CLEAR) continue;
    if (other.outer.count == 0 || other.inner.count == 0) continue;
    const dx = x - centreX(other);
    const dy = y - centreY(other);
    if (dx * dx + dy * dy < module * module * NEAR * NEAR && other.agreed >= 3) return true;
  }
  return false;
}

const CLEAR: f32 = 0.006;
const NEAR: f32 = 12;
