/**
 * From what the platform throws at camera use to our own codes, each with its remedy. Pure; the DOM error is the cause.
 */
import { ScanError, type ScanErrorCode } from "../errors.js";

/** All others (NotReadableError, AbortError, InvalidStateError) mean a camera that cannot be read: `camera_in_use`. */
const BY_NAME: Readonly<Record<string, ScanErrorCode>> = {
  NotAllowedError: "camera_permission_denied",
  SecurityError: "camera_permission_denied",
  NotFoundError: "camera_not_found",
  OverconstrainedError: "camera_overconstrained",
  NotSupportedError: "camera_unsupported",
  TypeError: "camera_overconstrained",
};

/** A camera error; the code's own message names the remedy. */
export const cameraError = (code: ScanErrorCode, cause?: unknown, message?: string): ScanError =>
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
