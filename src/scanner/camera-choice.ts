/**
 * Which of several cameras reads barcodes best, judged by what the browser tells of them. Pure and table-tested; must
 * not open a camera.
 *
 * Phones list every lens as a camera of its own, and `facingMode: environment` may give the ultra-wide or a fixed-focus
 * one, with which near codes stay blurred. Labels tell the lens: in English on Android (`camera2 0, facing back`), in
 * the user's language on iOS.
 */
import type { Facing } from "./constraint-ladder.js";

/** A camera as the page can list it. */
export interface CameraInfo {
  readonly deviceId: string;
  /** Empty until the camera permission has been granted. */
  readonly label: string;
  readonly facing: Facing | undefined;
}

/** What may be known of a camera beyond its label; every field may be missing. */
export interface CameraEvidence extends CameraInfo {
  readonly focusModes?: readonly string[] | undefined;
  /** Nearest distance in focus, in metres. */
  readonly nearestFocus?: number | undefined;
  readonly hasTorch?: boolean | undefined;
  readonly maxWidth?: number | undefined;
}

export interface RankedCamera {
  readonly camera: CameraEvidence;
  readonly score: number;
}

// Word stems in the languages iOS is delivered in most; NFC and lower case. A stem that is part of another stands for both.
const BACK = [
  /\b(back|rear|environment|world)\b/,
  /rück|hintere|achter|bakre|bagside|baksid|bakover|taka/,
  /arri[eè]re|dorsale/,
  /traser|posterior|traseira/,
  /tyln|zadn|hátsó|spate|задн|тыльн|πίσω|arka/,
  /背面|后置|後置|後面|背側|후면|\bsau\b|หลัง|belakang|خلفي|אחורי/,
] as const;

const FRONT = [
  /\b(front|user|facetime|selfie|truedepth)\b/,
  /frontkamera|vorder|voorzijde|voorkant|främre|fremre|forside|\betu/,
  /\bavant\b|anterior/,
  /frontal|delantera|dianteira/,
  /przedn|předn|predn|elülső|față|фронтальн|передн|μπροστ|(^|\s)ön(\s|$)/,
  /前面|前置|전면|trước|หน้า|\bdepan\b|أمامي|קדמי/,
] as const;

const ULTRA_WIDE = [
  /ultra[\s-]*(wide|wei|gran|angular|groothoek|breed|bred|vid|szeroko|laaja|ampl|geniş|lebar)/,
  /сверхширок|ультрашир|超広角|超广角|超廣角|울트라\s*와이드|초광각|siêu rộng/,
] as const;

const TELEPHOTO = [/tele|télé|теле|望遠|长焦|長焦|망원|periscope|zoom lens/] as const;

/** Virtual cameras of iOS that change the lens by distance, and so focus near codes too. */
const TRIPLE = [/trip[el]|dreifach|тройн|トリプル|三镜头|三鏡頭|三摄|트리플|üçlü/] as const;
const DUAL = [/\bdual|\bdoubl|doppel|dupla|doble|dubbel|podwójn|двойн|デュアル|双|雙|듀얼|çift|ikili|doppia/] as const;
const WIDE = [
  /wide|weitwinkel|grande?[\s-]*ang|gran[\s-]*angular|groothoek|広角|广角|廣角|와이드|광각|широк|geniş|vidvinkel/,
] as const;

const INFRARED = [/infrared|infrarot|\bir\b|windows hello|\bdepth camera|time of flight|\btof\b|monochrome/] as const;
const NOT_A_LENS = [
  /virtual|obs[\s-]|manycam|snap camera|xsplit|droidcam source|screen|desk view|mmhmm|splitcam|\bndi\b|vcam|youcam|\bcamo\b/,
] as const;
const MACRO_DEPTH = [/macro|makro|\bdepth|bokeh|マクロ|微距|매크로/] as const;

const says = (label: string, words: readonly RegExp[]): boolean => words.some((word) => word.test(label));

const normal = (label: string): string => label.normalize("NFC").toLowerCase();

/** The side a camera looks to, by its label; undefined where the label does not tell. */
export const facingOfLabel = (label: string): Facing | undefined => {
  const text = normal(label);
  // "facing back" and "facing front" are what Android says; test them first, `front` occurs in few other places.
  if (/facing[:\s]+back/.test(text)) return "environment";
  if (/facing[:\s]+front/.test(text)) return "user";
  const back = says(text, BACK);
  const front = says(text, FRONT);
  if (back === front) return undefined;
  return back ? "environment" : "user";
};

// Points. Facing outweighs everything; then what is no camera for seeing; then the lens; then what the track tells.
const FACING_RIGHT = 100;
const FACING_UNKNOWN = 50;
const LENS_VIRTUAL = 40; // triple, dual wide: the lens follows the distance
const LENS_PLAIN = 25;
const LENS_DUAL = 20; // wide and telephoto: no nearer than plain
const LENS_TELE = -20;
const LENS_ULTRA_WIDE = -30;
const LENS_SPECIAL = -35;
const NOT_FOR_SEEING = -60;
const PER_ANDROID_INDEX = -5; // Android numbers the main camera of a side lowest

/** At least so many points more are needed to leave a camera that is already open. */
export const WORTH_SWITCHING = 10;

const lensPoints = (label: string): number => {
  if (says(label, TRIPLE)) return LENS_VIRTUAL + 2; // has all that a dual one has
  // "Dual Wide" is main and ultra-wide together, and must not be taken for the ultra-wide alone.
  if (says(label, DUAL)) return says(label, WIDE) ? LENS_VIRTUAL : LENS_DUAL;
  if (says(label, ULTRA_WIDE)) return LENS_ULTRA_WIDE;
  if (says(label, TELEPHOTO)) return LENS_TELE;
  if (says(label, MACRO_DEPTH)) return LENS_SPECIAL;
  return LENS_PLAIN;
};

const evidencePoints = ({ focusModes, nearestFocus, hasTorch, maxWidth }: CameraEvidence): number => {
  let points = 0;
  if (focusModes) {
    if (focusModes.includes("continuous")) points += 8;
    else if (!focusModes.includes("single-shot")) points -= 15; // fixed focus
  }
  if (nearestFocus !== undefined && nearestFocus <= 0.12) points += 3;
  if (hasTorch) points += 6; // Android gives the torch to the main camera only
  if (maxWidth !== undefined) points += maxWidth >= 1920 ? 3 : maxWidth < 1280 ? -8 : 0;
  return points;
};

/** Points of one camera for reading barcodes on the wanted side; more is better. */
export const scoreCamera = (camera: CameraEvidence, wanted: Facing): number => {
  const label = normal(camera.label);
  const facing = camera.facing ?? facingOfLabel(camera.label);
  let score = facing === wanted ? FACING_RIGHT : facing === undefined ? FACING_UNKNOWN : 0;
  score += wanted === "environment" ? lensPoints(label) : 0;
  if (says(label, INFRARED)) score += NOT_FOR_SEEING - 20;
  else if (says(label, NOT_A_LENS)) score += NOT_FOR_SEEING;
  const android = /camera2?\s*(\d+)/.exec(label);
  if (android) score += PER_ANDROID_INDEX * Math.min(Number(android[1]), 10);
  return score + evidencePoints(camera);
};

/** All cameras, best first; equal ones stay in the browser's order. */
export const rankCameras = (cameras: readonly CameraEvidence[], wanted: Facing): readonly RankedCamera[] =>
  cameras.map((camera) => ({ camera, score: scoreCamera(camera, wanted) })).sort((a, b) => b.score - a.score);

/**
 * The camera to change to while another is open, or undefined where that one is good enough. Without labels nothing is
 * known, and nothing is changed.
 */
export const betterCamera = (
  cameras: readonly CameraEvidence[],
  current: CameraEvidence,
  wanted: Facing,
): CameraEvidence | undefined => {
  const [best] = rankCameras(
    cameras.filter((camera) => camera.label !== "" && camera.deviceId !== ""),
    wanted,
  );
  if (!best || best.camera.deviceId === current.deviceId) return undefined;
  // Evidence is known of the open camera only, so both are judged without it.
  const bare = ({ deviceId, label, facing }: CameraEvidence): CameraInfo => ({ deviceId, label, facing });
  const gain = scoreCamera(bare(best.camera), wanted) - scoreCamera(bare(current), wanted);
  return gain >= WORTH_SWITCHING ? best.camera : undefined;
};
