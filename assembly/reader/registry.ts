/** Generated from src/formats.ts by `npm run generate`. The only importer of symbologies. */
import { isWanted } from "../io/options";
import { Strip } from "../kit/strip";
import { read as readQrCode } from "../symbology/qr-code/index";

/** Lets every matrix symbology that is asked for look at the frame. */
export function readMatrix(): void {
  if (isWanted(0)) readQrCode();
}

/** Lets every linear symbology that is asked for look at one strip. */
export function readLinear(strip: Strip): void {}
