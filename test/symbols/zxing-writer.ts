/**
 * Symbols from the writer inside zxing-wasm, independent of bwip-js: what both write alike is what the standard says.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/full";
import { type Modules, modulesFrom } from "./modules.js";

const wasmPath = createRequire(import.meta.url).resolve("zxing-wasm/full/zxing_full.wasm");
let ready: Promise<unknown> | undefined;

function prepare(): Promise<unknown> {
  ready ??= prepareZXingModule({
    overrides: { wasmBinary: new Uint8Array(readFileSync(wasmPath)).buffer },
    fireImmediately: true,
  });
  return ready;
}

/** Formats that this writer is asked for, with the quiet zone each is drawn with. */
const QUIET = {
  QRCode: 4,
  MicroQRCode: 2,
  rMQRCode: 2,
  EAN13: 11,
  EAN8: 7,
  UPCA: 9,
  UPCE: 9,
  Code128: 10,
  DataMatrix: 1,
  Aztec: 2,
  Code39: 10,
  Code39Ext: 10,
  Code93: 10,
  Codabar: 10,
  ITF: 10,
  TelepenAlpha: 10,
  TelepenNumeric: 10,
  DXFilmEdge: 4,
  PDF417: 2,
  CompactPDF417: 2,
  MicroPDF417: 1,
  DataBar: 2,
  DataBarLimited: 2,
  DataBarExpanded: 2,
  DataBarStk: 2,
  DataBarExpStk: 2,
} as const;

export type ZxingWriterFormat = keyof typeof QUIET;

/**
 * A symbol of one module per cell. `options` is the writer's own list: `version=5`, `ecLevel=H`, `dataMask=3`, `eci=26`,
 * `gs1`. Linear symbols come in the height that the writer gives them.
 */
export async function zxingSymbol(format: ZxingWriterFormat, text: string, options = ""): Promise<Modules> {
  await prepare();
  const { symbol, error } = await writeBarcode(text, {
    format,
    options,
    scale: 1,
    addQuietZones: false,
    addHRT: false,
  });
  if (error !== "") throw new Error(`zxing-wasm wrote no ${format}: ${error}`);
  const { data, width, height } = symbol;
  return modulesFrom(width, height, QUIET[format], (x, y) => (data[y * width + x] ?? 255) < 128);
}
