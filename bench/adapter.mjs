/**
 * tallymark as an engine of the peer benchmark (../shared/bench): the built package, on the benchmark's own thread.
 */
import { createEngine, FORMAT_NAMES } from "../dist/index.js";

/** The benchmark's names of our formats. */
const NAMES = {
  QRCode: "qr_code",
  EAN13: "ean_13",
  EAN8: "ean_8",
  UPCA: "upc_a",
  UPCE: "upc_e",
  Code128: "code_128",
  DataMatrix: "data_matrix",
  Aztec: "aztec",
  PDF417: "pdf417",
  MicroPDF417: "micro_pdf417",
  MicroQRCode: "micro_qr_code",
  rMQRCode: "rm_qr_code",
  MaxiCode: "maxi_code",
  Code39: "code_39",
  Code93: "code_93",
  Codabar: "codabar",
  ITF: "itf",
  DataBar: "databar",
  DataBarLimited: "databar_limited",
  DataBarExpanded: "databar_expanded",
  Telepen: "telepen",
  DXFilmEdge: "dx_film_edge",
};
const OURS = Object.fromEntries(Object.entries(NAMES).filter(([, ours]) => FORMAT_NAMES.includes(ours)));
const THEIRS = Object.fromEntries(Object.entries(OURS).map(([theirs, ours]) => [ours, theirs]));

let engine;

export default {
  name: "tallymark",
  formats: Object.keys(OURS),
  size: { files: ["../dist/index.js", "../dist/library.js", "../dist/worker.js", "../dist/core.simd.wasm"] },
  async init() {
    engine = await createEngine({ worker: false, fallback: false });
  },
  async decode(rgba, width, height, { tryHarder, formats, maxSymbols, eanAddOn }) {
    const { barcodes } = await engine.decode({
      source: { kind: "pixels", data: rgba, width, height, stride: width * 4, layout: "rgba" },
      options: {
        formats: (formats ?? Object.keys(OURS)).flatMap((name) => OURS[name] ?? []),
        effort: tryHarder ? "thorough" : "fast",
        inverted: tryHarder,
        maxSymbols,
        minConfidence: 30,
      },
      sighting: { at: 0, forgetMs: 0 },
    });
    return barcodes
      .filter(({ addOn }) => eanAddOn !== "require" || addOn)
      .map(({ format, rawValue, bytes, addOn }) => ({
        format: THEIRS[format] ?? format,
        text: eanAddOn === "require" ? rawValue + addOn : rawValue,
        bytes,
      }));
  },
};
