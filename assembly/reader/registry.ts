/** Generated from src/formats.ts by `npm run generate`. The only importer of symbologies. */
import {
  FORMAT_CODE_128,
  FORMAT_EAN_13,
  FORMAT_EAN_8,
  FORMAT_MICRO_PDF417,
  FORMAT_PDF417,
  FORMAT_QR_CODE,
  FORMAT_UPC_A,
  FORMAT_UPC_E,
} from "../abi/formats";
import { isWanted } from "../io/options";
import { isFull } from "../io/results";
import { Strip } from "../kit/strip";
import { read as readCode128 } from "../symbology/code-128/index";
import { read as readEanUpc } from "../symbology/ean-upc/index";
import { read as readMicroPdf417 } from "../symbology/micro-pdf417/index";
import { read as readPdf417 } from "../symbology/pdf417/index";
import { read as readQrCode } from "../symbology/qr-code/index";

/** Lets every symbology that is asked for and not linear look at the frame. */
export function readMatrix(): void {
  if (!isFull() && isWanted(FORMAT_MICRO_PDF417)) readMicroPdf417();
  if (!isFull() && isWanted(FORMAT_PDF417)) readPdf417();
  if (!isFull() && isWanted(FORMAT_QR_CODE)) readQrCode();
}

/** True if any linear symbology is asked for. */
export function wantsLinear(): bool {
  return (
    isWanted(FORMAT_EAN_13) ||
    isWanted(FORMAT_EAN_8) ||
    isWanted(FORMAT_UPC_A) ||
    isWanted(FORMAT_UPC_E) ||
    isWanted(FORMAT_CODE_128)
  );
}

/** Lets every linear symbology that is asked for look at one strip. */
export function readLinear(strip: Strip): void {
  if (!isFull() && isWanted(FORMAT_CODE_128)) readCode128(strip);
  if (
    !isFull() &&
    (isWanted(FORMAT_EAN_13) || isWanted(FORMAT_EAN_8) || isWanted(FORMAT_UPC_A) || isWanted(FORMAT_UPC_E))
  )
    readEanUpc(strip);
}
