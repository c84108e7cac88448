/**
 * A symbol looked at straight: its modules sampled through the four corners, or the grey profile across its bars. What
 * the corners say, as a check on them; the decoder's own grid may bend where these lines are straight.
 */
import { draw } from "../page.js";
import type { Level, Point, SeenSymbol } from "./core-probe.js";

/** Modules of a QR Code's side. */
const sideOf = (version: number): number => 17 + 4 * version;

/** The map from the unit square to four corners (top left, top right, bottom right, bottom left). */
export function throughCorners(corners: readonly Point[]): (u: number, v: number) => Point {
  const [p0, p1, p2, p3] = corners as [Point, Point, Point, Point];
  const [dx1, dy1, dx2, dy2] = [p1.x - p2.x, p1.y - p2.y, p3.x - p2.x, p3.y - p2.y];
  const [sx, sy] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  return (u, v) => {
    const w = g * u + h * v + 1;
    return {
      x: ((p1.x - p0.x + g * p1.x) * u + (p3.x - p0.x + h * p3.x) * v + p0.x) / w,
      y: ((p1.y - p0.y + g * p1.y) * u + (p3.y - p0.y + h * p3.y) * v + p0.y) / w,
    };
  };
}

/** Luma between pixels. */
function lumaAt({ width, height, luma }: Level, { x, y }: Point): number {
  const [px, py] = [Math.max(0, Math.min(width - 1.001, x - 0.5)), Math.max(0, Math.min(height - 1.001, y - 0.5))];
  const [ix, iy] = [Math.floor(px), Math.floor(py)];
  const [fx, fy] = [px - ix, py - iy];
  const at = (dx: number, dy: number) => luma[(iy + dy) * width + ix + dx] ?? 255;
  return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
}

/** Modules of a matrix symbol as a picture, 1 pixel each; undefined for a linear symbol. */
export function sampledGrid(level: Level, { format, corners, version }: SeenSymbol): HTMLCanvasElement | undefined {
  if (format !== "qr_code" || version < 1) return undefined;
  const side = sideOf(version);
  const place = throughCorners(corners);
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  const image = new ImageData(side, side);
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++, at += 4) {
      const value = lumaAt(level, place((column + 0.5) / side, (row + 0.5) / side));
      image.data.set([value, value, value, 255], at);
    }
  }
  context?.putImageData(image, 0, 0);
  return canvas;
}

const PROFILE_WIDTH = 480;
const PROFILE_HEIGHT = 150;
const PROFILE_LINES = 15;
/** Part of the symbol's width that is shown beside it on each side. */
const PROFILE_MARGIN = 0.06;

/** The mean grey profile across a linear symbol's bars, with the lines' spread behind it. */
export function profile(level: Level, { corners }: SeenSymbol): SVGSVGElement {
  const place = throughCorners(corners);
  const mean: string[] = [];
  const low: string[] = [];
  const high: string[] = [];
  for (let i = 0; i <= PROFILE_WIDTH; i++) {
    const u = (i / PROFILE_WIDTH) * (1 + 2 * PROFILE_MARGIN) - PROFILE_MARGIN;
    const values = Array.from({ length: PROFILE_LINES }, (_, k) =>
      lumaAt(level, place(u, 0.1 + (0.8 * k) / (PROFILE_LINES - 1))),
    );
    const y = (value: number) => ((1 - value / 255) * PROFILE_HEIGHT).toFixed(1);
    mean.push(`${i},${y(values.reduce((sum, value) => sum + value, 0) / values.length)}`);
    low.push(`${i},${y(Math.min(...values))}`);
    high.unshift(`${i},${y(Math.max(...values))}`);
  }
  return draw(
    "svg",
    {
      class: "profile",
      viewBox: `0 0 ${PROFILE_WIDTH} ${PROFILE_HEIGHT}`,
      role: "img",
      "aria-label": "Grey profile across the bars",
    },
    draw("polygon", { class: "profile-spread", points: [...low, ...high].join(" ") }),
    draw("polyline", { class: "profile-mean", points: mean.join(" ") }),
  );
}

/** Lines between the modules, as one path in image pixels. */
export function gridPath({ format, corners, version }: SeenSymbol): string {
  if (format !== "qr_code" || version < 1) return "";
  const side = sideOf(version);
  const place = throughCorners(corners);
  const text = ({ x, y }: Point) => `${x.toFixed(2)} ${y.toFixed(2)}`;
  let path = "";
  for (let i = 1; i < side; i++) {
    path += `M${text(place(i / side, 0))}L${text(place(i / side, 1))}M${text(place(0, i / side))}L${text(place(1, i / side))}`;
  }
  return path;
}
