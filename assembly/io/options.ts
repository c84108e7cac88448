/** The options block, read where the host wrote it. */
import {
  EFFORT_THOROUGH,
  FLAG_INVERTED,
  FLAG_NAMED,
  OPTIONS_ADDRESS,
  OPTION_BUDGET,
  OPTION_EFFORT,
  OPTION_FLAGS,
  OPTION_FORMATS_HIGH,
  OPTION_FORMATS_LOW,
  OPTION_FRAME_NUMBER,
  OPTION_MAX_SYMBOLS,
  OPTION_MIN_CONFIDENCE,
} from "../abi/layout";

function word(index: i32): i32 {
  return load<i32>(<usize>OPTIONS_ADDRESS + ((<usize>index) << 2));
}

/** True if the format with this id is asked for. */
export function isWanted(format: i32): bool {
  const bits = word(format < 32 ? OPTION_FORMATS_LOW : OPTION_FORMATS_HIGH);
  return ((bits >>> (format & 31)) & 1) != 0;
}

/** True where stills deserve every attempt; false for one quick look at a live frame. */
export function isThorough(): bool {
  return word(OPTION_EFFORT) == EFFORT_THOROUGH;
}

/** True if light symbols on a dark ground are asked for too. */
export function seeksInverted(): bool {
  return (word(OPTION_FLAGS) & FLAG_INVERTED) != 0;
}

/** True if the formats were named, so that symbols of which little can be told are asked for too. */
export function isNamed(): bool {
  return (word(OPTION_FLAGS) & FLAG_NAMED) != 0;
}

/** Stop after so many symbols; 0 for no limit. */
export function maxSymbols(): i32 {
  return word(OPTION_MAX_SYMBOLS);
}

/** 0–100. */
export function minConfidence(): i32 {
  return word(OPTION_MIN_CONFIDENCE);
}

/** Number of the frame within its stream. */
export function frameNumber(): i32 {
  return word(OPTION_FRAME_NUMBER);
}

/** Work units the host allows; 0 where it leaves the choice to the effort. */
export function givenBudget(): i32 {
  return word(OPTION_BUDGET);
}
