/** Holds what the shared corpus gives: reads do not get fewer, wrong reads do not get more. Skipped where it is not there. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BarcodeReader } from "../../src/barcode-reader.js";
import type { Barcode } from "../../src/types.js";
import { compare, judge, loadCorpus, pixelsOf } from "./corpus.js";
import { FALSE_POSITIVE_TURNS, OTHERS, THRESHOLDS } from "./corpus-thresholds.js";
import { note } from "./note.js";

const corpus = loadCorpus();
if (!corpus) note("SKIPPED test/repo/corpus.test.ts: there is no ../shared/corpus");

describe("comparison with labels", () => {
  const result = (format: Barcode["format"], rawValue: string, addOn?: string) => ({
    format,
    rawValue,
    bytes: new TextEncoder().encode(rawValue),
    ...(addOn === undefined ? {} : { addOn }),
  });

  it("takes UPC-A and UPC-E for the GTIN-13 they stand for", () => {
    expect(compare({ format: "EAN13", text: "0012345000065" }, result("upc_a", "012345000065"))).toBe("same");
    expect(compare({ format: "UPCE", text: "0012345000065" }, result("upc_e", "01234565"))).toBe("same");
    expect(compare({ format: "UPCE", text: "0012345000065" }, result("ean_8", "01234565"))).toBe("different");
  });

  it("tells a missing add-on from a wrong value", () => {
    const label = { format: "EAN13", text: "978156619909451250" };
    expect(compare(label, result("ean_13", "9781566199094", "51250"))).toBe("same");
    expect(compare(label, result("ean_13", "9781566199094"))).toBe("no add-on");
    expect(compare(label, result("ean_13", "9781566199095", "51250"))).toBe("different");
  });

  it("compares bytes where the label has bytes, and never across families", () => {
    expect(compare({ format: "QRCode", bytesHex: "4142" }, result("qr_code", "AB"))).toBe("same");
    expect(compare({ format: "QRCode", bytesHex: "4143" }, result("qr_code", "AB"))).toBe("different");
    expect(compare({ format: "Code128", text: "AB" }, result("qr_code", "AB"))).toBe("different");
    expect(compare({ format: "Aztec", text: "AB" }, result("qr_code", "AB"))).toBe("different");
  });
});

describe.skipIf(!corpus)("the shared corpus", () => {
  let reader: BarcodeReader;
  beforeAll(async () => {
    reader = await BarcodeReader.create();
  });
  afterAll(async () => {
    await reader.close();
  });

  it("has a row for every set of these formats", () => {
    // Without symbols, of several formats, without labels, or looked for only when named.
    const others = /^(falsepositives|multi|maxicode-2|dxfilmedge)/;
    const ours = Object.keys(corpus?.sets ?? {}).filter((set) => !others.test(set));
    expect(Object.keys(THRESHOLDS).toSorted()).toEqual(ours.toSorted());
  });

  it.each(Object.keys(corpus?.sets ?? {}))(
    "%s",
    async (set) => {
      if (!corpus) return;
      const turns = corpus.sets[set]?.format === "None" ? FALSE_POSITIVE_TURNS : [0];
      const images = corpus.images.filter((image) => image.set === set);
      expect(images.length).toBeGreaterThan(0);
      let read = 0;
      const wrong: string[] = [];
      for (const image of images) {
        for (const turn of turns) {
          const judgement = judge(corpus, image, await reader.read(await pixelsOf(image, turn)));
          if (judgement.isRead) read++;
          if (judgement.wrong.length > 0) {
            wrong.push(`${image.file}@${turn}: ${judgement.wrong.map((b) => `${b.format} ${b.rawValue}`).join(", ")}`);
          }
        }
      }
      const least = THRESHOLDS[set] ?? OTHERS;
      expect(wrong.length, `wrong reads in ${set}:\n${wrong.join("\n")}`).toBeLessThanOrEqual(least.wrong);
      expect(read, `images read in ${set}`).toBeGreaterThanOrEqual(least.read);
      if (set in THRESHOLDS && (read > least.read || wrong.length < least.wrong)) {
        note(`BETTER test/repo/corpus-thresholds.ts: "${set}": { read: ${read}, wrong: ${wrong.length} }`);
      }
    },
    120_000,
  );
});
