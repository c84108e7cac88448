/** How browser tests start Chromium. Knows flags, not pages. */
import { findChromium, QUIET_FLAGS } from "../../scripts/browsers.mjs";

interface Launch {
  executablePath?: string;
  args: string[];
}

/** Chromium with a synthetic fake camera; permission is not granted, tests grant it per context. */
export function launchOptions(...more: string[]): Launch {
  const executablePath = findChromium();
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...QUIET_FLAGS, "--use-fake-device-for-media-stream", ...more],
  };
}

/** Chromium whose camera plays a Y4M clip (absolute path) in a loop from its first frame. */
export const cameraFrom = (clip: string): Launch => launchOptions(`--use-file-for-fake-video-capture=${clip}`);

/** Chromium without any camera. */
export function noCamera(): Launch {
  const launch = launchOptions();
  return { ...launch, args: launch.args.filter((flag) => !flag.includes("fake-device")) };
}
