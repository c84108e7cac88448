/**
 * The browser as a scanner uses it. Looked up when a scanner is created, so that importing touches no global, and handed
 * in by tests.
 */
import type { Devices } from "./camera.js";
import type { KeyValueStore } from "./camera-memory.js";
import type { FeedbackPlatform } from "./feedback.js";
import { browserGrabPlatform, type GrabPlatform } from "./grab-platform.js";
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
  const { document, window, navigator, isSecureContext } = globalThis as Partial<typeof globalThis>;
  const { mediaDevices, permissions, language } = navigator ?? ({} as Partial<Navigator>);
  return {
    document,
    window,
    mediaDevices,
    permissions,
    isSecure: isSecureContext === true,
    devices: mediaDevices,
    storage: () => globalThis.localStorage,
    language,
    createVideo: () => globalThis.document.createElement("video"),
    grab: browserGrabPlatform(),
  };
};
