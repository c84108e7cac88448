/** Format names as people write them. Made from the name, so that a new format needs no entry here. */
import { FORMATS } from "../src/index.js";

/** Parts that are no plain words. */
const SPELLED: Readonly<Record<string, string>> = {
  qr: "QR",
  rm: "rM",
  ean: "EAN",
  upc: "UPC",
  itf: "ITF",
  msi: "MSI",
  dx: "DX",
  pdf417: "PDF417",
  maxi: "Maxi",
  databar: "DataBar",
};

/** `ean_13` → `EAN-13`, `qr_code` → `QR Code`, `code_128` → `Code 128`. */
export function formatLabel(name: string): string {
  const parts = name.split("_").map((part) => SPELLED[part] ?? part.charAt(0).toUpperCase() + part.slice(1));
  const isRetail = /^(ean|upc)_/.test(name);
  return parts.join(isRetail ? "-" : " ");
}

/** Which pictogram stands for a format: bars or a grid. */
export const formatIcon = (name: string): string =>
  FORMATS.find((row) => row.name === name)?.kind === "matrix" ? "matrix" : "linear";
