/**
 * Torch, zoom and focus of an open track: what it can do. Must not know where the track is from.
 */
import { rest } from "./rest.js";

/** What a control can be set to. */
export interface ControlRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** What the open camera can do. */
export interface CameraControls {
  readonly torch: boolean;
  /** Zoom factors that the camera itself offers; beyond them, and where it is undefined, zoom is digital. */
  readonly zoom: ControlRange | undefined;
  readonly focusModes: readonly string[];
  /** Distances in metres for `setFocus({ distance })`. */
  readonly focusDistance: ControlRange | undefined;
  readonly focusPoint: boolean;
  /** Largest picture, 0 where the browser does not say. */
  readonly maxWidth: number;
  readonly maxHeight: number;
}

/** How to focus: by itself all the time, once now, at a distance in metres, or at a point (0–1 of the picture). */
export type Focus = "continuous" | "once" | { readonly distance: number } | { readonly x: number; readonly y: number };

/** The properties of Image Capture that the DOM types leave out. */
interface CaptureCapabilities extends MediaTrackCapabilities {
  readonly torch?: unknown;
  readonly zoom?: unknown;
  readonly focusMode?: unknown;
  readonly focusDistance?: unknown;
  readonly pointsOfInterest?: unknown;
}

export const asRange = (value: unknown): ControlRange | undefined => {
  const { min, max, step } = (value ?? {}) as Partial<ControlRange>;
  if (typeof min !== "number" || typeof max !== "number" || !(max > min)) return undefined;
  return { min, max, step: typeof step === "number" ? step : 0 };
};

/** One times zoom in the track's own unit: 1 where that lies in the range (lenses from 0.5), else the lower end. */
export const unitOf = ({ min, max }: ControlRange): number => (min <= 1 && max >= 1 ? 1 : min);

export const rawCapabilities = (track: MediaStreamTrack | undefined): CaptureCapabilities => {
  try {
    return track?.getCapabilities?.() ?? {};
  } catch {
    return {}; // Firefox throws on an ended track
  }
};

export const readControls = (track: MediaStreamTrack | undefined): CameraControls => {
  const raw = rawCapabilities(track);
  const zoom = asRange(raw.zoom);
  const unit = zoom ? unitOf(zoom) : 1;
  return {
    // Chromium says `true`, older versions `[false, true]`.
    torch: raw.torch === true || (Array.isArray(raw.torch) && raw.torch.includes(true)),
    zoom: zoom && { min: zoom.min / unit, max: zoom.max / unit, step: zoom.step / unit },
    focusModes: Array.isArray(raw.focusMode) ? raw.focusMode.map(String) : [],
    focusDistance: asRange(raw.focusDistance),
    focusPoint: "pointsOfInterest" in raw,
    maxWidth: raw.width?.max ?? 0,
    maxHeight: raw.height?.max ?? 0,
  };
};

/** Milliseconds between looks, and their number: Android tells torch, zoom and focus some frames after the start. */
const LOOK_MS = 100;
const LOOKS = 8;

/** Waits until what is needed shows in the capabilities, or until it is clear that it never will. */
export const controlsWhenReady = async (
  track: MediaStreamTrack,
  isEnough: (controls: CameraControls) => boolean,
  signal: AbortSignal,
): Promise<CameraControls> => {
  let controls = readControls(track);
  for (let look = 0; look < LOOKS && !isEnough(controls) && !signal.aborted; look++) {
    await rest(LOOK_MS, signal);
    controls = readControls(track);
  }
  return controls;
};
