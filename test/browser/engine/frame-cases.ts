/**
 * Contract cases with platform images, which exist in browsers only: video frames of every pixel format, bitmaps, and
 * who closes them.
 */
import type { FrameSource } from "../../../src/index.js";
import type { ContractImage } from "../../contract/contract-images.js";
import {
  type ContractCase,
  equal,
  expectedReadings,
  isTrue,
  orderFor,
  pixelsOf,
  readings,
  refuses,
  requestOf,
  STILL,
  using,
} from "../../contract/contract-kit.js";
import { TAKES_ITS_TIME } from "../../contract/orders.js";

function frameOf(image: ContractImage, format: "I420" | "NV12" | "RGBA" | "BGRX"): FrameSource {
  const { width, height, grey } = image;
  const isPlanar = format === "I420" || format === "NV12";
  const data = new Uint8Array(isPlanar ? (width * height * 3) / 2 : width * height * 4).fill(isPlanar ? 128 : 255);
  if (isPlanar) data.set(grey);
  else grey.forEach((luma, at) => data.set([luma, luma, luma], at * 4));
  const frame = new VideoFrame(data, { format, codedWidth: width, codedHeight: height, timestamp: 0 });
  return { kind: "frame", frame, width, height };
}

async function bitmapOf(image: ContractImage): Promise<FrameSource> {
  const { width, height } = image;
  const pixels = pixelsOf(image, "rgba");
  if (pixels.kind !== "pixels") throw new Error("no pixels");
  const frame = await createImageBitmap(new ImageData(new Uint8ClampedArray(pixels.data), width, height));
  return { kind: "frame", frame, width, height };
}

/** A closed VideoFrame has no format, a closed or moved ImageBitmap no width. */
const isClosed = (source: FrameSource): boolean =>
  source.kind === "frame" && ("format" in source.frame ? source.frame.format === null : source.frame.width === 0);

export const FRAME_CASES: readonly ContractCase[] = [
  {
    title: "video frames of every format and bitmaps read as raw pixels do, and are closed",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const formats = ["I420", "NV12", "RGBA", "BGRX"] as const;
        const sources = [...formats.map((format) => frameOf(image, format)), await bitmapOf(image)];
        for (const [index, source] of sources.entries()) {
          const outcome = await engine.decode(requestOf(source));
          equal(readings(outcome), expectedReadings(image), formats[index] ?? "bitmap");
          isTrue(isClosed(source), `${formats[index] ?? "bitmap"} is closed`);
        }
      }),
  },
  {
    title: "a region of a video frame at odd coordinates is read in coordinates of the image",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const [, second] = image.symbols;
        if (!second) throw new Error("the image has too few symbols");
        const odd = (value: number) => Math.round(value / 2) * 2 + 1;
        const region = {
          left: odd(second.left - 24),
          top: odd(second.top - 24),
          right: odd(second.right + 24),
          bottom: odd(second.bottom + 24),
          unit: "pixel" as const,
        };
        const whole = await engine.decode(requestOf(pixelsOf(image, "grey"), { region }));
        for (const format of ["I420", "NV12", "RGBA"] as const) {
          const { barcodes } = await engine.decode(requestOf(frameOf(image, format), { region }));
          const [first] = barcodes;
          equal(
            barcodes.map(({ rawValue }) => rawValue),
            [second.text],
            format,
          );
          const off = Math.abs((first?.boundingBox.left ?? 0) - (whole.barcodes[0]?.boundingBox.left ?? 0));
          isTrue(off < 2, `${format} lies ${off} pixels from where the raw pixels have it`);
        }
      }),
  },
  {
    title: "R16: the luma of a video frame is handed out as it is",
    // The fallback has frames drawn, and drawing stretches video's 16–235 to 0–255.
    kinds: ["direct", "worker"],
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        for (const format of ["I420", "RGBA"] as const) {
          const { image: kept } = await engine.decode(requestOf(frameOf(image, format), {}, { keepImage: true }));
          isTrue(kept?.data.every((value, at) => Math.abs(value - (image.grey[at] as number)) < 2) === true, format);
        }
      }),
  },
  {
    title: "frames are closed when they are refused, aborted, replaced or left behind",
    run: async ({ open, image }) => {
      const engine = await open();
      const aborted = frameOf(image, "I420");
      await refuses(engine.decode(requestOf(aborted), { signal: AbortSignal.abort() }), "aborted", "aborted");
      isTrue(isClosed(aborted), "the aborted frame is closed");
      const outside = frameOf(image, "I420");
      const region = { left: 5000, top: 0, right: 6000, bottom: 10, unit: "pixel" as const };
      await refuses(engine.decode(requestOf(outside, { region })), "invalid_region", "outside");
      isTrue(isClosed(outside), "the refused frame is closed");
      const older = frameOf(image, "I420");
      const newer = frameOf(image, "I420");
      const sighting = { ...STILL, stream: "camera" };
      const replaced = engine.decode(requestOf(older, {}, { sighting }));
      const decoded = engine.decode(requestOf(newer, {}, { sighting }));
      await refuses(replaced, "aborted", "replaced");
      isTrue(isClosed(older), "the replaced frame is closed");
      await decoded;
      isTrue(isClosed(newer), "the decoded frame is closed");
      const left = [frameOf(image, "I420"), frameOf(image, "I420")];
      const pending = left.map((source) => engine.decode(requestOf(source)).catch(({ code }) => code));
      await engine.close();
      equal(await Promise.all(pending), ["closed", "closed"], "left behind");
      await new Promise((resolve) => setTimeout(resolve, 50));
      isTrue(left.every(isClosed), "the frames left behind are closed");
      const late = frameOf(image, "I420");
      await refuses(engine.decode(requestOf(late)), "closed", "late");
      isTrue(isClosed(late), "the late frame is closed");
    },
  },
  {
    title: "a frame that is closed already is refused",
    run: ({ open, image }) =>
      using(open(), async (engine) => {
        const source = frameOf(image, "I420");
        if (source.kind === "frame") source.frame.close();
        await refuses(engine.decode(requestOf(source)), "invalid_image", "closed frame");
        const bitmap = await bitmapOf(image);
        if (bitmap.kind === "frame") bitmap.frame.close();
        await refuses(engine.decode(requestOf(bitmap)), "invalid_image", "closed bitmap");
      }),
  },
  {
    title: "the page's thread is free while the worker decodes",
    kinds: ["worker"],
    run: ({ open, puppet }) =>
      using(open({ wasmModule: puppet }), async (engine) => {
        const decoding = engine.decode(orderFor(TAKES_ITS_TIME));
        const first = await Promise.race([
          decoding.then(() => "decoded"),
          new Promise((r) => setTimeout(r, 0, "free")),
        ]);
        equal(first, "free", "a timer of the page comes first");
        await decoding;
      }),
  },
];
