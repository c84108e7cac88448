/**
 * Pictures of a video where the browser has no VideoFrame: a part of its own. Must not know when which way is tried.
 */
import type { FrameSource } from "../engine/engine.js";
import type { GrabPlatform } from "./grab-platform.js";

const createBrowserCanvas: NonNullable<GrabPlatform["createCanvas"]> = (width, height) => {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  if (typeof document === "undefined") return undefined;
  return Object.assign(document.createElement("canvas"), { width, height });
};

export class FrameCopies {
  readonly #video: HTMLVideoElement;
  readonly #createCanvas: NonNullable<GrabPlatform["createCanvas"]>;
  #canvas: HTMLCanvasElement | OffscreenCanvas | undefined;

  constructor(video: HTMLVideoElement, { createCanvas = createBrowserCanvas }: GrabPlatform) {
    this.#video = video;
    this.#createCanvas = createCanvas;
  }

  async bitmap(create: (source: HTMLVideoElement) => Promise<ImageBitmap>): Promise<FrameSource> {
    const frame = await create(this.#video);
    return { kind: "frame", frame, width: frame.width, height: frame.height };
  }

  canvas(): FrameSource {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (this.#canvas?.width !== width || this.#canvas.height !== height)
      this.#canvas = this.#createCanvas(width, height);
    const context = this.#canvas?.getContext("2d", { willReadFrequently: true }) as
      | CanvasRenderingContext2D
      | OffscreenCanvasRenderingContext2D
      | null
      | undefined;
    if (!context) throw new Error("no 2d context");
    context.drawImage(this.#video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { kind: "pixels", data, width, height, stride: width * 4, layout: "rgba", transferable: true };
  }

  /** Drops the last picture that the canvas may still hold (R5). */
  release(): void {
    if (this.#canvas) this.#canvas.width = this.#canvas.height = 0;
    this.#canvas = undefined;
  }
}
