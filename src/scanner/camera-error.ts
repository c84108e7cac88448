/**
 * From what the platform throws at camera use to our own codes, each with its remedy. Pure; the DOM error is the cause.
 */
import { ScanError, type ScanErrorCode } from "../errors.js";

const BY_NAME: Readonly<Record<string, ScanErrorCode>> = {
  NotAllowedError: "camera_permission_denied",
  SecurityError: "camera_permission_denied",
  PermissionDeniedError: "camera_permission_denied",
  PermissionDismissedError: "camera_permission_denied",
  NotFoundError: "camera_not_found",
  DevicesNotFoundError: "camera_not_found",
  NotReadableError: "camera_in_use",
  TrackStartError: "camera_in_use",
  AbortError: "camera_in_use",
  InvalidStateError: "camera_in_use",
  OverconstrainedError: "camera_overconstrained",
  ConstraintNotSatisfiedError: "camera_overconstrained",
  NotSupportedError: "camera_unsupported",
  TypeError: "camera_overconstrained",
};

const REMEDIES: Partial<Record<ScanErrorCode, string>> = {
  insecure_context: "The camera needs a secure page. Serve it over https:// or from localhost.",
  camera_unsupported:
    "This browser has no camera API (navigator.mediaDevices.getUserMedia). Offer a file input and BarcodeReader, or " +
    "open the page in a full browser instead of an in-app one.",
  camera_permission_denied:
    "The camera was denied. Allow it in the browser's site settings (and the system's, and any Permissions-Policy " +
    "header or iframe `allow` attribute), then call start() again.",
  camera_not_found: "No camera was found. Connect one and call start() again.",
  camera_in_use: "The camera cannot be read. Close other applications and tabs that use it, then call start() again.",
  camera_overconstrained: "No camera fits the request. Leave out `camera` and `resolution` or choose others.",
  camera_lost: "The camera was unplugged or its permission was withdrawn. Scanning goes on when it is back.",
  camera_stalled: "The camera is open but delivers no frames. Reload the page or restart the camera application.",
  camera_unsupported_control: "The current camera has no such control. Look at `capabilities` first.",
};

/** A camera error with the message that names the remedy. */
export const cameraError = (code: ScanErrorCode, cause?: unknown, message = REMEDIES[code]): ScanError =>
  new ScanError(code, message, cause === undefined ? undefined : { cause });

export const errorName = (error: unknown): string =>
  typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";

/**
 * The code for what getUserMedia threw. WebKit answers OverconstrainedError where there is no camera at all, so the
 * number of video devices decides between the two.
 */
export const toCameraError = (error: unknown, videoInputs?: number): ScanError => {
  if (error instanceof ScanError) return error;
  const code = BY_NAME[errorName(error)] ?? "camera_in_use";
  if (code === "camera_overconstrained" && videoInputs === 0) return cameraError("camera_not_found", error);
  return cameraError(code, error);
};

/** Errors that no other step of the ladder can mend: the answer is about the page, not about the constraints. */
export const isFinal = (error: unknown): boolean => toCameraError(error).code === "camera_permission_denied";

/** The asker has given up: nothing went wrong, nobody is to be told. */
export const isAborted = (error: unknown): boolean => error instanceof ScanError && error.code === "aborted";
