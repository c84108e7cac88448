/**
 * What not every scanner needs, in files of their own; `create()` loads what its options want. Knows nothing of what they do.
 */
import { LatePart } from "../part.js";

/** Shows a scanner in a container. */
export const STAGE = new LatePart(() => import("./stage.js"));

/** Opens cameras and takes frames: every scanner needs it, and nobody who reads images. */
export const LIVE_RIG = new LatePart(() => import("./live-rig.js"));

/** Beeps and vibrates. */
export const FEEDBACK = new LatePart(() => import("./feedback.js"));
