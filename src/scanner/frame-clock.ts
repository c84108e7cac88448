/**
 * Says when a video shows a new picture. requestVideoFrameCallback where there is one, with a look at the clock of the
 * video beside it: browsers hold the callback back for videos that are not drawn (detached, scrolled away).
 */

/** Milliseconds between looks at `currentTime`; with the callback they only help out, without it they lead. */
const LOOK_BESIDE_MS = 250;
const LOOK_ALONE_MS = 15;

type FrameVideo = Pick<HTMLVideoElement, "currentTime" | "readyState"> &
  Partial<Pick<HTMLVideoElement, "requestVideoFrameCallback" | "cancelVideoFrameCallback">>;

export class FrameClock {
  readonly #video: FrameVideo;
  #shown = Number.NaN;

  constructor(video: FrameVideo) {
    this.#video = video;
  }

  /** True with the next picture, false as soon as the signal is aborted. Leaves no callback or timer behind. */
  next(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(false);
        return;
      }
      const video = this.#video;
      let callback: number | undefined;
      const settle = (isNew: boolean) => {
        clearInterval(timer);
        if (callback !== undefined) video.cancelVideoFrameCallback?.(callback);
        signal.removeEventListener("abort", onAbort);
        if (isNew) this.#shown = video.currentTime;
        resolve(isNew);
      };
      const onAbort = () => settle(false);
      signal.addEventListener("abort", onAbort, { once: true });
      const look = () => {
        if (video.readyState >= 2 && video.currentTime !== this.#shown) settle(true);
      };
      const isCalled = typeof video.requestVideoFrameCallback === "function";
      const timer = setInterval(look, isCalled ? LOOK_BESIDE_MS : LOOK_ALONE_MS);
      callback = video.requestVideoFrameCallback?.(() => {
        callback = undefined;
        settle(true);
      });
    });
  }
}
