/**
 * What a contract case works with: the engine under test, images, and assertions that need no test runner, since cases
 * run in pages too.
 */
import type {
  DecodeOutcome,
  DecodeRequest,
  Engine,
  EngineOptions,
  FrameSource,
  ScanErrorCode,
} from "../../src/index.js";
import type { PixelLayout, ReadOptions } from "../../src/types.js";
import type { ContractImage } from "./contract-images.js";

export interface ContractKit {
  /** What {@link open} opens. */
  readonly kind: Engine["kind"];
  /** An engine with the library's own core. */
  open(options?: EngineOptions): Promise<Engine>;
  /** See puppet-core.ts. */
  readonly puppet: WebAssembly.Module;
  readonly image: ContractImage;
}

export interface ContractCase {
  readonly title: string;
  /** The kinds of engine that the case is for. @default all */
  readonly kinds?: readonly Engine["kind"][];
  run(kit: ContractKit): Promise<void>;
}

export const STILL = { at: 0, forgetMs: 3000 };
/** Far below what a hang takes, far above what the slowest machine needs for an image. */
export const PATIENCE_MS = 10_000;

export function requestOf(
  source: FrameSource,
  options: ReadOptions = {},
  more: Partial<DecodeRequest> = {},
): DecodeRequest {
  return { source, options: { minConfidence: 0, ...options }, sighting: STILL, ...more };
}

/** A grey image of 16 × 16 pixels with an order for the puppet. */
export function orderFor(pixel: number, stream?: string): DecodeRequest {
  const data = new Uint8Array(256).fill(255);
  data[0] = pixel;
  const source: FrameSource = { kind: "pixels", data, width: 16, height: 16, stride: 16, layout: "grey" };
  return requestOf(source, {}, { sighting: stream === undefined ? STILL : { ...STILL, stream } });
}

/** The image as raw pixels with so many unused bytes behind each row. */
export function pixelsOf(image: ContractImage, layout: PixelLayout, padding = 0): FrameSource {
  const bytes = layout === "grey" ? 1 : 4;
  const stride = image.width * bytes + padding;
  const data = new Uint8Array(stride * image.height).fill(77);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const luma = image.grey[y * image.width + x] as number;
      const at = y * stride + x * bytes;
      if (bytes === 1) data[at] = luma;
      else data.set([luma, luma, luma, 255], at);
    }
  }
  return { kind: "pixels", data, width: image.width, height: image.height, stride, layout };
}

/** What was read, in a form that compares: format and text from left to right. */
export function readings({ barcodes }: DecodeOutcome): readonly string[] {
  return [...barcodes]
    .sort((a, b) => a.boundingBox.left - b.boundingBox.left)
    .map(({ format, rawValue }) => `${format} ${rawValue}`);
}

export const expectedReadings = (image: ContractImage): readonly string[] =>
  image.symbols.map(({ format, text }) => `${format} ${text}`);

export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

export function isTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** The promise must reject with a ScanError of this code, soon. */
export async function refuses(promise: Promise<unknown>, code: ScanErrorCode, what: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, "nothing at all");
  });
  const ended = promise.then(
    (value) => `a result: ${JSON.stringify(value)}`,
    (error) => (error?.name === "ScanError" ? error.code : `${error}`),
  );
  const got = await Promise.race([ended, late]);
  clearTimeout(timer);
  equal(got, code, what);
}

/** Runs with an engine that is closed afterwards. */
export async function using(engine: Promise<Engine>, use: (engine: Engine) => Promise<void>): Promise<void> {
  const opened = await engine;
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}
