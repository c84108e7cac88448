/**
 * Clips for Chromium's fake camera: scenes as uncompressed YUV4MPEG2, no video encoder needed. Seeded: the same
 * specification gives the same bytes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { seededRandom } from "../symbols/random.js";
import { type PlacedSymbol, renderScene, type Scene, type SceneSpec } from "./scene.js";

export const CLIP_WIDTH = 640;
export const CLIP_HEIGHT = 480;
export const CLIP_FRAMES_PER_SECOND = 15;

/** Studio range of luma (ITU-R BT.601): black 16, white 235. */
const BLACK = 16;
const RANGE = 219;

/** The bytes of a clip; all frames are of the first one's size. */
export function y4m(frames: readonly Scene[], framesPerSecond = CLIP_FRAMES_PER_SECOND): Uint8Array {
  const [first] = frames;
  if (!first) throw new Error("a clip has one frame at least");
  const { width, height } = first;
  const text = new TextEncoder();
  const header = text.encode(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420mpeg2\n`);
  const mark = text.encode("FRAME\n");
  const luma = width * height;
  const size = mark.length + (luma * 3) / 2;
  const bytes = new Uint8Array(header.length + size * frames.length).fill(128); // 128 is no colour
  bytes.set(header);
  frames.forEach(({ data }, index) => {
    const at = header.length + size * index;
    bytes.set(mark, at);
    const plane = bytes.subarray(at + mark.length, at + mark.length + luma);
    for (let i = 0; i < luma; i++) plane[i] = BLACK + Math.round(((data[i] as number) * RANGE) / 255);
  });
  return bytes;
}

export interface ClipSpec extends Omit<SceneSpec, "symbols"> {
  /** The symbols about their places, in each frame moved a little; undefined for frames without any. */
  readonly symbols: readonly PlacedSymbol[];
  /** Frames with the symbols. @default 30 */
  readonly frames?: number;
  /** Frames without them, afterwards. @default 0 */
  readonly empty?: number;
  /** Greatest distance from the place, in pixels. @default 24 */
  readonly sway?: number;
}

/** A hand that holds codes before a camera: slow sway and turn, a little blur and noise; closed, so that it can loop. */
export function movingClip({ frames = 30, empty = 0, sway = 24, symbols, seed = 1, ...scene }: ClipSpec): Scene[] {
  const random = seededRandom(seed);
  const phase = symbols.map(() => [random.next(), random.next(), random.next()] as const);
  const common = { width: CLIP_WIDTH, height: CLIP_HEIGHT, blur: 0.5, noise: 2, ...scene };
  const swayed = (
    turn: number,
    [px, py, pr]: readonly [number, number, number],
    symbol: PlacedSymbol,
  ): PlacedSymbol => {
    const wave = (offset: number, times = 1) => Math.sin(2 * Math.PI * (turn * times + offset));
    const { x, y } = symbol.center ?? { x: common.width / 2, y: common.height / 2 };
    return {
      ...symbol,
      center: { x: x + sway * wave(px), y: y + (sway / 2) * wave(py, 2) },
      rotation: (symbol.rotation ?? 0) + 4 * wave(pr),
    };
  };
  const shown = Array.from({ length: frames }, (_, frame) =>
    renderScene({
      ...common,
      seed: seed + frame,
      symbols: symbols.map((symbol, index) => swayed(frame / frames, phase[index] as [number, number, number], symbol)),
    }),
  );
  const blank = renderScene({ ...common, symbols: [], seed });
  return [...shown, ...Array.from({ length: empty }, () => blank)];
}

/** Writes a clip and gives its absolute path, as Chromium wants it. */
export function writeClip(path: string, frames: readonly Scene[]): string {
  const file = resolve(path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, y4m(frames));
  return file;
}
