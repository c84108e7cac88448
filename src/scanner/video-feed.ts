/**
 * Brings a picture into a video element: from a camera, from a stream or from a video that the application gave. Owns
 * what it opened and nothing else. Must not know what the picture is for.
 */
import { abortedBy, isAborted } from "../abort.js";
import { type Camera, type OpenCamera, stopStream } from "./camera.js";
import { cameraError } from "./camera-error.js";
import type { CameraWish } from "./constraint-ladder.js";

export interface FeedOptions {
  readonly video: HTMLVideoElement;
  readonly camera: Pick<Camera, "open">;
  /** A stream of the application, which stays its own: it is shown and read, never stopped. */
  readonly stream?: MediaStream | undefined;
  /** How long to wait for the first picture, in milliseconds. */
  readonly firstPictureMs: number;
  /** The picture ended by itself: unplugged, withdrawn, or the application stopped its stream. */
  readonly onEnded: () => void;
}

export type FeedKind = "camera" | "stream" | "video";

/** Milliseconds between looks for the first picture; no single event is fired by all browsers. */
const LOOK_MS = 50;

export class VideoFeed {
  readonly #options: FeedOptions;
  #kind: FeedKind = "camera";
  #camera: OpenCamera | undefined;
  #watched: MediaStreamTrack | undefined;
  #isAttached = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get kind(): FeedKind {
    return this.#kind;
  }

  /** The open camera, undefined for a given stream or video. */
  get camera(): OpenCamera | undefined {
    return this.#camera;
  }

  get track(): MediaStreamTrack | undefined {
    return this.#watched;
  }

  get isLive(): boolean {
    // A video of the application is live as long as it is there: it may pause and play as it likes.
    return this.#kind === "video" || this.#watched?.readyState === "live";
  }

  /**
   * Opens the picture and waits for its first frame. A camera that opens without a picture is closed and opened once
   * more behind a plain request, which wakes the capture stack of installed iOS pages.
   * @throws ScanError codes of {@link Camera.open}, `camera_stalled`, `camera_lost` for a given stream that has ended
   */
  async open(wish: CameraWish, how: { preflight: boolean }, signal: AbortSignal): Promise<void> {
    const { video, stream } = this.#options;
    if (stream) {
      this.#kind = "stream";
      const track = stream.getVideoTracks()[0];
      if (track?.readyState !== "live") {
        throw cameraError("camera_lost", undefined, "The given stream has no live video track. Hand over a new one.");
      }
      this.#watch(track);
      return this.#orRelease(this.#attach(stream, signal));
    }
    if (!this.#isAttached && (video.srcObject || video.currentSrc || video.src)) {
      this.#kind = "video";
      return this.#orRelease(this.#firstPicture(signal, Number.POSITIVE_INFINITY));
    }
    this.#kind = "camera";
    try {
      await this.#openCamera(wish, how.preflight, signal);
    } catch (error) {
      if (isAborted(error) || how.preflight || (error as { code?: string }).code !== "camera_stalled") throw error;
      await this.#openCamera(wish, true, signal);
    }
  }

  async #openCamera(wish: CameraWish, preflight: boolean, signal: AbortSignal): Promise<void> {
    const opened = await this.#options.camera.open(wish, signal, { preflight });
    this.#camera = opened;
    this.#watch(opened.track);
    await this.#orRelease(this.#attach(opened.stream, signal));
  }

  /** Closes what was opened here, hands back what was given. */
  release(): void {
    const { video } = this.#options;
    this.#watched?.removeEventListener("ended", this.#onEnded);
    this.#watched = undefined;
    stopStream(this.#camera?.stream);
    this.#camera = undefined;
    if (this.#isAttached) {
      this.#isAttached = false;
      video.pause();
      video.srcObject = null;
    }
  }

  #watch(track: MediaStreamTrack): void {
    this.#watched = track;
    track.addEventListener("ended", this.#onEnded);
  }

  readonly #onEnded = () => this.#options.onEnded();

  async #orRelease(opening: Promise<void>): Promise<void> {
    try {
      await opening;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  async #attach(stream: MediaStream, signal: AbortSignal): Promise<void> {
    const { video, firstPictureMs } = this.#options;
    // iOS plays inline and without a gesture only what says so, as property and as attribute.
    video.muted = true;
    video.playsInline = true;
    video.autoplay = true;
    video.setAttribute("playsinline", "");
    video.setAttribute("muted", "");
    this.#isAttached = true;
    video.srcObject = stream;
    // Refused or interrupted play() says little: whether a picture comes is what counts.
    video.play()?.catch(() => undefined);
    await this.#firstPicture(signal, firstPictureMs);
  }

  #firstPicture(signal: AbortSignal, limitMs: number): Promise<void> {
    const { video } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) => {
        clearInterval(timer);
        signal.removeEventListener("abort", onAbort);
        if (error) reject(error);
        else resolve();
      };
      const onAbort = () => settle(abortedBy(signal));
      let looks = 0;
      const look = () => {
        if (video.readyState >= 2 && video.videoWidth > 0) settle();
        else if (this.#kind !== "video" && this.#watched?.readyState === "ended") settle(cameraError("camera_lost"));
        else if (++looks * LOOK_MS >= limitMs) settle(cameraError("camera_stalled"));
      };
      const timer = setInterval(look, LOOK_MS);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
