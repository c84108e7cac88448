/**
 * How long to rest between two frames, so that a phone neither gets hot nor empty. Pure; must not know what decodes.
 */

export interface PacingOptions {
  /** Rest after each frame, in milliseconds. */
  readonly intervalMs: number;
  readonly maxFramesPerSecond: number;
}

/** What pacing remembers: smoothed time of a frame in milliseconds, and since when nothing was found. */
export interface Pace {
  readonly busyMs: number;
  readonly idleSince: number | undefined;
}

export const NEW_PACE: Pace = { busyMs: 0, idleSince: undefined };

/** Part of the last change that is taken over: about the mean of the last five frames. */
const SMOOTHING = 0.2;
/** Of the time that a frame takes, so much is rested after it: a slow device works four fifths of the time. */
const REST_SHARE = 0.25;
/** Below this a frame costs nothing worth resting for (a quarter of a 60 Hz period). */
const CHEAP_MS = 4;
/** Rest ends so much before the next frame is due, lest a camera of the same rate be asked one frame late each time. */
const EARLY_MS = 8;
/** After so long without any code, frames are looked at more seldom, until one is found. */
export const IDLE_AFTER_MS = 30_000;
export const IDLE_FRAMES_PER_SECOND = 8;

export const afterFrame = (pace: Pace, tookMs: number, found: boolean, at: number): Pace => ({
  busyMs: pace.busyMs === 0 ? tookMs : pace.busyMs + SMOOTHING * (tookMs - pace.busyMs),
  idleSince: found ? undefined : (pace.idleSince ?? at),
});

/** Milliseconds to rest after a frame that took `tookMs`. */
export const restMs = (pace: Pace, tookMs: number, at: number, options: PacingOptions): number => {
  const isIdle = pace.idleSince !== undefined && at - pace.idleSince >= IDLE_AFTER_MS;
  const rate = isIdle ? Math.min(IDLE_FRAMES_PER_SECOND, options.maxFramesPerSecond) : options.maxFramesPerSecond;
  const forRate = 1000 / rate - tookMs - EARLY_MS;
  const forCool = pace.busyMs > CHEAP_MS ? pace.busyMs * REST_SHARE : 0;
  return Math.max(0, options.intervalMs, forRate, forCool);
};
