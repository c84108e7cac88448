/**
 * tallymark as an engine of the peer benchmark (../shared/bench): the built package, on the benchmark's own thread.
 */
import { createEngine } from "../dist/index.js";

const OURS = {
  QRCode: "qr_code",
  EAN13: "ean_13",
  EAN8: "ean_8",
  UPCA: "upc_a",
  UPCE: "upc_e",
  Code128: "code_128",
};
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
