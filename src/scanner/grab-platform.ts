/**
 * What a browser offers for taking pictures of a video. Must not know how it is used.
 */

/** What the platform offers, looked up when first needed so that importing touches no browser global. */
export interface GrabPlatform {
  readonly VideoFrame?: new (source: HTMLVideoElement) => VideoFrame;
  readonly createImageBitmap?: (source: HTMLVideoElement) => Promise<ImageBitmap>;
  /** @default the browser */
  readonly createCanvas?: (width: number, height: number) => HTMLCanvasElement | OffscreenCanvas | undefined;
}

export const browserGrabPlatform = (): GrabPlatform => ({
  ...(typeof VideoFrame === "function" && { VideoFrame: VideoFrame as NonNullable<GrabPlatform["VideoFrame"]> }),
  ...(typeof createImageBitmap === "function" && {
    createImageBitmap: (source: HTMLVideoElement) => createImageBitmap(source),
  }),
});
