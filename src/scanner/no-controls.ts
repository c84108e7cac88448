/** What can be done where no camera is open. Data only. */
import type { CameraControls } from "./camera-controls.js";

export const NO_CONTROLS: CameraControls = {
  torch: false,
  zoom: undefined,
  focusModes: [],
  focusDistance: undefined,
  focusPoint: false,
  maxWidth: 0,
  maxHeight: 0,
};
