/** The files that the reader's cases in a page load. Must not know the cases. */
import { toBuffer, toSVG } from "bwip-js/node";
import sharp from "sharp";
import { HEIGHT, SYMBOL, TEXT, WIDTH } from "./page-kit.js";

/** Content types of fixtures that differ from what their names say. */
export const FIXTURE_TYPES = { "tally.svg": "image/svg+xml", "no-size.svg": "image/svg+xml" };

const QR = { bcid: "qrcode", text: TEXT, scale: 4 } as const;

/** Pictures of one symbol in every kind of file, and files that are none, by path. */
export async function fixtures(): Promise<Record<string, Buffer | string>> {
  const symbol = await sharp(await toBuffer(QR))
    .flatten({ background: "white" })
    .png()
    .toBuffer();
  const paper = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: "white" } });
  const png = await paper
    .composite([{ input: symbol, left: SYMBOL.left, top: SYMBOL.top }])
    .png()
    .toBuffer();
  const picture = () => sharp(png);
  const jpeg = await picture().jpeg({ quality: 95 }).toBuffer();
  const ink = await picture().greyscale().negate().raw().toBuffer();
  const transparent = Buffer.alloc(ink.length * 4);
  for (let i = 0; i < ink.length; i++) transparent[i * 4 + 3] = ink[i] as number;
  const black = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: "black" } })
    .png()
    .toBuffer();
  const huge = Buffer.from(png);
  huge.writeUInt32BE(10_000, 16);
  huge.writeUInt32BE(10_000, 20);
  const path = /<path[^>]*>/.exec(toSVG({ ...QR, scale: 4 }))?.[0];
  const svg = (attributes: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><g transform="translate(${SYMBOL.left} ${SYMBOL.top})">${path}</g></svg>`;
  const files: Record<string, Buffer | string> = {
    "/tally.png": png,
    "/tally.jpg": jpeg,
    "/tally.webp": await picture().webp({ quality: 95 }).toBuffer(),
    "/tally.avif": await picture().avif({ quality: 80 }).toBuffer(),
    "/palette.png": await picture().png({ palette: true }).toBuffer(),
    "/16-bit.png": await picture().toColourspace("rgb16").png().toBuffer(),
    "/grey-16-bit.png": await picture().toColourspace("grey16").png().toBuffer(),
    "/cmyk.jpg": await picture().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(),
    "/transparent.png": await sharp(transparent, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
      .png()
      .toBuffer(),
    "/animated.gif": await sharp([png, black], { join: { animated: true } })
      .gif()
      .toBuffer(),
    "/huge.png": huge,
    "/tally.svg": svg(`width="${WIDTH}" height="${HEIGHT}"`),
    "/no-size.svg": svg(`viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"`),
  };
  for (const orientation of [2, 3, 4, 5, 6, 7, 8]) files[`/exif-${orientation}.jpg`] = await stored(png, orientation);
  const gif = files["/animated.gif"] as Buffer;
  for (const [type, file] of Object.entries({
    png,
    jpg: jpeg,
    gif,
    webp: files["/tally.webp"],
    avif: files["/tally.avif"],
  }))
    files[`/truncated.${type}`] = (file as Buffer).subarray(0, Math.floor((file as Buffer).length * 0.4));
  return files;
}

/** The picture as a camera stores it that writes this orientation (Exif 2.32, 4.6.4 A). */
async function stored(png: Buffer, orientation: number): Promise<Buffer> {
  const angle = { 3: 180, 4: 180, 5: 90, 6: 270, 7: 270, 8: 90 }[orientation] ?? 0;
  const turned = await sharp(png).rotate(angle).png().toBuffer();
  const mirrored = [2, 4, 5, 7].includes(orientation) ? sharp(turned).flop() : sharp(turned);
  return await mirrored.withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
}
