/**
 * A result of `@zxing/library` as a Barcode. It tells less than the core does: bytes are known only where the symbol is
 * one byte segment, and confidence is that of a decoder that reads a single line once.
 */
import { type Result, ResultMetadataType, BarcodeFormat as TheirFormat } from "@zxing/library";
import type { BarcodeFormat } from "../formats.js";
import { formatByName } from "../formats.js";
import type { Barcode, Point } from "../types.js";
import type { DecodedImage } from "./engine.js";
import { linearExtent } from "./fallback-extent.js";
import { boundsOf, type Corners } from "./geometry.js";

/** No UPC-E: the library's reader for it loses its own number system digit and finds nothing. */
const THEIRS: Readonly<Partial<Record<BarcodeFormat, TheirFormat>>> = {
  qr_code: TheirFormat.QR_CODE,
  ean_13: TheirFormat.EAN_13,
  ean_8: TheirFormat.EAN_8,
  upc_a: TheirFormat.UPC_A,
  code_128: TheirFormat.CODE_128,
};
const OURS = new Map(Object.entries(THEIRS).map(([ours, theirs]) => [theirs, ours as BarcodeFormat]));

/** Error correction vouches for a matrix symbol; a linear one was read on one line. */
const MATRIX_CONFIDENCE = 80;
const LINEAR_CONFIDENCE = 50;
/** From the middle of a QR Code's finder pattern to its outer edge, in modules (ISO/IEC 18004, 6.3.3). */
const FINDER_RADIUS = 3.5;
/** Modules between finder middles of a version 1 symbol: 21 − 7. */
const LEAST_FINDER_DISTANCE = 14;

export const theirFormats = (formats: readonly BarcodeFormat[]): readonly TheirFormat[] =>
  formats.flatMap((name) => THEIRS[name] ?? []);

/**
 * Undefined for a format that is not in our list.
 * @param image what was read
 * @param place where a point of it lies in the whole image
 */
export function barcodeOf(
  result: Result,
  image: DecodedImage,
  place: (point: Point) => Point,
  isInverted: boolean,
): Barcode | undefined {
  const format = OURS.get(result.getBarcodeFormat());
  const row = format && formatByName(format);
  if (!row) return undefined;
  const text = result.getText();
  const given = (result.getResultPoints() ?? []).filter(Boolean);
  const points = given.map((point) => ({ x: point.getX(), y: point.getY() }));
  const inside = row.kind === "matrix" ? matrixCorners(points, moduleSizeOf(given[1])) : linearCorners(points, image);
  const cornerPoints: Corners = [place(inside[0]), place(inside[1]), place(inside[2]), place(inside[3])];
  const metadata = result.getResultMetadata();
  const bytes = bytesOf(text, metadata?.get(ResultMetadataType.BYTE_SEGMENTS));
  const level = metadata?.get(ResultMetadataType.ERROR_CORRECTION_LEVEL);
  const addOn = metadata?.get(ResultMetadataType.UPC_EAN_EXTENSION);
  const [from, to] = cornerPoints;
  const degrees = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return {
    format: row.name,
    rawValue: text,
    boundingBox: boundsOf(cornerPoints),
    cornerPoints,
    bytes,
    symbologyIdentifier: `]${row.aim}${modifierOf(row.name, addOn !== undefined)}`,
    segments: text === "" ? [] : [{ eci: undefined, bytes, text }],
    confidence: row.kind === "matrix" ? MATRIX_CONFIDENCE : LINEAR_CONFIDENCE,
    orientation: (degrees + 360) % 360,
    isMirrored: false,
    isInverted,
    ...(addOn !== undefined && { addOn: String(addOn) }),
    details: level === undefined ? {} : { errorCorrectionLevel: String(level) },
  };
}

/** ISO/IEC 15420: 4 for EAN-8, 3 with an add-on; ISO/IEC 18004: 1 for QR Code model 2 without ECI; else 0. */
function modifierOf(format: BarcodeFormat, hasAddOn: boolean): string {
  if (format === "qr_code") return "1";
  if (hasAddOn) return "3";
  return format === "ean_8" ? "4" : "0";
}

function bytesOf(text: string, segments: unknown): Uint8Array {
  if (Array.isArray(segments) && segments.length === 1 && segments[0] instanceof Uint8Array) return segments[0];
  const isLatin1 = Array.from(text).every((char) => (char.codePointAt(0) as number) < 0x100);
  return isLatin1 ? Uint8Array.from(text, (char) => char.charCodeAt(0)) : new TextEncoder().encode(text);
}

/**
 * The points are the middles of the finder patterns, bottom left, top left, top right, and perhaps of an alignment
 * pattern, whose place is not needed: the fourth corner is that of the parallelogram.
 */
function matrixCorners(points: readonly Point[], moduleSize: number | undefined): Corners {
  const [bottomLeft, topLeft, topRight] = points;
  if (!bottomLeft || !topLeft || !topRight) return degenerate(points);
  const along = { x: topRight.x - topLeft.x, y: topRight.y - topLeft.y };
  const down = { x: bottomLeft.x - topLeft.x, y: bottomLeft.y - topLeft.y };
  const distance = Math.hypot(along.x, along.y);
  const part = FINDER_RADIUS * (moduleSize && distance > 0 ? moduleSize / distance : 1 / LEAST_FINDER_DISTANCE);
  const corner = (right: number, below: number): Point => ({
    x: topLeft.x + along.x * right + down.x * below,
    y: topLeft.y + along.y * right + down.y * below,
  });
  return [corner(-part, -part), corner(1 + part, -part), corner(1 + part, 1 + part), corner(-part, 1 + part)];
}

/** Finder patterns are points that also know the size of their modules. */
function moduleSizeOf(point: object | undefined): number | undefined {
  const finder = point as { getEstimatedModuleSize?: () => number } | undefined;
  return finder?.getEstimatedModuleSize?.();
}

/** The points are the two ends of one scan line. */
function linearCorners(points: readonly Point[], image: DecodedImage): Corners {
  const [start, end] = points;
  return start && end ? linearExtent(image, start, end) : degenerate(points);
}

function degenerate([point = { x: 0, y: 0 }]: readonly Point[]): Corners {
  return [point, point, point, point];
}
