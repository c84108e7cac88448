/** Every way in which an image of a page can be wrong, each with its code. */
import type { ScanErrorCode } from "../../../src/index.js";
import { blobOf, canvasOf, contextOf, expectCode, imageOf, type PageCase, type PageKit } from "./page-kit.js";

const refused = (title: string, code: ScanErrorCode, message: RegExp, source: (kit: PageKit) => unknown): PageCase => ({
  title: `${title}: ${code}`,
  run: async (kit) => expectCode(code, kit.reader.read((await source(kit)) as never), message),
});

const tainted = async ({ foreign }: PageKit): Promise<HTMLImageElement> => imageOf(`${foreign}/tally.png?tainted`);

async function taintedCanvas(kit: PageKit): Promise<HTMLCanvasElement> {
  const canvas = document.createElement("canvas");
  contextOf(canvas).drawImage(await tainted(kit), 0, 0);
  return canvas;
}

function brokenImage(): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = "/none.png";
  return new Promise((resolve) => {
    image.onerror = () => resolve(image);
  });
}

export const BAD_CASES: readonly PageCase[] = [
  ...["png", "jpg", "webp", "avif", "gif"].map((type) =>
    refused(`a truncated ${type}`, "invalid_image", /truncated or corrupt/, () => blobOf(`/truncated.${type}`)),
  ),
  refused("text", "invalid_image", /no image/, () => new Blob(["This is no picture."], { type: "image/png" })),
  refused("an empty file", "invalid_image", /empty/, () => new Blob([])),
  refused("a broken SVG", "invalid_image", /could not load/, () => new Blob(["<svg><rect"])),
  refused("a PNG of 100 megapixels", "image_too_large", /Scale it down/, () => blobOf("/huge.png")),
  refused("a URL that is not there", "network", /404/, () => "/none.png"),
  refused("a URL of a server without CORS", "network", /CORS/, ({ closed }) => `${closed}/tally.png`),
  refused("a page in place of an image", "invalid_image", /no image/, () => "/"),
  refused("an image element without a source", "empty_image", /no source/, () => new Image()),
  refused("an image element whose image is not there", "invalid_image", /could not load/, brokenImage),
  refused("an image element that fails while being waited for", "invalid_image", /could not load/, () =>
    Object.assign(new Image(), { src: "/none.png?later" }),
  ),
  refused("an image element of another origin", "tainted_source", /crossorigin/, tainted),
  refused("a canvas with pixels of another origin", "tainted_source", /canvas/, taintedCanvas),
  refused("an ImageBitmap of another origin", "tainted_source", /ImageBitmap/, async (kit) =>
    createImageBitmap(await tainted(kit)),
  ),
  refused("a canvas without pixels", "empty_image", /0 × 150/, () =>
    Object.assign(document.createElement("canvas"), { width: 0 }),
  ),
  refused("a video without a frame", "empty_image", /loadeddata/, () => document.createElement("video")),
  refused("a closed ImageBitmap", "empty_image", /closed/, async () => {
    const bitmap = await createImageBitmap(new ImageData(2, 2));
    bitmap.close();
    return bitmap;
  }),
  refused("a closed VideoFrame", "empty_image", /closed/, async () => {
    const frame = new VideoFrame(await canvasOf(), { timestamp: 0 });
    frame.close();
    return frame;
  }),
  refused("a detached ImageData", "invalid_buffer", /detached/, () => {
    const image = new ImageData(4, 4);
    structuredClone(image.data.buffer, { transfer: [image.data.buffer] });
    return image;
  }),
  refused("an element that is no image", "unsupported_source", /HTMLDivElement/, () => document.createElement("div")),
  refused("a MediaStream", "unsupported_source", /MediaStream/, () => new MediaStream()),
  refused("a Response that was not opened", "unsupported_source", /Response/, () => fetch("/tally.png")),
  {
    title: "1 × n pixels hold nothing",
    run: async ({ reader }) => {
      for (const [width, height] of [
        [1, 1],
        [1, 500],
        [500, 1],
      ] as const) {
        const data = new Uint8Array(width * height).map((_, i) => (i % 3) * 100);
        const found = await reader.read({ data, width, height, layout: "grey" });
        if (found.length > 0) throw new Error(`read something from ${width} × ${height}`);
      }
    },
  },
  {
    title: "aborted while an image element loads, while a URL is fetched, while decoding",
    run: async ({ reader }) => {
      const never = Object.assign(new Image(), { src: "/hang.png" });
      const blob = await blobOf("/tally.png");
      for (const source of [never, "/hang.png", blob]) {
        const controller = new AbortController();
        const read = reader.read(source, { signal: controller.signal });
        setTimeout(() => controller.abort(), source === blob ? 0 : 30);
        // A file may be read before the signal comes.
        if (source === blob) await read.catch((error) => expectCode("aborted", Promise.reject(error)));
        else await expectCode("aborted", read);
      }
      never.src = "";
      await expectCode("aborted", reader.read(blob, { signal: AbortSignal.abort() }));
    },
  },
  {
    title: "after all this the reader still reads",
    run: async ({ reader }) => {
      const found = await reader.read(await blobOf("/tally.png"));
      if (found.length !== 1) throw new Error("nothing was read");
    },
  },
];
