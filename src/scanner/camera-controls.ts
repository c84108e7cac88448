/**
 * Torch, zoom and focus of an open track: what it can do, and how to ask for it. Must not know where the track is from.
 */
import { cameraError } from "./camera-error.js";
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

export const NO_CONTROLS: CameraControls = {
  torch: false,
  zoom: undefined,
  focusModes: [],
  focusDistance: undefined,
  focusPoint: false,
  maxWidth: 0,
  maxHeight: 0,
};

/** The properties of Image Capture that the DOM types leave out. */
interface CaptureCapabilities extends MediaTrackCapabilities {
  readonly torch?: unknown;
  readonly zoom?: unknown;
  readonly focusMode?: unknown;
  readonly focusDistance?: unknown;
  readonly pointsOfInterest?: unknown;
}

const asRange = (value: unknown): ControlRange | undefined => {
  const { min, max, step } = (value ?? {}) as Partial<ControlRange>;
  if (typeof min !== "number" || typeof max !== "number" || !(max > min)) return undefined;
  return { min, max, step: typeof step === "number" ? step : 0 };
};

/** One times zoom in the track's own unit: 1 where that lies in the range (lenses from 0.5), else the lower end. */
const unitOf = ({ min, max }: ControlRange): number => (min <= 1 && max >= 1 ? 1 : min);

const rawCapabilities = (track: MediaStreamTrack | undefined): CaptureCapabilities => {
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

/** A wanted zoom factor as what the camera does and what cropping does. */
export interface ZoomShare {
  /** Value for the track in its own unit, undefined where it has no zoom. */
  readonly native: number | undefined;
  /** Crop factor, at least 1. */
  readonly digital: number;
}

/** Optics first, cropping for the rest. `range` is the track's own, as its capabilities say it. */
export const shareZoom = (factor: number, range: ControlRange | undefined): ZoomShare => {
  if (!range) return { native: undefined, digital: Math.max(1, factor) };
  const unit = unitOf(range);
  const wanted = factor * unit;
  const stepped = range.step > 0 ? range.min + Math.round((wanted - range.min) / range.step) * range.step : wanted;
  const native = Math.min(range.max, Math.max(range.min, stepped));
  // What a step rounds away is not worth a crop; only what lies beyond the range is.
  return { native, digital: wanted > range.max ? wanted / range.max : 1 };
};

const apply = async (track: MediaStreamTrack, set: Record<string, unknown>): Promise<void> => {
  try {
    await track.applyConstraints({ advanced: [set as MediaTrackConstraintSet] });
  } catch (error) {
    throw cameraError("camera_unsupported_control", error, `The camera refused ${Object.keys(set).join(", ")}.`);
  }
};

/**
 * @throws ScanError `camera_unsupported_control`
 */
export const applyTorch = async (track: MediaStreamTrack, isOn: boolean): Promise<void> => {
  if (!readControls(track).torch) {
    if (!isOn) return; // there is none, so it is off
    throw cameraError(
      "camera_unsupported_control",
      undefined,
      "The current camera has no torch that the page can use. Hide the button where `capabilities.torch` is false.",
    );
  }
  await apply(track, { torch: isOn });
};

/** Sets the camera's share of the zoom and says what is left to cropping. */
export const applyZoom = async (track: MediaStreamTrack | undefined, factor: number): Promise<number> => {
  const range = asRange(rawCapabilities(track).zoom);
  const { native, digital } = shareZoom(factor, range);
  if (!track || native === undefined) return digital;
  try {
    await apply(track, { zoom: native });
    return digital;
  } catch {
    return Math.max(1, factor); // told of but refused: zoom by cropping
  }
};

/**
 * @throws ScanError `camera_unsupported_control`
 */
export const applyFocus = async (track: MediaStreamTrack, focus: Focus): Promise<void> => {
  const { focusModes, focusDistance, focusPoint } = readControls(track);
  const lacking = (what: string): never => {
    throw cameraError(
      "camera_unsupported_control",
      undefined,
      `The current camera has no ${what}. It has: ${focusModes.join(", ") || "no focus control"}.`,
    );
  };
  if (focus === "continuous" || focus === "once") {
    const mode = focus === "once" ? "single-shot" : "continuous";
    if (!focusModes.includes(mode)) lacking(`${mode} focus`);
    await apply(track, { focusMode: mode });
  } else if ("distance" in focus) {
    if (!focusModes.includes("manual") || !focusDistance) return lacking("focus by distance");
    const distance = Math.min(focusDistance.max, Math.max(focusDistance.min, focus.distance));
    await apply(track, { focusMode: "manual", focusDistance: distance });
  } else {
    if (!focusPoint) lacking("focus at a point");
    const mode = focusModes.includes("single-shot") ? { focusMode: "single-shot" } : {};
    await apply(track, { pointsOfInterest: [{ x: focus.x, y: focus.y }], ...mode });
  }
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
