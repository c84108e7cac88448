/**
 * The texts that a person sees or hears, in English: plain data, and what other languages have to say as well.
 */

export const ENGLISH = {
  view: "Barcode scanner",
  starting: "Starting the camera …",
  paused: "Paused",
  recovering: "The camera is gone. Scanning goes on when it is back.",
  found: "{format}: {value}",
  foundMany: "{count} codes found",
  torch: "Light",
  switchCamera: "Change camera",
  insecure_context: "The camera needs a secure page (https).",
  camera_unsupported: "This browser cannot use the camera. Open the page in another browser.",
  camera_permission_denied:
    "The camera was not allowed. Allow it in the browser's settings for this page and try again.",
  camera_not_found: "No camera was found. Connect one and try again.",
  camera_in_use: "The camera is in use. Close other applications that use it and try again.",
  camera_overconstrained: "No camera fits the request.",
  camera_lost: "The camera is gone. Connect it or allow it again.",
  camera_stalled: "The camera delivers no picture. Reload the page.",
  camera_unsupported_control: "This camera cannot do that.",
  failed: "Scanning has stopped. Reload the page.",
};

/** The texts; `{…}` stands for a value. */
export type Messages = Readonly<Record<keyof typeof ENGLISH, string>>;

/** Name of one of the texts. */
export type MessageKey = keyof Messages;
