/**
 * The public names of the library. Importing it touches nothing of a browser.
 */
/// <reference lib="esnext.disposable" preserve="true" />

export {
  BarcodeReader,
  type DetailedReadOptions,
  type ReadCallOptions,
  type ReaderOptions,
  type ReaderParts,
} from "./barcode-reader.js";
export { BarcodeScanner, type BarcodeScannerOptions, type BarcodeScannerParts } from "./barcode-scanner.js";
export { createEngine } from "./engine/create-engine.js";
export type {
  DecodeControl,
  DecodedImage,
  DecodeOutcome,
  DecodeRequest,
  Engine,
  FrameSource,
  Pixels,
  PlatformFrame,
  Sighting,
} from "./engine/engine.js";
export type { EngineOptions } from "./engine/engine-options.js";
export type { ReadResult } from "./engine/read-image.js";
export { ERROR_CODES, ScanError, type ScanErrorCode } from "./errors.js";
export { type BarcodeFormat, DEFAULT_FORMATS, FORMAT_NAMES, FORMATS } from "./formats.js";
export { encodePng } from "./image/decoded-image.js";
export type { ImageInput } from "./image/image-input.js";
export type { License } from "./licensing/license.js";
export type { LicenseOptions } from "./licensing/license-options.js";
export { Meter, type MeterOptions, openMeter, type UsageOptions } from "./metering/meter.js";
export type { LicenseStanding } from "./rules/standing.js";
export { type CameraEvidence, type CameraInfo, rankCameras, scoreCamera } from "./scanner/camera-choice.js";
export type { CameraControls, ControlRange, Focus } from "./scanner/camera-controls.js";
export type { CameraPermission } from "./scanner/camera-permission.js";
export type { Facing, Resolution } from "./scanner/constraint-ladder.js";
export type { CameraChange, FrameReport, ScannerEventMap, ScannerState, StateChange } from "./scanner/events.js";
export type { BeepOptions } from "./scanner/feedback.js";
export { LOCALES } from "./scanner/locales.js";
export type { MessageKey, Messages } from "./scanner/messages.js";
export type { RegionSpace } from "./scanner/scan-region.js";
export type { ScannerOptions } from "./scanner/scanner-options.js";
export { type JoinedSequence, joinStructuredAppend } from "./structured-append.js";
export type {
  Barcode,
  Effort,
  Gs1,
  Gs1Element,
  PixelLayout,
  Point,
  RawPixels,
  ReadOptions,
  Rect,
  Region,
  Segment,
  StructuredAppend,
  SymbolDetails,
} from "./types.js";
