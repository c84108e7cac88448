/**
 * What a scanner shows in a container: the view with its texts and buttons. A part of its own, which pages that show
 * nothing never load. Must not know how a camera is opened.
 */
import type { ScanError } from "../errors.js";
import { type ButtonCamera, CameraButtons } from "./camera-buttons.js";
import { loadMessages, messagesFor } from "./messages.js";
import type { CheckedScannerOptions } from "./scanner-options.js";
import { View } from "./view.js";

export { loadMessages } from "./messages.js";

export interface Stage {
  readonly view: View;
  readonly buttons: CameraButtons;
}

/** @param locale BCP 47 tag of the texts @param onError told of a light that cannot be switched */
export function makeStage(
  options: CheckedScannerOptions & { readonly container: HTMLElement },
  video: HTMLVideoElement,
  locale: string | undefined,
  camera: ButtonCamera,
  onError: (error: ScanError) => void,
): Stage {
  const messages = () => messagesFor(locale, options.messages);
  const view: View = new View({
    ...options,
    video,
    isOverlay: options.video !== undefined,
    messages: messages(),
    onTorch: (isOn) => void buttons.light(isOn),
    onSwitch: () => void buttons.next().catch(() => undefined), // told by the error event
  });
  const buttons = new CameraButtons(camera, (state) => view.setControls(state), onError);
  // Loaded already by create(); a scanner that is made otherwise speaks English until then.
  void loadMessages(locale).then((isNews) => isNews && view.setMessages(messages()));
  return { view, buttons };
}
