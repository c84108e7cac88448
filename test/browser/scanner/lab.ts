/**
 * What the scanner specs drive in the page: the scanner's own modules over an engine that answers what a test says and
 * keeps account of frames, and a record of every track that the camera gave.
 */
import type { DecodeOutcome, DecodeRequest, Engine } from "../../../src/engine/engine.js";
import { FrameGrabber } from "../../../src/scanner/frame-source.js";
import { FrameLoop } from "../../../src/scanner/loop.js";
import { browserPlatform } from "../../../src/scanner/platform.js";
import { Scanner } from "../../../src/scanner/scanner.js";
import { checkScannerOptions, type ScannerOptions } from "../../../src/scanner/scanner-options.js";
import type { Barcode } from "../../../src/types.js";

/** A code at a place of the picture, in percent. */
interface Code {
  readonly text: string;
  readonly left?: number;
  readonly top?: number;
  readonly right?: number;
  readonly bottom?: number;
}

const toBarcode = (code: Code, width: number, height: number): Barcode => {
  const { text, left = 40, top = 40, right = 60, bottom = 60 } = code;
  const [x0, y0, x1, y1] = [(left * width) / 100, (top * height) / 100, (right * width) / 100, (bottom * height) / 100];
  const size = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  return {
    format: "qr_code",
    rawValue: text,
    bytes: new TextEncoder().encode(text),
    boundingBox: { ...size, left: x0, top: y0, right: x1, bottom: y1 },
    cornerPoints: [
      { x: x0, y: y0 },
      { x: x1, y: y0 },
      { x: x1, y: y1 },
      { x: x0, y: y1 },
    ],
    symbologyIdentifier: "]Q1",
    segments: [],
    confidence: 100,
    orientation: 0,
    isMirrored: false,
    isInverted: false,
    details: {},
  };
};

class LabEngine implements Engine {
  readonly kind = "direct";
  codes: readonly Code[] = [];
  looksAtPixels = true;
  decodes = 0;
  open = 0;
  mostOpen = 0;
  closed = 0;
  last: { kind: string; width: number; height: number; luma: number; region: unknown } | undefined;

  async decode({ source, options }: DecodeRequest): Promise<DecodeOutcome> {
    this.decodes++;
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    try {
      const { width, height } = source;
      const kind = source.kind === "pixels" ? "pixels" : source.frame.constructor.name;
      const luma = this.looksAtPixels ? await middleLuma(source) : 0;
      this.last = { kind, width, height, luma, region: options.region };
      return { barcodes: this.codes.map((code) => toBarcode(code, width, height)), width, height, elapsedMs: 0 };
    } finally {
      this.open--;
      if (source.kind === "frame") source.frame.close();
    }
  }
  async close() {
    this.closed++;
  }
}

/** Luminance in the middle of the picture, read the way the core would: shows that the frame holds pixels. */
async function middleLuma(source: DecodeRequest["source"]): Promise<number> {
  if (source.kind === "pixels")
    return source.data[(source.height >> 1) * source.stride + (source.width >> 1) * 4] ?? -1;
  if (!(source.frame instanceof VideoFrame) || source.frame.format === null) return 0;
  const bytes = new Uint8Array(source.frame.allocationSize());
  const [plane] = await source.frame.copyTo(bytes);
  return plane ? (bytes[plane.offset + (source.height >> 1) * plane.stride + (source.width >> 1)] ?? -1) : -1;
}

const tracks: MediaStreamTrack[] = [];
if (navigator.mediaDevices) {
  const { getUserMedia } = MediaDevices.prototype;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await getUserMedia.call(this, constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

const log: string[] = [];

const lab = {
  engine: new LabEngine(),
  scanner: undefined as unknown as Scanner,
  log,
  tracks,
  live: () => tracks.filter(({ readyState }) => readyState === "live").length,
  view: document.querySelector("#view") as HTMLElement,
  container: () => document.querySelector("#view") as HTMLElement,
  root: () => document.querySelector("#view > div")?.shadowRoot as ShadowRoot,

  make(options: ScannerOptions = {}, platform: object = {}): Scanner {
    lab.engine = new LabEngine();
    const scanner = new Scanner(lab.engine, checkScannerOptions(options), { ...browserPlatform(), ...platform });
    scanner.addEventListener("scan", ({ detail }) => log.push(`scan ${detail.rawValue}`));
    scanner.addEventListener("error", ({ detail }) => log.push(`error ${detail.code}`));
    scanner.addEventListener("statechange", ({ detail }) => log.push(detail.state));
    lab.scanner = scanner;
    return scanner;
  },

  /** What start() came to: "ok" or the code. */
  async start(): Promise<string> {
    try {
      await lab.scanner.start();
      return "ok";
    } catch (error) {
      return (error as { code: string }).code;
    }
  },

  /** A scanner without a view, and what its start came to. */
  tryStart(): Promise<string> {
    lab.make();
    return lab.start();
  },

  /** Waits until so many frames more were decoded. */
  async frames(count: number): Promise<number> {
    const until = lab.engine.decodes + count;
    const limit = performance.now() + 8000;
    while (lab.engine.decodes < until && performance.now() < limit) await new Promise((done) => setTimeout(done, 20));
    return lab.engine.decodes;
  },

  async until(state: string): Promise<string> {
    const limit = performance.now() + 8000;
    while (lab.scanner.state !== state && performance.now() < limit) await new Promise((done) => setTimeout(done, 20));
    return lab.scanner.state;
  },

  /** Headless Chromium hides no page, so the page says that it is hidden. */
  turn(visibility: DocumentVisibilityState): void {
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  },

  /** A stream of the application, drawn on all the time. */
  canvasStream(): MediaStream {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    let turn = 0;
    setInterval(() => {
      context.fillStyle = turn++ % 2 ? "#fff" : "#ccc";
      context.fillRect(0, 0, 320, 240);
    }, 40);
    return canvas.captureStream(25);
  },

  /** Takes so many pictures of the running video through the real grabber and loop, as fast as they come. */
  async spin(count: number): Promise<void> {
    let left = count;
    await new Promise<void>((resolve) => {
      const loop = new FrameLoop({
        engine: lab.engine,
        clock: {
          next: async (signal) => {
            if (left-- > 0 && !signal.aborted) return true;
            resolve();
            return false;
          },
        },
        grabber: new FrameGrabber(lab.scanner.video),
        pacing: { intervalMs: 0, maxFramesPerSecond: Number.POSITIVE_INFINITY },
        now: () => Date.now(),
        request: ({ at }) => ({ options: {}, sighting: { stream: "spin", at, forgetMs: 3000 } }),
        onPicture: () => {},
        onOutcome: () => {},
        onError: (error) => {
          log.push(`error ${error.code}`);
          return true;
        },
      });
      loop.run();
    });
  },
};

export type Lab = typeof lab;
Object.assign(globalThis, { lab });
