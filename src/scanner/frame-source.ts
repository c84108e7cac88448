/**
 * One picture of a video in the form that costs least: VideoFrame (its Y plane is luminance already), else ImageBitmap,
 * else canvas pixels; the two latter are a part of their own. Must not know what is done with it; who gets a frame closes it.
 */
import type { FrameSource } from "../engine/engine.js";
import { ScanError } from "../errors.js";
import type { FrameCopies } from "./frame-copies.js";
import { FRAME_COPIES } from "./frame-copies-part.js";
import { browserGrabPlatform, type GrabPlatform } from "./grab-platform.js";

/** The ways to a picture, cheapest first. */
const WAYS = ["video-frame", "image-bitmap", "canvas"] as const;
export type GrabWay = (typeof WAYS)[number];

const isTainted = (error: unknown): boolean => error instanceof Error && error.name === "SecurityError";

/** Takes pictures of one video element; a way that fails twice in a row is not tried again. */
export class FrameGrabber {
  readonly #platform: GrabPlatform;
  readonly #video: HTMLVideoElement;
  #way = 0;
  #failures = 0;
  #copies: FrameCopies | undefined;

  constructor(video: HTMLVideoElement, platform: GrabPlatform = browserGrabPlatform()) {
    this.#video = video;
    this.#platform = platform;
  }

  get way(): GrabWay {
    return WAYS[this.#way] ?? "canvas";
  }

  /**
   * The picture that the video shows now, or undefined where it has none yet.
   * @throws ScanError `tainted_source`, `unsupported_source`
   */
  async grab(): Promise<FrameSource | undefined> {
    const { readyState, videoWidth, videoHeight } = this.#video;
    // 2 = HAVE_CURRENT_DATA
    if (readyState < 2 || videoWidth === 0 || videoHeight === 0) return undefined;
    for (;;) {
      try {
        const frame = await this.#take(this.way);
        this.#failures = 0;
        return frame;
      } catch (error) {
        if (error instanceof ScanError) throw error; // a part that cannot be loaded now may be had later
        if (isTainted(error)) {
          const message = "The video comes from another origin. Serve it with CORS headers and set `crossorigin`.";
          throw new ScanError("tainted_source", message, { cause: error });
        }
        if (this.#way === WAYS.length - 1) {
          throw new ScanError("unsupported_source", "This browser gives no pixels of a video.", { cause: error });
        }
        this.#failures++;
        if (this.#failures < 2) return undefined; // between two streams a frame may be gone: look again
        this.#failures = 0;
        this.#way++;
      }
    }
  }

  async #take(way: GrabWay): Promise<FrameSource> {
    if (way === "video-frame") {
      if (!this.#platform.VideoFrame) return this.#skip();
      const frame = new this.#platform.VideoFrame(this.#video);
      return { kind: "frame", frame, width: frame.displayWidth, height: frame.displayHeight };
    }
    const { FrameCopies } = await FRAME_COPIES.load();
    this.#copies ??= new FrameCopies(this.#video, this.#platform);
    if (way === "canvas") return this.#copies.canvas();
    return this.#platform.createImageBitmap ? this.#copies.bitmap(this.#platform.createImageBitmap) : this.#skip();
  }

  /** The platform lacks this way: go on with the next at once. */
  #skip(): Promise<FrameSource> {
    this.#way++;
    return this.#take(this.way);
  }

  /** Drops the last picture that a canvas may still hold (R5). */
  release(): void {
    this.#copies?.release();
  }
}

/** Closes what a frame holds; for frames that never reached an engine. */
export const closeFrame = (source: FrameSource | undefined): void => {
  if (source?.kind === "frame") source.frame.close();
};
