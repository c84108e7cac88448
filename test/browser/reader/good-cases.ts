/** Every kind of image a page can hand over, each read once. */
import type { RawPixels } from "../../../src/index.js";
import {
  blobOf,
  canvasOf,
  contextOf,
  expectTally,
  HEIGHT,
  imageDataOf,
  imageOf,
  otherRealm,
  type PageCase,
  WIDTH,
} from "./page-kit.js";

const file = (path: string): PageCase => ({
  title: `the file ${path}`,
  run: async ({ reader }) => expectTally(await reader.read(await blobOf(path))),
});

function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function videoOf(canvas: HTMLCanvasElement): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = canvas.captureStream(30);
  const context = contextOf(canvas);
  // A stream delivers a frame only when its canvas is drawn on.
  const timer = setInterval(() => context.drawImage(canvas, 0, 0), 30);
  await video.play();
  while (video.readyState < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  clearInterval(timer);
  return video;
}

/** The picture as I420: luma, then two planes of neutral chroma. */
async function i420(): Promise<VideoFrame> {
  const { data } = await imageDataOf();
  const bytes = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  for (let i = 0; i < WIDTH * HEIGHT; i++) bytes[i] = data[i * 4 + 1] as number;
  return new VideoFrame(bytes, { format: "I420", codedWidth: WIDTH, codedHeight: HEIGHT, timestamp: 0 });
}

async function raw(layout: "rgba" | "bgra" | "grey", pad: number): Promise<RawPixels> {
  const { data: rgba } = await imageDataOf();
  const size = layout === "grey" ? 1 : 4;
  const stride = WIDTH * size + pad;
  const data = new Uint8Array(stride * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let i = 0; i < WIDTH * size; i++)
      data[y * stride + i] = rgba[size === 1 ? (y * WIDTH + i) * 4 : y * WIDTH * 4 + i] as number;
  return { data, width: WIDTH, height: HEIGHT, stride, layout };
}

export const GOOD_CASES: readonly PageCase[] = [
  file("/tally.png"),
  file("/tally.jpg"),
  file("/tally.webp"),
  file("/tally.avif"),
  file("/palette.png"),
  file("/16-bit.png"),
  file("/grey-16-bit.png"),
  file("/transparent.png"),
  file("/cmyk.jpg"),
  file("/animated.gif"),
  ...[2, 3, 4, 5, 6, 7, 8].map((orientation) => file(`/exif-${orientation}.jpg`)),
  {
    title: "a File, an ArrayBuffer, a part of a buffer",
    run: async ({ reader }) => {
      const bytes = new Uint8Array(await (await blobOf("/tally.png")).arrayBuffer());
      const padded = new Uint8Array(bytes.length + 9);
      padded.set(bytes, 5);
      for (const input of [new File([bytes], "a.png"), bytes.buffer, padded.subarray(5, 5 + bytes.length)])
        expectTally(await reader.read(input));
      assert(bytes.length > 0, "the caller's buffer was detached");
    },
  },
  {
    title: "URLs: relative, absolute, of another origin, data, blob",
    run: async ({ reader, foreign }) => {
      const blob = await blobOf("/tally.png");
      const base64 = btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
      const blobUrl = URL.createObjectURL(blob);
      for (const url of ["tally.png", new URL("/tally.png", location.href), `${foreign}/tally.png`])
        expectTally(await reader.read(url));
      for (const url of [`data:image/png;base64,${base64}`, blobUrl]) expectTally(await reader.read(url));
      URL.revokeObjectURL(blobUrl);
    },
  },
  {
    title: "an image element: loaded, still loading, lazy and far away, of another origin with CORS",
    run: async ({ reader, foreign }) => {
      expectTally(await reader.read(await imageOf("/tally.png")));
      const loading = new Image();
      loading.src = "/tally.jpg?loading";
      expectTally(await reader.read(loading));
      const lazy = new Image();
      lazy.loading = "lazy";
      lazy.style.marginTop = "100000px";
      document.body.append(lazy);
      lazy.src = "/tally.png?lazy";
      expectTally(await reader.read(lazy));
      lazy.remove();
      expectTally(await reader.read(await imageOf(`${foreign}/tally.png?cors`, { crossOrigin: "anonymous" })));
    },
  },
  {
    title: "an image element that is shown smaller is read in its natural size, upright",
    run: async ({ reader }) => {
      expectTally(await reader.read(await imageOf("/tally.png", { width: 32, height: 24 })));
      expectTally(await reader.read(await imageOf("/exif-6.jpg")));
    },
  },
  {
    title: "SVG: a file, an image element, with and without a size, within SVG, inline; in coordinates of its own size",
    run: async ({ reader }) => {
      const svg = await blobOf("/tally.svg");
      expectTally(await reader.read(svg));
      expectTally(await reader.read(new Blob([svg], { type: "image/svg+xml" })));
      expectTally(await reader.read(await imageOf("/tally.svg")));
      const image = await imageOf(
        URL.createObjectURL(new Blob([await (await blobOf("/no-size.svg")).text()], { type: "image/svg+xml" })),
      );
      expectTally(await reader.read(image), { width: image.naturalWidth, height: image.naturalHeight });
      const inline = new DOMParser().parseFromString(await svg.text(), "image/svg+xml").documentElement;
      expectTally(await reader.read(document.adoptNode(inline) as unknown as SVGSVGElement));
      const nested = document.createElementNS("http://www.w3.org/2000/svg", "image");
      nested.setAttribute("href", "/tally.png");
      expectTally(await reader.read(nested));
    },
  },
  {
    title: "a canvas and an OffscreenCanvas, also on a transparent ground",
    run: async ({ reader }) => {
      const canvas = await canvasOf();
      expectTally(await reader.read(canvas));
      const offscreen = new OffscreenCanvas(WIDTH, HEIGHT);
      offscreen.getContext("2d")?.drawImage(canvas, 0, 0);
      expectTally(await reader.read(offscreen));
      expectTally(await reader.read(await canvasOf("/transparent.png")));
    },
  },
  {
    title: "an ImageBitmap stays open, and is closed where it was given away",
    run: async ({ reader }) => {
      const bitmap = await createImageBitmap(await blobOf("/tally.png"));
      expectTally(await reader.read(bitmap));
      expectTally(await reader.read(bitmap));
      assert(bitmap.width === WIDTH, "the caller's bitmap was closed");
      expectTally(await reader.read(bitmap, { transfer: true }));
      assert(bitmap.width === 0, "the bitmap that was given away is still open");
    },
  },
  {
    title: "ImageData of 8 bits, of Display P3 and of floats stays whole",
    run: async ({ reader }) => {
      const images = [await imageDataOf(), await imageDataOf({ colorSpace: "display-p3" })];
      const Float16 = (globalThis as { Float16Array?: new (length: number) => ArrayLike<number> }).Float16Array;
      if (Float16) images.push(await imageDataOf({ pixelFormat: "rgba-float16" } as ImageDataSettings));
      for (const image of images) {
        expectTally(await reader.read(image));
        assert(image.data.length === WIDTH * HEIGHT * 4, "the caller's ImageData was detached");
      }
      expectTally(await reader.read(images[0] as ImageData, { transfer: true }));
      assert(images[0]?.data.length === 0, "the ImageData that was given away is not detached");
    },
  },
  {
    title: "a video's current frame",
    run: async ({ reader }) => {
      const video = await videoOf(await canvasOf());
      expectTally(await reader.read(video));
      (video.srcObject as MediaStream).getTracks()[0]?.stop();
    },
  },
  {
    title: "a VideoFrame of RGB, of I420 and turned stays open, and is closed where it was given away",
    run: async ({ reader }) => {
      const canvas = await canvasOf();
      const rgb = new VideoFrame(canvas, { timestamp: 0 });
      const yuv = await i420();
      for (const frame of [rgb, yuv, rgb, yuv]) expectTally(await reader.read(frame));
      assert(rgb.codedWidth === WIDTH && yuv.codedWidth === WIDTH, "the caller's frame was closed");
      for (const frame of [rgb, yuv]) {
        expectTally(await reader.read(frame, { transfer: true }));
        assert(frame.codedWidth === 0, "the frame that was given away is still open");
      }
      const turned = document.createElement("canvas");
      [turned.width, turned.height] = [HEIGHT, WIDTH];
      const context = contextOf(turned);
      context.rotate(-Math.PI / 2);
      context.drawImage(canvas, -WIDTH, 0);
      const sideways = new VideoFrame(turned, { timestamp: 0, rotation: 90 } as VideoFrameInit);
      // Browsers without this field have no turned frames either.
      if ("rotation" in sideways && sideways.rotation === 90) expectTally(await reader.read(sideways));
      sideways.close();
    },
  },
  {
    title: "raw pixels with and without padding",
    run: async ({ reader }) => {
      for (const layout of ["rgba", "bgra", "grey"] as const)
        for (const pad of [0, 13]) {
          const pixels = await raw(layout, pad);
          expectTally(await reader.read(pixels));
          assert(pixels.data.length > 0, "the caller's buffer was detached");
        }
      const given = await raw("grey", 0);
      expectTally(await reader.read(given, { transfer: true }));
      assert(given.data.length === 0, "the buffer that was given away is not detached");
    },
  },
  {
    title: "objects of an iframe's realm",
    run: async ({ reader }) => {
      const realm = await otherRealm();
      const blob = await blobOf("/tally.png");
      const bytes = new realm.Uint8Array(await blob.arrayBuffer());
      const { data } = await imageDataOf();
      const image = new realm.Image();
      image.src = "/tally.png?realm";
      for (const input of [
        new realm.Blob([bytes]),
        bytes,
        bytes.buffer,
        new realm.URL("/tally.png", location.href),
        new realm.ImageData(new realm.Uint8ClampedArray(data), WIDTH, HEIGHT),
        image,
        await canvasOf("/tally.png", realm.document),
        await realm.createImageBitmap(blob),
        new realm.VideoFrame(await canvasOf(), { timestamp: 0 }),
      ])
        expectTally(await reader.read(input));
      const { signal } = new realm.AbortController();
      expectTally(await reader.read(blob, { signal }));
    },
  },
  {
    title: "R58 a region in pixels of the upright image",
    run: async ({ reader }) => {
      const blob = await blobOf("/exif-6.jpg");
      expectTally(await reader.read(blob, { region: { left: 10, top: 5, right: 250, bottom: 220, unit: "pixel" } }));
      const none = await reader.read(blob, { region: { left: 215, top: 0, right: 320, bottom: 240, unit: "pixel" } });
      assert(none.length === 0, "something was read outside the region");
    },
  },
  {
    title: "R16 R17 the decoded image is handed out when asked for, and is what was read",
    run: async ({ reader }) => {
      const { encodePng } = await import("/index.js" as string);
      const blob = await blobOf("/tally.png");
      const plain = await reader.readDetailed(blob);
      assert(!("decodedImage" in plain), "an image nobody asked for");
      const { decodedImage } = await reader.readDetailed(blob, { keepDecodedImage: true });
      const png = new Blob([await encodePng(decodedImage)], { type: "image/png" });
      expectTally(await reader.read(png));
    },
  },
  {
    title: "many reads at once",
    run: async ({ reader }) => {
      const blob = await blobOf("/tally.png");
      const blank = new ImageData(50, 50);
      const results = await Promise.all(Array.from({ length: 12 }, (_, i) => reader.read(i % 2 ? blob : blank)));
      for (const [i, barcodes] of results.entries()) {
        if (i % 2) expectTally(barcodes);
        else assert(barcodes.length === 0, "read from a blank image");
      }
    },
  },
];
