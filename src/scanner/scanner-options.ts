/**
 * The options of a scanner: what they mean, their defaults, and the check that refuses what does not fit before
 * anything is opened. Must not open or create anything.
 */
import {
  type Checks,
  checkAll,
  clock,
  count,
  flag,
  having,
  oneOf,
  positive,
  refuseValue,
  takes,
  text,
} from "../option-check.js";
import { type CheckedReadOptions, checkReadOptions, READ_OPTION_NAMES, refuseUnknownOptions } from "../read-options.js";
import { DEFAULT_FORGET_MS } from "../rules/forget-window.js";
import type { ReadOptions } from "../types.js";
import type { Focus } from "./camera-controls.js";
import type { Facing, Resolution } from "./constraint-ladder.js";
import type { BeepOptions } from "./feedback.js";
import type { Messages } from "./messages.js";
import type { RegionSpace } from "./scan-region.js";

/** What a scanner looks for, where it looks, and what it shows. Everything has a default. */
export interface ScannerOptions extends ReadOptions {
  /** Element to show the view in: video, viewfinder, outlines. Without it nothing is shown. */
  readonly container?: HTMLElement;
  /**
   * A video element of the page. If it has a source when scanning starts, that is scanned; otherwise the camera (or
   * `stream`) is shown in it. Together with `container`, which is then to surround it, the overlay lies over it.
   */
  readonly video?: HTMLVideoElement;
  /** A stream of the application, scanned instead of a camera and never stopped by the scanner. */
  readonly stream?: MediaStream;
  /** `"environment"`, `"user"` or a device id of `cameras()`. @default "environment" */
  readonly camera?: Facing | (string & {});
  /** The nearest size that the camera has is used. @default 1920 × 1080 */
  readonly resolution?: Resolution;
  /** @default false */
  readonly torch?: boolean;
  /** 1 for none; digital where the camera has no zoom. @default 1 */
  readonly zoom?: number;
  /** @default "continuous" where the camera has it */
  readonly focus?: Focus;
  /** Remember which camera was right (its device id, in localStorage). @default true */
  readonly rememberCamera?: boolean;

  /** A code out of sight for longer than this many milliseconds is new when it comes back (R54). @default 3000 */
  readonly duplicateForgetTime?: number;
  /** Rest after each frame in milliseconds. @default 0 */
  readonly intervalTime?: number;
  /** @default 30 */
  readonly maxFramesPerSecond?: number;
  /** Several regions in turn, one per frame, or all in every frame. @default "turns" */
  readonly regionMode?: "turns" | "all";
  /**
   * What `region` is a part of: of what is seen (`view`; pixels are CSS pixels) or of the picture (`video`).
   * @default "view" with a container, otherwise "video"
   */
  readonly regionSpace?: RegionSpace;
  /** Hand over the exact image that was decoded with every `frame` event, for debugging (R16, R17). @default false */
  readonly keepDecodedImage?: boolean;

  /** @default "cover" */
  readonly fit?: "cover" | "contain";
  /** Show a front camera as a mirror. @default true */
  readonly mirrorFront?: boolean;
  /** @default true */
  readonly showOutlines?: boolean;
  /** Darken what lies outside the region and mark its corners. @default true */
  readonly showViewfinder?: boolean;
  /** Show buttons for light and camera. @default true */
  readonly showControls?: boolean;
  /** BCP 47 tag of the texts. @default the browser's language */
  readonly locale?: string;
  /** Texts of your own, over those of the locale. */
  readonly messages?: Partial<Messages>;
  /** CSP nonce, needed only by browsers without constructable style sheets. */
  readonly nonce?: string;

  /** Beep once per new code. @default false */
  readonly beep?: boolean | BeepOptions;
  /** Vibrate once per new code; a number is milliseconds. @default false */
  readonly vibrate?: boolean | number;

  /** A picture that stands still for so many milliseconds is a stall; Infinity for never. @default 6000 */
  readonly stallTime?: number;
  /** The camera is given back when the page was hidden for so many milliseconds. @default 10000 */
  readonly releaseAfterHidden?: number;
  /** Milliseconds since the epoch; for tests and for pages with a clock of their own. @default Date.now */
  readonly now?: () => number;
}

/** {@link ScannerOptions} with every default filled in. */
export interface CheckedScannerOptions {
  readonly read: CheckedReadOptions;
  readonly container: HTMLElement | undefined;
  readonly video: HTMLVideoElement | undefined;
  readonly stream: MediaStream | undefined;
  readonly facing: Facing;
  readonly deviceId: string | undefined;
  readonly resolution: Resolution;
  readonly torch: boolean;
  readonly zoom: number;
  readonly focus: Focus | undefined;
  readonly rememberCamera: boolean;
  readonly forgetMs: number;
  readonly intervalMs: number;
  readonly maxFramesPerSecond: number;
  readonly regionMode: "turns" | "all";
  readonly regionSpace: RegionSpace;
  readonly keepDecodedImage: boolean;
  readonly fit: "cover" | "contain";
  readonly mirrorFront: boolean;
  readonly showOutlines: boolean;
  readonly showViewfinder: boolean;
  readonly showControls: boolean;
  readonly locale: string | undefined;
  readonly messages: Partial<Messages>;
  readonly nonce: string | undefined;
  readonly beep: BeepOptions | undefined;
  readonly vibrateMs: number | undefined;
  readonly stallMs: number;
  readonly releaseAfterHiddenMs: number;
  readonly now: () => number;
}

/** 1080p: small codes need the pixels, and every camera of the last decade has or comes near it. */
const DEFAULT_RESOLUTION: Resolution = { width: 1920, height: 1080 };
const DEFAULT_VIBRATE_MS = 100;
const MOST_MS = 2 ** 31 - 1; // the longest that setTimeout holds

/** @throws ScanError `invalid_option` */
export const checkResolution = (value: unknown): Resolution => {
  if (value === undefined) return DEFAULT_RESOLUTION;
  const { width, height } = (value ?? {}) as Partial<Resolution>;
  const fits = (side: unknown): side is number => Number.isInteger(side) && (side as number) > 0;
  if (fits(width) && fits(height)) return { width, height };
  return refuseValue("resolution", `{ width, height } in whole pixels`, value);
};

/** @throws ScanError `invalid_option` */
export const checkZoom = (value: unknown): number => positive(1, 100)(value, "zoom");

/** @throws ScanError `invalid_option` */
export const checkForgetTime = (value: unknown, fallback: number): number =>
  count(fallback, MOST_MS)(value, "duplicateForgetTime");

/** @throws ScanError `invalid_option` */
export const checkFocus = (value: unknown): Focus | undefined => {
  if (value === undefined || value === "continuous" || value === "once") return value;
  const { distance, x, y } = (value ?? {}) as Record<string, unknown>;
  if (typeof distance === "number" && distance >= 0) return { distance };
  const isPart = (part: unknown): part is number => typeof part === "number" && part >= 0 && part <= 1;
  if (isPart(x) && isPart(y)) return { x, y };
  return refuseValue("focus", `"continuous", "once", { distance } or { x, y } from 0 to 1`, value);
};

/** What `camera` means: a side, or a device. */
export const checkCamera = (value: unknown): { facing: Facing; deviceId: string | undefined } => {
  if (value === undefined || value === "environment") return { facing: "environment", deviceId: undefined };
  if (value === "user") return { facing: "user", deviceId: undefined };
  if (typeof value === "string" && value !== "") return { facing: "environment", deviceId: value };
  return refuseValue("camera", `"environment", "user" or a device id of cameras()`, value);
};

const checkBeep = (value: unknown): BeepOptions | undefined => {
  if (value === undefined || value === false) return undefined;
  if (value === true) return {};
  if (typeof value !== "object" || value === null)
    return refuseValue("beep", "true, false or { frequencyHz, … }", value);
  const { frequencyHz, durationMs, volume } = value as BeepOptions;
  return {
    frequencyHz: positive(1760, 20_000)(frequencyHz, "beep.frequencyHz"),
    durationMs: positive(90, 5000)(durationMs, "beep.durationMs"),
    volume: positive(0.3, 1)(volume, "beep.volume"),
  };
};

const checkVibrate = (value: unknown): number | undefined => {
  if (value === undefined || value === false) return undefined;
  return value === true ? DEFAULT_VIBRATE_MS : positive(DEFAULT_VIBRATE_MS, 5000)(value, "vibrate");
};

const checkMessages = (value: unknown): Partial<Messages> => {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) return refuseValue("messages", "an object of texts", value);
  for (const [key, one] of Object.entries(value)) text(one, `messages.${key}`);
  return { ...value };
};

/** A function, so that bundlers leave it out of pages that only read images. */
const checks = () =>
  ({
    container: having<HTMLElement>("appendChild", "an element"),
    video: having<HTMLVideoElement>("play", "a video element"),
    stream: having<MediaStream>("getVideoTracks", "a MediaStream"),
    camera: checkCamera,
    resolution: checkResolution,
    torch: flag(false),
    zoom: checkZoom,
    focus: checkFocus,
    rememberCamera: flag(true),
    duplicateForgetTime: (value: unknown) => checkForgetTime(value, DEFAULT_FORGET_MS),
    intervalTime: count(0, MOST_MS),
    maxFramesPerSecond: positive(30),
    regionMode: oneOf(["turns", "all"], "turns"),
    regionSpace: takes<RegionSpace>((value) => value === "view" || value === "video", '"view" or "video"')(undefined),
    keepDecodedImage: flag(false),
    fit: oneOf(["cover", "contain"], "cover"),
    mirrorFront: flag(true),
    showOutlines: flag(true),
    showViewfinder: flag(true),
    showControls: flag(true),
    locale: text,
    messages: checkMessages,
    nonce: text,
    beep: checkBeep,
    vibrate: checkVibrate,
    stallTime: positive(6000),
    releaseAfterHidden: count(10_000, MOST_MS),
    now: clock(undefined),
  }) satisfies Checks<Omit<ScannerOptions, keyof ReadOptions>>;

/** The names of all scanner options. */
export const scannerOptionNames = (): readonly string[] => [...READ_OPTION_NAMES, ...Object.keys(checks())];

/**
 * @param known names of further options that the caller itself checks
 * @throws ScanError `invalid_option`, `unknown_format`, `invalid_region`
 */
export const checkScannerOptions = (
  options: ScannerOptions = {},
  known: readonly string[] = [],
): CheckedScannerOptions => {
  refuseUnknownOptions(options, [...scannerOptionNames(), ...known]);
  const { camera, duplicateForgetTime, intervalTime, vibrate, stallTime, releaseAfterHidden, regionSpace, ...rest } =
    checkAll(options, checks());
  return {
    ...rest,
    ...camera,
    read: checkReadOptions(options, "fast"),
    forgetMs: duplicateForgetTime,
    intervalMs: intervalTime,
    regionSpace: regionSpace ?? (rest.container ? "view" : "video"),
    vibrateMs: vibrate,
    stallMs: stallTime,
    releaseAfterHiddenMs: releaseAfterHidden,
    now: rest.now ?? Date.now,
  };
};
