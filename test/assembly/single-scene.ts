/**
 * Scenes with one symbol in the middle: what they may look like, and how near the core's answer comes to what was drawn. Must not
 * know any symbology.
 */
import type { Barcode } from "../../src/types.js";
import { type PlacedSymbol, renderScene, type Scene, type SceneSpec } from "../scenes/index.js";
import type { Random } from "../symbols/index.js";

/** What a scene is like, and its symbol in it. */
export type Look = Omit<SceneSpec, "symbols"> & {
  readonly moduleSize: number;
  readonly rotation?: number;
  readonly tiltX?: number;
  readonly tiltY?: number;
  readonly inverted?: boolean;
  readonly mirrored?: boolean;
  readonly spread?: number;
};

/** A look for each name; each is drawn with several seeds. */
export type Looks = Readonly<Record<string, (random: Random) => Look>>;

/** A scene, and what it holds. */
export interface Case {
  readonly scene: Scene;
  readonly text: string;
  readonly moduleSize: number;
}

/** Any turn. */
export const turned = (random: Random) => random.between(0, 360);

/** The symbol drawn as the look says, in a square. @param sideModules of the square, some 20 pixels less */
export function drawSingle(
  symbol: PlacedSymbol["symbol"],
  text: string,
  look: Look,
  { seed, sideModules }: { readonly seed: number; readonly sideModules: number },
): Case {
  const side = Math.ceil(sideModules * look.moduleSize) + 20;
  const scene = renderScene({ width: side, height: side, seed, ...look, symbols: [{ ...look, symbol }] });
  return { scene, text, moduleSize: look.moduleSize };
}

export const textOf = (barcode: Barcode): string => Buffer.from(barcode.bytes).toString("latin1");

/** Largest distance of a corner from where it was drawn, in modules. */
export function cornerError(read: Barcode, { scene, moduleSize }: Case): number {
  const truth = scene.corners[0];
  if (truth === undefined) throw new Error("the scene has no symbol");
  const errors = truth.map((p, k) => Math.hypot(read.cornerPoints[k as 0].x - p.x, read.cornerPoints[k as 0].y - p.y));
  return Math.max(...errors) / moduleSize;
}
