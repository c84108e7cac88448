/**
 * What a scanner tells: its states and the details of its events. Types only; must not know who tells or listens.
 */
import type { DecodedImage } from "../engine/engine.js";
import type { ScanError } from "../errors.js";
import type { LicenseStanding } from "../rules/standing.js";
import type { Barcode } from "../types.js";
import type { CameraInfo } from "./camera-choice.js";
import type { CameraControls } from "./camera-controls.js";
import type { RungName } from "./constraint-ladder.js";

/**
 * - `idle`: nothing is open.
 * - `starting`: the camera is being opened.
 * - `scanning`: frames are decoded.
 * - `paused`: by the application; the camera stays open, nothing is decoded.
 * - `suspended`: by a hidden page; goes on by itself when the page is seen again.
 * - `recovering`: the camera was lost or stalled; goes on by itself when it is back.
 * - `closed`: for good.
 */
export type ScannerState = "idle" | "starting" | "scanning" | "paused" | "suspended" | "recovering" | "closed";

/** What one frame gave. */
export interface FrameReport {
  /** Everything that was read in this frame, also what has been reported before. */
  readonly barcodes: readonly Barcode[];
  /** Those of them that are new, for each of which a `scan` event follows. */
  readonly fresh: readonly Barcode[];
  /** Size in pixels of the frame that was decoded, of which corner points are coordinates. */
  readonly width: number;
  readonly height: number;
  /** Time of the frame in milliseconds since the epoch. */
  readonly at: number;
  /** Time spent in the core, in milliseconds. */
  readonly elapsedMs: number;
  /** The exact image that was decoded, where `keepDecodedImage` asks for it. */
  readonly image?: DecodedImage;
}

/** From which state to which. */
export interface StateChange {
  readonly state: ScannerState;
  readonly previous: ScannerState;
}

/** Which camera is open now and what it can do. */
export interface CameraChange {
  readonly camera: CameraInfo;
  /** The step of the constraint ladder that opened it: `device` is what was asked for, later steps are less exact. */
  readonly rung: RungName;
  readonly width: number;
  readonly height: number;
  readonly capabilities: CameraControls;
}

/** Events of a scanner by name. */
export interface ScannerEventMap {
  /** Once per new code: not again until it has been out of sight for the forget time. */
  readonly scan: CustomEvent<Barcode>;
  /** Every decoded frame, also one without a code. */
  readonly frame: CustomEvent<FrameReport>;
  readonly error: CustomEvent<ScanError>;
  readonly statechange: CustomEvent<StateChange>;
  /** A camera was opened, or what the open one can do became known. */
  readonly camerachange: CustomEvent<CameraChange>;
  /** The licence was renewed, refused, or has run out; `detail` says how it stands. */
  readonly licensechange: CustomEvent<LicenseStanding>;
}
