/** The scanner page: puts camera, images, results, tally and settings together. Uses what the library exports, no more. */
import { BarcodeReader } from "../src/index.js";
import { CameraPanel } from "./camera-panel.js";
import { ImagePanel } from "./image-panel.js";
import { findLicense, LicensePanel } from "./license-panel.js";
import { keepForOffline } from "./offline.js";
import { ScanList } from "./scan-list.js";
import { SettingsForm } from "./settings.js";
import { Tabs } from "./tabs.js";
import { Tally } from "./tally.js";

const scans = new ScanList();
const tally = new Tally();
const licensing = findLicense();
const reader = licensing.then(({ license }) => BarcodeReader.create(optionsOf(license)));
// Whoever needs the reader is told of a failure; nobody is told twice.
licensing.then((found) => {
  const panel = new LicensePanel(found);
  reader
    .then((ready) => {
      tally.watch(ready.meter);
      panel.watch(ready);
    })
    .catch((error: unknown) => panel.refuse(error));
});

const form = new SettingsForm((next) => {
  camera.settingsChanged(next, previous);
  previous = next;
});
let previous = form.settings;

const tabs = new Tabs(["tab-camera", "tab-images"], (id) => {
  if (id === "tab-images") void camera.stop();
});

const camera = new CameraPanel({
  licensing: async () => optionsOf((await licensing).license),
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

void keepForOffline(async () => {
  await reader;
  await (await BarcodeReader.create()).close();
});

function optionsOf(license: string | undefined) {
  return license === undefined ? {} : { license, deviceName: "Demo" };
}
