/** Test and bench builds only: the decoders of Micro QR Code and rMQR on grids alone, and their tables. */
import { clearResults, report } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { openBudget } from "./kit/budget";
import { decodeMicroGrid } from "./symbology/micro-qr-code/decoder";
import { decodeRmGrid } from "./symbology/rm-qr-code/decoder";

/** Status of a grid of dimension² f32 for a version 1–4; on OK the result block is at qrResults(). */
export function microQrDecodeGrid(soft: usize, version: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(10, 64, 16);
  if (symbol == null) return -1;
  const status = decodeMicroGrid(soft, version, symbol);
  if (status == 0) report(symbol);
  return status;
}

/** The same for an rMQR of a version indicator 0–31. */
export function rmQrDecodeGrid(soft: usize, version: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(11, 400, 160);
  if (symbol == null) return -1;
  const status = decodeRmGrid(soft, version, symbol);
  if (status == 0) report(symbol);
  return status;
}

