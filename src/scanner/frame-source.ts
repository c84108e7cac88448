/**
 * One picture of a video in the form that costs least: VideoFrame (its Y plane is luminance already), else ImageBitmap,
 * else canvas pixels. Must not know what is done with it; who gets a frame closes it.
 */
import type { FrameSource } from "../engine/engine.js";
import { ScanError } from "../errors.js";

/** The ways to a picture, cheapest first. */
const WAYS = ["video-frame", "image-bitmap", "canvas"] as const;
export type GrabWay = (typeof WAYS)[number];

/** What the platform offers, looked up when first needed so that importing touches no browser global. */
export interface GrabPlatform {
  readonly VideoFrame?: new (source: HTMLVideoElement) => VideoFrame;
  readonly createImageBitmap?: (source: HTMLVideoElement) => Promise<ImageBitmap>;
  readonly createCanvas: (width: number, height: number) => HTMLCanvasElement | OffscreenCanvas | undefined;
}

export const browserGrabPlatform = (): GrabPlatform => ({
  ...(typeof VideoFrame === "function" && { VideoFrame: VideoFrame as NonNullable<GrabPlatform["VideoFrame"]> }),
  ...(typeof createImageBitmap === "function" && {
    createImageBitmap: (source: HTMLVideoElement) => createImageBitmap(source),
  }),
  createCanvas: (width, height) => {
    if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
    if (typeof document === "undefined") return undefined;
    return Object.assign(document.createElement("canvas"), { width, height });
  },
});

const isTainted = (error: unknown): boolean => error instanceof Error && error.name === "SecurityError";

/** Takes pictures of one video element; a way that fails twice in a row is not tried again. */
export class FrameGrabber {
  readonly #platform: GrabPlatform;
  readonly #video: HTMLVideoElement;
  #way = 0;
  #failures = 0;
  #canvas: HTMLCanvasElement | OffscreenCanvas | undefined;

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
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (way === "video-frame") {
      if (!this.#platform.VideoFrame) return this.#skip();
      const frame = new this.#platform.VideoFrame(this.#video);
      return { kind: "frame", frame, width: frame.displayWidth, height: frame.displayHeight };
    }
    if (way === "image-bitmap") {
      if (!this.#platform.createImageBitmap) return this.#skip();
      const frame = await this.#platform.createImageBitmap(this.#video);
      return { kind: "frame", frame, width: frame.width, height: frame.height };
    }
    return this.#drawn(width, height);
  }

  /** The platform lacks this way: go on with the next at once. */
  #skip(): Promise<FrameSource> {
    this.#way++;
    return this.#take(this.way);
  }

  #drawn(width: number, height: number): FrameSource {
    let canvas = this.#canvas;
    if (!canvas || canvas.width !== width || canvas.height !== height) {
      canvas = this.#platform.createCanvas(width, height);
      this.#canvas = canvas;
    }
    const context = canvas?.getContext("2d", { willReadFrequently: true }) as
      | CanvasRenderingContext2D
      | OffscreenCanvasRenderingContext2D
      | null
      | undefined;
    if (!context) throw new Error("no 2d context");
    context.drawImage(this.#video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { kind: "pixels", data, width, height, stride: width * 4, layout: "rgba", transferable: true };
  }

  /** Drops the last picture that a canvas may still hold (R5). */
  release(): void {
    if (this.#canvas) this.#canvas.width = this.#canvas.height = 0;
    this.#canvas = undefined;
  }
}

/** Closes what a frame holds; for frames that never reached an engine. */
export const closeFrame = (source: FrameSource | undefined): void => {
  if (source?.kind === "frame") source.frame.close();
};
