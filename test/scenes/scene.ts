/**
 * Seeded scenes: symbols in a background, seen through light, lens and sensor, with the true corners. The same seed
 * and specification give the same bytes everywhere. No canvas, no library code: what tests compare the decoder with.
 *
 *     renderScene({ symbols: [{ symbol: qrCode("HELLO"), rotation: 33, tiltX: 25 }], blur: 0.8, noise: 6, seed: 1 })
 */
import type { Modules } from "../symbols/modules.js";
import { seededRandom } from "../symbols/random.js";
import { type Background, paintBackground } from "./background.js";
import { addGlare, blur, exposed, type Glare, shade, smear, throughJpeg } from "./camera-effects.js";
import type { Placement, Quad } from "./geometry.js";
import { type Cover, drawSymbol, type Ink, type Picture } from "./symbol-raster.js";

/** One symbol with where and how it is printed. */
export interface PlacedSymbol extends Placement, Ink {
  readonly symbol: Modules;
  /** What hides parts of it. */
  readonly covers?: readonly Cover[];
}

export interface SceneSpec {
  /** @default 640 */
  readonly width?: number;
  /** @default 480 */
  readonly height?: number;
  /** Drawn in order. */
  readonly symbols: readonly PlacedSymbol[];
  /** @default "white" */
  readonly background?: Background;
  /** Light that falls by `depth` (0–1) towards `angle`. */
  readonly shading?: { readonly depth: number; readonly angle: number };
  readonly glare?: Glare;
  /** Sigma of the defocus in pixels. @default 0 */
  readonly blur?: number;
  /** Pixels and direction of a shake. */
  readonly motion?: { readonly length: number; readonly angle: number };
  /** Grey levels (standard deviation). @default 0 */
  readonly noise?: number;
  /** Part of the tone range that is used, about mid-grey: 0.1 is very flat. @default 1 */
  readonly contrast?: number;
  /** @default 1 */
  readonly seed?: number;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** One byte of luminance per pixel. */
  readonly data: Uint8Array;
  /** One quad per symbol, from the symbol's own top left (a mirrored one runs counter-clockwise in the image). */
  readonly corners: readonly Quad[];
}

export function renderScene(spec: SceneSpec): Scene {
  const { width = 640, height = 480, background = "white", contrast = 1, noise = 0, seed = 1 } = spec;
  const random = seededRandom(seed);
  const picture: Picture = { width, height, data: new Float32Array(width * height) };
  paintBackground(picture, background, random);
  const corners = spec.symbols.map(({ symbol, covers = [], ...rest }) =>
    drawSymbol(picture, symbol, rest, rest, covers),
  );
  if (spec.shading) shade(picture, spec.shading.depth, spec.shading.angle);
  if (spec.glare) addGlare(picture, spec.glare);
  blur(picture, spec.blur ?? 0);
  if (spec.motion) smear(picture, spec.motion.length, spec.motion.angle);
  const data = exposed(picture, 0.5 - 0.5 / contrast, 0.5 + 0.5 / contrast, noise, random);
  return { width, height, data, corners };
}

/** A scene of one symbol in the middle of an image that just holds it: what most tests want. */
export function sceneOf(symbol: Modules, spec: Omit<SceneSpec, "symbols"> & Placement & Ink = {}): Scene {
  const { moduleSize = 4 } = spec;
  const across = (symbol.width + 2 * symbol.quiet.x) * moduleSize;
  const down = (symbol.height + 2 * symbol.quiet.y) * moduleSize;
  // Turned in any direction the symbol stays inside.
  const side = Math.ceil(spec.rotation || spec.tiltX || spec.tiltY ? Math.hypot(across, down) : 0) + 8;
  const size = { width: Math.max(side, Math.ceil(across) + 8), height: Math.max(side, Math.ceil(down) + 8) };
  return renderScene({ ...size, ...spec, symbols: [{ ...spec, symbol }] });
}

/** The same scene after a JPEG file of a quality of 1–100. */
export async function asJpeg(scene: Scene, quality: number): Promise<Scene> {
  return { ...scene, data: await throughJpeg(scene.data, scene.width, scene.height, quality) };
}

type Rgb = readonly [number, number, number];

/** The scene in colours: black becomes `dark`, white becomes `light`, the rest lies between. Alpha is 255. */
export function asRgba(scene: Scene, dark: Rgb = [0, 0, 0], light: Rgb = [255, 255, 255]): Uint8ClampedArray {
  const out = new Uint8ClampedArray(scene.data.length * 4);
  scene.data.forEach((grey, at) => {
    const t = grey / 255;
    for (let c = 0; c < 3; c++) {
      out[4 * at + c] = (dark[c] as number) + ((light[c] as number) - (dark[c] as number)) * t;
    }
    out[4 * at + 3] = 255;
  });
  return out;
}
