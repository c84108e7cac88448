/** Copies of a video's pictures, in a file of their own: asked for by what opens scanners and by what takes frames. */
import { LatePart } from "../part.js";

/** Copies pictures of a video where there is no VideoFrame. */
export const FRAME_COPIES = new LatePart(() => import("./frame-copies.js"));
