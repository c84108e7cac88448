/**
 * Sets torch, zoom and focus of an open track. Must not know where the track is from.
 */
import { asRange, type ControlRange, type Focus, rawCapabilities, readControls, unitOf } from "./camera-controls.js";
import { cameraError } from "./camera-error.js";

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
