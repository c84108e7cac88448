/** The scanner page: puts camera, images, results, tally and settings together. Uses what the library exports, no more. */
import { BarcodeReader } from "../src/index.js";
import { CameraPanel } from "./camera-panel.js";
import { ImagePanel } from "./image-panel.js";
import { ScanList } from "./scan-list.js";
import { SettingsForm } from "./settings.js";
import { Tabs } from "./tabs.js";
import { Tally } from "./tally.js";

const scans = new ScanList();
const tally = new Tally();
const reader = BarcodeReader.create();
// Whoever needs the reader is told of a failure; nobody is told twice.
reader.then(({ meter }) => tally.watch(meter)).catch(() => undefined);

const form = new SettingsForm((next) => {
  camera.settingsChanged(next, previous);
  previous = next;
});
let previous = form.settings;

const tabs = new Tabs(["tab-camera", "tab-images"], (id) => {
  if (id === "tab-images") void camera.stop();
});

const camera = new CameraPanel({
  settings: () => form.settings,
  scans,
  tally,
  onWantImages: () => tabs.select("tab-images"),
});

new ImagePanel({
  reader: () => reader,
  settings: () => form.settings,
  scans,
  onImages: () => tabs.select("tab-images"),
});
