/** Image files, whole and cut off at every byte. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { isCutOff } from "../../../src/image/image-end.js";
import { readHeader } from "../../../src/image/image-header.js";

const picture = sharp(Buffer.from(Array.from({ length: 16 * 12 }, (_, i) => (i * 37) % 256)), {
  raw: { width: 16, height: 12, channels: 1 },
});
const other = sharp({ create: { width: 16, height: 12, channels: 3, background: "black" } });

describe("an image file knows where it ends", () => {
  const files: Record<string, Buffer> = {};
  beforeAll(async () => {
    const png = await picture.clone().png().toBuffer();
    Object.assign(files, {
      png,
      "png by palette": await picture.clone().png({ palette: true }).toBuffer(),
      jpeg: await picture.clone().jpeg().toBuffer(),
      "progressive jpeg": await picture.clone().jpeg({ progressive: true }).toBuffer(),
      "jpeg with metadata": await picture.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      gif: await picture.clone().gif().toBuffer(),
      webp: await picture.clone().webp().toBuffer(),
      "lossless webp": await picture.clone().webp({ lossless: true }).toBuffer(),
    });
    files["animated gif"] = await sharp([png, await other.png().toBuffer()], { join: { animated: true } })
      .gif()
      .toBuffer();
  });

  const cut = (file: Buffer, length: number) => isCutOff(readHeader(file)?.type ?? "ico", file.subarray(0, length));

  for (const name of [
    "png",
    "png by palette",
    "jpeg",
    "progressive jpeg",
    "jpeg with metadata",
    "webp",
    "lossless webp",
  ])
    it(`${name}: whole, with something behind it, and cut off anywhere`, () => {
      const file = files[name] as Buffer;
      expect(cut(file, file.length)).toBe(false);
      expect(cut(Buffer.concat([file, Buffer.from("more")]), file.length + 4)).toBe(false);
      // The last of its bytes are a check or an end that carries nothing.
      for (let length = 16; length < file.length - 8; length++) expect(cut(file, length), `${length} bytes`).toBe(true);
    });

  it("gif: the first picture is enough", () => {
    const [still, animated] = [files.gif as Buffer, files["animated gif"] as Buffer];
    expect(cut(still, still.length)).toBe(false);
    expect(cut(animated, animated.length)).toBe(false);
    expect(cut(animated, animated.length - 10)).toBe(false);
    for (let length = 16; length < still.length - 1; length++) expect(cut(still, length), `${length} bytes`).toBe(true);
  });

  it("says nothing of types that it does not know", () => {
    expect(isCutOff("bmp", new Uint8Array(3))).toBe(false);
  });
});
