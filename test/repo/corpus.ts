/**
 * The shared corpus: its manifest, its pixels, and the judgement whether results are what a label says. Knows the
 * conventions of the labels (README of the corpus) and of this library; knows nothing of thresholds.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { type BarcodeFormat, formatByName } from "../../src/formats.js";
import type { Barcode, RawPixels } from "../../src/types.js";
import { gtin13 } from "../symbols/check-digit.js";

const FOLDER = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));

interface Label {
  readonly format: string;
  readonly text?: string;
  readonly bytesHex?: string;
}

export interface CorpusImage extends Label {
  readonly set: string;
  readonly file: string;
  readonly symbols?: readonly Label[];
  readonly others?: readonly Label[];
  readonly group?: string;
}

export interface CorpusSet {
  readonly format: string;
  readonly options: { readonly eanAddOn?: "require" };
  readonly unlabelled?: boolean;
}

export interface Corpus {
  readonly sets: Readonly<Record<string, CorpusSet>>;
  readonly images: readonly CorpusImage[];
  readonly groups: Readonly<Record<string, Label>>;
}

/** Labels that are wrong: what the digits printed under the bars say, as on 23.webp, which shows the same book. */
const CORRECTIONS: Readonly<Record<string, string>> = {
  "ean13-2/28.webp": "9784872348880",
  // The label has the Code 32 number that these Code 39 characters stand for.
  "code39-1/code32-1.png": "3PRM8N",
};

/** Symbols that labels leave out: an ITF stands below the Code 128. */
const OTHERS: Readonly<Record<string, readonly Label[]>> = { "code128-2/37.webp": [{ format: "ITF", text: "9004" }] };

/** The corpus, or undefined where it does not lie beside the project. */
export function loadCorpus(): Corpus | undefined {
  const file = join(FOLDER, "manifest.json");
  if (!existsSync(file)) return undefined;
  const corpus = JSON.parse(readFileSync(file, "utf8")) as Corpus;
  const images = corpus.images.map((image) => {
    const name = `${image.set}/${image.file}`;
    const text = CORRECTIONS[name];
    const corrected = text === undefined ? image : { ...image, text };
    const others = OTHERS[name];
    return others === undefined ? corrected : { ...corrected, others: [...(image.others ?? []), ...others] };
  });
  return { ...corpus, images };
}

/** An image's pixels, on white, turned clockwise. */
export async function pixelsOf({ set, file }: CorpusImage, degrees = 0): Promise<RawPixels> {
  const encoded = readFileSync(join(FOLDER, set, file));
  const image = sharp(encoded).flatten({ background: "#fff" }).toColourspace("srgb").rotate(degrees).ensureAlpha();
  const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return {
    data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
  };
}

/** Our format of a label's format; labels of other formats match no result. */
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
const OURS: Readonly<Record<string, BarcodeFormat | undefined>> = Object.fromEntries(
  Object.entries(NAMES).map(([label, ours]) => [label, formatByName(ours)?.name]),
);

const isRetail = (format: BarcodeFormat): format is "ean_13" | "upc_a" | "upc_e" =>
  format === "ean_13" || format === "upc_a" || format === "upc_e";

/** The same format, or two of EAN-13, UPC-A and UPC-E, which stand for each other. */
const isSameFamily = (a: BarcodeFormat, b: BarcodeFormat): boolean => a === b || (isRetail(a) && isRetail(b));

type Match = "same" | "no add-on" | "different";

/** Compares one result with one label. */
export function compare(label: Label, result: Pick<Barcode, "format" | "rawValue" | "bytes" | "addOn">): Match {
  const format = OURS[label.format];
  if (format === undefined || !isSameFamily(format, result.format)) return "different";
  if (label.bytesHex !== undefined) {
    return Buffer.from(result.bytes).toString("hex") === label.bytesHex ? "same" : "different";
  }
  const text = label.text ?? "";
  if (!isRetail(result.format)) return result.rawValue === text ? "same" : "different";
  if (gtin13(result.format, result.rawValue) !== text.slice(0, 13)) return "different";
  const wanted = text.slice(13);
  return wanted === "" || wanted === result.addOn ? "same" : "no add-on";
}

export interface Judgement {
  /** Every symbol that the label asks for came back. */
  readonly isRead: boolean;
  /** Results that are none of the image's symbols. */
  readonly wrong: readonly Barcode[];
}

/** Judges all results of one image. */
export function judge(corpus: Corpus, image: CorpusImage, results: readonly Barcode[]): Judgement {
  const group = image.group === undefined ? undefined : corpus.groups[image.group];
  if (group) {
    const isPart = (result: Barcode) =>
      OURS[group.format] === result.format &&
      result.bytes.length > 0 &&
      (group.bytesHex === undefined
        ? (group.text ?? "").includes(result.rawValue)
        : group.bytesHex.includes(Buffer.from(result.bytes).toString("hex")));
    const rest = results.filter((result) => !isPart(result));
    const isOther = (result: Barcode) => (image.others ?? []).some((label) => compare(label, result) !== "different");
    return { isRead: results.length > rest.length, wrong: rest.filter((result) => !isOther(result)) };
  }
  const isEmpty = corpus.sets[image.set]?.format === "None";
  const wanted = isEmpty ? [] : (image.symbols ?? [image]);
  const known = [...wanted, ...(image.others ?? [])];
  const isUnlabelled = corpus.sets[image.set]?.unlabelled === true;
  return {
    isRead: !isEmpty && wanted.every((label) => results.some((result) => compare(label, result) === "same")),
    wrong: isUnlabelled
      ? []
      : results.filter((result) => known.every((label) => compare(label, result) === "different")),
  };
}
