/** Lines over the picture: finder candidates, regions of one direction, results and their grids. In image pixels. */
import { draw } from "../page.js";
import type { Decoding, Level, Point } from "./core-probe.js";
import { gridPath } from "./grid.js";

export interface Shown {
  readonly finders: boolean;
  readonly regions: boolean;
  readonly results: boolean;
  readonly grid: boolean;
}

const pointsOf = (points: readonly Point[], scale = 1): string =>
  points.map(({ x, y }) => `${(x * scale).toFixed(1)},${(y * scale).toFixed(1)}`).join(" ");

/** @param scale image pixels per pixel of the level */
export function overlay(decoding: Decoding, level: Level, scale: number, shown: Shown): SVGElement[] {
  const lines: SVGElement[] = [];
  if (shown.regions) {
    for (const region of level.regions)
      lines.push(draw("polygon", { class: "region", points: pointsOf(region, scale) }));
  }
  if (shown.finders) {
    for (const { x, y, size, quality } of decoding.finders) {
      const mark = draw("circle", {
        class: "finder",
        cx: x,
        cy: y,
        r: Math.max(3, size * 3.5),
        opacity: 0.35 + 0.65 * quality,
      });
      mark.append(
        draw("title", {}, `finder: ${size.toFixed(1)} px per module, quality ${Math.round(quality * 100)} %`),
      );
      lines.push(mark);
    }
  }
  for (const symbol of decoding.symbols) {
    const grid = shown.grid ? gridPath(symbol) : "";
    if (grid) lines.push(draw("path", { class: "grid", d: grid }));
    if (shown.results) {
      lines.push(
        draw("polygon", { class: "outline-edge", points: pointsOf(symbol.corners) }),
        draw("polygon", { class: "outline-line hollow", points: pointsOf(symbol.corners) }),
      );
      const [first] = symbol.corners;
      // The symbol's own top left: where reading begins.
      if (first) lines.push(draw("circle", { class: "origin", cx: first.x, cy: first.y, r: 4 }));
    }
  }
  return lines;
}
