/**
 * Tells what happens to the page around a scanner: hidden, seen again, cameras plugged in or out, the camera permission
 * changed. Must not know what follows from it.
 */
import { type PermissionSource, queryCamera } from "./camera-permission.js";

export interface PageSignals {
  readonly onHidden: () => void;
  readonly onVisible: () => void;
  /** The page is left; it may come back out of the back/forward cache. */
  readonly onLeft: () => void;
  /** A camera may have come back. */
  readonly onDevices: () => void;
}

export interface PagePlatform {
  readonly document: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener"> | undefined;
  readonly window: Pick<Window, "addEventListener" | "removeEventListener"> | undefined;
  readonly mediaDevices: Pick<MediaDevices, "addEventListener" | "removeEventListener"> | undefined;
  readonly permissions: PermissionSource;
}

/** Listens until the returned function is called, which leaves no listener behind. */
export const watchPage = (page: PagePlatform, signals: PageSignals): (() => void) => {
  const listening = new AbortController();
  const options = { signal: listening.signal };
  const onVisibility = () => {
    if (page.document?.visibilityState === "hidden") signals.onHidden();
    else signals.onVisible();
  };
  onVisibility(); // it may be hidden already
  page.document?.addEventListener("visibilitychange", onVisibility, options);
  // A page that comes out of the back/forward cache need not report a change of visibility.
  page.window?.addEventListener("pageshow", onVisibility, options);
  page.window?.addEventListener("pagehide", signals.onLeft, options);
  page.mediaDevices?.addEventListener?.("devicechange", signals.onDevices, options);
  void queryCamera(page.permissions).then((status) => {
    if (listening.signal.aborted || !status) return;
    const onChange = () => {
      if (status.state === "granted") signals.onDevices();
    };
    status.addEventListener("change", onChange, options);
  });
  return () => listening.abort();
};
