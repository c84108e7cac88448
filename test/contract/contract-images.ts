/**
 * The images that all engines are shown: plain data, so that they can be sent to a browser.
 */
import { renderScene } from "../scenes/index.js";
import { code128, drawn, ean13, qrCode } from "../symbols/index.js";

export interface ContractImage {
  readonly width: number;
  readonly height: number;
  /** One byte of luminance per pixel. */
  readonly grey: Uint8Array;
  /** What stands in it, from left to right. */
  readonly symbols: readonly {
    readonly format: "qr_code" | "ean_13" | "code_128";
    readonly text: string;
    /** Upright box around it. */
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }[];
}

const WIDTH = 900;
const HEIGHT = 400;

/** A QR Code at the left, an EAN-13 in the middle, a Code 128 at the right. */
export function threeSymbols(): ContractImage {
  const placed = [
    { format: "qr_code", text: "HELLO TALLYMARK", symbol: qrCode("HELLO TALLYMARK"), x: 150, moduleSize: 5 },
    { format: "ean_13", text: "4006381333931", symbol: drawn(ean13("4006381333931")), x: 430, moduleSize: 2 },
    { format: "code_128", text: "Tally-128", symbol: drawn(code128("Tally-128")), x: 720, moduleSize: 2 },
  ] as const;
  const scene = renderScene({
    width: WIDTH,
    height: HEIGHT,
    symbols: placed.map(({ symbol, x, moduleSize }) => ({ symbol, center: { x, y: HEIGHT / 2 }, moduleSize })),
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    grey: scene.data,
    symbols: placed.map(({ format, text }, index) => {
      const quad = scene.corners[index] ?? [];
      const xs = quad.map(({ x }) => x);
      const ys = quad.map(({ y }) => y);
      return {
        format,
        text,
        left: Math.min(...xs),
        top: Math.min(...ys),
        right: Math.max(...xs),
        bottom: Math.max(...ys),
      };
    }),
  };
}
