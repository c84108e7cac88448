/**
 * The browser as a scanner uses it. Looked up when a scanner is created, so that importing touches no global, and handed
 * in by tests.
 */
import type { Devices } from "./camera.js";
import type { KeyValueStore } from "./camera-memory.js";
import type { FeedbackPlatform } from "./feedback.js";
import { browserGrabPlatform, type GrabPlatform } from "./frame-source.js";
import type { PagePlatform } from "./page-watch.js";

export interface ScannerPlatform extends PagePlatform {
  readonly isSecure: boolean;
  readonly devices: Devices | undefined;
  readonly storage: () => KeyValueStore | undefined;
  readonly language: string | undefined;
  readonly createVideo: () => HTMLVideoElement;
  readonly grab: GrabPlatform;
  /** @default the browser */
  readonly feedback?: FeedbackPlatform;
}

export const browserPlatform = (): ScannerPlatform => {
  const nav = typeof navigator === "undefined" ? undefined : navigator;
  return {
    document: typeof document === "undefined" ? undefined : document,
    window: typeof window === "undefined" ? undefined : window,
    mediaDevices: nav?.mediaDevices,
    permissions: nav?.permissions,
    isSecure: globalThis.isSecureContext === true,
    devices: nav?.mediaDevices,
    storage: () => globalThis.localStorage,
    language: nav?.language,
    createVideo: () => document.createElement("video"),
    grab: browserGrabPlatform(),
  };
};
