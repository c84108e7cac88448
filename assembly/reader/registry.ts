/** Generated from src/formats.ts by `npm run generate`. The only importer of symbologies. */
import {
  FORMAT_AUSTRALIA_POST,
  FORMAT_AZTEC,
  FORMAT_CODABAR,
  FORMAT_CODE_11,
  FORMAT_CODE_128,
  FORMAT_CODE_32,
  FORMAT_CODE_39,
  FORMAT_CODE_93,
  FORMAT_DATABAR,
  FORMAT_DATABAR_EXPANDED,
  FORMAT_DATABAR_LIMITED,
  FORMAT_DATA_MATRIX,
  FORMAT_DOT_CODE,
  FORMAT_DX_FILM_EDGE,
  FORMAT_EAN_13,
  FORMAT_EAN_8,
  FORMAT_GS1_COMPOSITE,
  FORMAT_INDUSTRIAL_2_OF_5,
  FORMAT_ITF,
  FORMAT_KIX,
  FORMAT_MATRIX_2_OF_5,
  FORMAT_MAXI_CODE,
  FORMAT_MICRO_PDF417,
  FORMAT_MICRO_QR_CODE,
  FORMAT_MSI,
  FORMAT_PDF417,
  FORMAT_PHARMACODE,
  FORMAT_PLANET,
  FORMAT_POSTNET,
  FORMAT_PZN,
  FORMAT_QR_CODE,
  FORMAT_RM_QR_CODE,
  FORMAT_ROYAL_MAIL_4_STATE,
  FORMAT_TELEPEN,
  FORMAT_UPC_A,
  FORMAT_UPC_E,
  FORMAT_USPS_INTELLIGENT_MAIL,
} from "../abi/formats";
import { isWanted } from "../io/options";
import { isFull } from "../io/results";
import { HAS_FEW_EDGES, HAS_WIDE_ELEMENTS, MAY_TOUCH_EDGE, Strip, suits } from "../kit/strip";
import { read as readAustraliaPost } from "../symbology/australia-post/index";
import { read as readAztec } from "../symbology/aztec/index";
import { read as readCodabar } from "../symbology/codabar/index";
import { read as readCode11 } from "../symbology/code-11/index";
import { read as readCode128 } from "../symbology/code-128/index";
import { read as readCode39 } from "../symbology/code-39/index";
import { read as readCode93 } from "../symbology/code-93/index";
import { read as readDataMatrix } from "../symbology/data-matrix/index";
import { read as readDatabar } from "../symbology/databar/index";
import { read as readDatabarLimited } from "../symbology/databar-limited/index";
import { read as readDotCode } from "../symbology/dot-code/index";
import { read as readDxFilmEdge } from "../symbology/dx-film-edge/index";
import { read as readEanUpc } from "../symbology/ean-upc/index";
import { read as readGs1Composite } from "../symbology/gs1-composite/index";
import { read as readIndustrial2Of5 } from "../symbology/industrial-2-of-5/index";
import { read as readIntelligentMail } from "../symbology/intelligent-mail/index";
import { read as readItf } from "../symbology/itf/index";
import { read as readMatrix2Of5 } from "../symbology/matrix-2-of-5/index";
import { read as readMaxiCode } from "../symbology/maxi-code/index";
import { read as readMicroPdf417 } from "../symbology/micro-pdf417/index";
import { read as readMicroQrCode } from "../symbology/micro-qr-code/index";
import { read as readMsi } from "../symbology/msi/index";
import { read as readPdf417 } from "../symbology/pdf417/index";
import { read as readPharmacode } from "../symbology/pharmacode/index";
import { read as readPostnet } from "../symbology/postnet/index";
import { read as readQrCode } from "../symbology/qr-code/index";
import { read as readRmQrCode } from "../symbology/rm-qr-code/index";
import { read as readRoyalMail } from "../symbology/royal-mail/index";
import { read as readTelepen } from "../symbology/telepen/index";

/** Lets every symbology that is asked for and not linear look at the frame. */
export function readMatrix(): void {
  if (!isFull() && isWanted(FORMAT_AUSTRALIA_POST)) readAustraliaPost();
  if (!isFull() && isWanted(FORMAT_AZTEC)) readAztec();
  if (!isFull() && isWanted(FORMAT_DATA_MATRIX)) readDataMatrix();
  if (!isFull() && isWanted(FORMAT_DOT_CODE)) readDotCode();
  if (!isFull() && isWanted(FORMAT_USPS_INTELLIGENT_MAIL)) readIntelligentMail();
  if (!isFull() && isWanted(FORMAT_MAXI_CODE)) readMaxiCode();
  if (!isFull() && isWanted(FORMAT_MICRO_PDF417)) readMicroPdf417();
  if (!isFull() && isWanted(FORMAT_PDF417)) readPdf417();
  if (!isFull() && (isWanted(FORMAT_POSTNET) || isWanted(FORMAT_PLANET))) readPostnet();
  if (!isFull() && isWanted(FORMAT_QR_CODE)) readQrCode();
  if (!isFull() && isWanted(FORMAT_MICRO_QR_CODE)) readMicroQrCode();
  if (!isFull() && isWanted(FORMAT_RM_QR_CODE)) readRmQrCode();
  if (!isFull() && (isWanted(FORMAT_ROYAL_MAIL_4_STATE) || isWanted(FORMAT_KIX))) readRoyalMail();
}

/** True if any linear symbology is asked for. */
export function wantsLinear(): bool {
  return (
    isWanted(FORMAT_EAN_13) ||
    isWanted(FORMAT_EAN_8) ||
    isWanted(FORMAT_UPC_A) ||
    isWanted(FORMAT_UPC_E) ||
    isWanted(FORMAT_CODE_128) ||
    isWanted(FORMAT_CODE_39) ||
    isWanted(FORMAT_CODE_93) ||
    isWanted(FORMAT_CODABAR) ||
    isWanted(FORMAT_ITF) ||
    isWanted(FORMAT_INDUSTRIAL_2_OF_5) ||
    isWanted(FORMAT_MATRIX_2_OF_5) ||
    isWanted(FORMAT_CODE_11) ||
    isWanted(FORMAT_MSI) ||
    isWanted(FORMAT_TELEPEN) ||
    isWanted(FORMAT_DX_FILM_EDGE) ||
    isWanted(FORMAT_PHARMACODE) ||
    isWanted(FORMAT_DATABAR) ||
    isWanted(FORMAT_DATABAR_LIMITED) ||
    isWanted(FORMAT_DATABAR_EXPANDED) ||
    isWanted(FORMAT_CODE_32) ||
    isWanted(FORMAT_PZN)
  );
}

/** Fewest edges of a symbol that is asked for: so many that any strip of fewer is left alone. */
export function leastEdges(): i32 {
  if (isWanted(FORMAT_PHARMACODE)) return 6;
  if (isWanted(FORMAT_DX_FILM_EDGE)) return 18;
  if (isWanted(FORMAT_DATABAR)) return 24;
  if (isWanted(FORMAT_DATABAR_EXPANDED)) return 24;
  return 34;
}

/** True if a format is asked for whose elements may be so wide that blocks within are calm. */
export function hasWideElements(): bool {
  return isWanted(FORMAT_DATABAR) || isWanted(FORMAT_DATABAR_EXPANDED);
}

/** True if a format is asked for that needs light where a still may end. */
export function mayTouchEdge(): bool {
  return (
    isWanted(FORMAT_CODE_39) ||
    isWanted(FORMAT_CODE_93) ||
    isWanted(FORMAT_CODABAR) ||
    isWanted(FORMAT_ITF) ||
    isWanted(FORMAT_INDUSTRIAL_2_OF_5) ||
    isWanted(FORMAT_MATRIX_2_OF_5) ||
    isWanted(FORMAT_CODE_11) ||
    isWanted(FORMAT_MSI) ||
    isWanted(FORMAT_TELEPEN) ||
    isWanted(FORMAT_CODE_32) ||
    isWanted(FORMAT_PZN)
  );
}

/** Lets every linear symbology that is asked for look at one strip. */
export function readLinear(strip: Strip): void {
  if (!isFull() && isWanted(FORMAT_CODABAR) && suits(strip, MAY_TOUCH_EDGE, 0)) readCodabar(strip);
  if (!isFull() && isWanted(FORMAT_CODE_11) && suits(strip, MAY_TOUCH_EDGE, 1)) readCode11(strip);
  if (!isFull() && isWanted(FORMAT_CODE_128) && suits(strip, 0, 2)) readCode128(strip);
  if (
    !isFull() &&
    (isWanted(FORMAT_CODE_39) || isWanted(FORMAT_CODE_32) || isWanted(FORMAT_PZN)) &&
    suits(strip, MAY_TOUCH_EDGE, 3)
  )
    readCode39(strip);
  if (!isFull() && isWanted(FORMAT_CODE_93) && suits(strip, MAY_TOUCH_EDGE, 4)) readCode93(strip);
  if (
    !isFull() &&
    (isWanted(FORMAT_DATABAR) || isWanted(FORMAT_DATABAR_EXPANDED)) &&
    suits(strip, HAS_FEW_EDGES | HAS_WIDE_ELEMENTS, 5)
  )
    readDatabar(strip);
  if (!isFull() && isWanted(FORMAT_DATABAR_LIMITED) && suits(strip, 0, 6)) readDatabarLimited(strip);
  if (!isFull() && isWanted(FORMAT_DX_FILM_EDGE) && suits(strip, HAS_FEW_EDGES, 7)) readDxFilmEdge(strip);
  if (
    !isFull() &&
    (isWanted(FORMAT_EAN_13) || isWanted(FORMAT_EAN_8) || isWanted(FORMAT_UPC_A) || isWanted(FORMAT_UPC_E)) &&
    suits(strip, 0, 8)
  )
    readEanUpc(strip);
  if (!isFull() && isWanted(FORMAT_INDUSTRIAL_2_OF_5) && suits(strip, MAY_TOUCH_EDGE, 9)) readIndustrial2Of5(strip);
  if (!isFull() && isWanted(FORMAT_ITF) && suits(strip, MAY_TOUCH_EDGE, 10)) readItf(strip);
  if (!isFull() && isWanted(FORMAT_MATRIX_2_OF_5) && suits(strip, MAY_TOUCH_EDGE, 11)) readMatrix2Of5(strip);
  if (!isFull() && isWanted(FORMAT_MSI) && suits(strip, MAY_TOUCH_EDGE, 12)) readMsi(strip);
  if (!isFull() && isWanted(FORMAT_PHARMACODE) && suits(strip, HAS_FEW_EDGES, 13)) readPharmacode(strip);
  if (!isFull() && isWanted(FORMAT_TELEPEN) && suits(strip, MAY_TOUCH_EDGE, 14)) readTelepen(strip);
}

/** Puts composite symbols that are asked for together from the linear symbols reported. */
export function readComposites(): void {
  if (isWanted(FORMAT_GS1_COMPOSITE)) readGs1Composite();
}
