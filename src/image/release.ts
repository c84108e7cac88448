/**
 * Lets go of an opened image that no engine took.
 */
import type { FrameSource } from "../engine/engine.js";

/** Closes a platform image; raw pixels are left to the garbage collector. Safe to call twice. */
export function releaseSource(source: FrameSource): void {
  if (source.kind === "frame") source.frame.close();
}
