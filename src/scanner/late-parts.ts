/**
 * What not every scanner needs, in files of their own; `create()` loads what its options want. Knows nothing of what they do.
 */
import { LatePart } from "../part.js";

/** Shows a scanner in a container. */
export const STAGE = new LatePart(() => import("./stage.js"));

/** Says which part of a frame to look in. */
export const SCAN_REGION = new LatePart(() => import("./scan-region.js"));

/** Sets torch, zoom and focus. */
export const CAMERA_SETTINGS = new LatePart(() => import("./camera-settings.js"));

/** Beeps and vibrates. */
export const FEEDBACK = new LatePart(() => import("./feedback.js"));
