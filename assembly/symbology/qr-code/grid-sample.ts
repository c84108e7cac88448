/** Samples a fitted grid: grey values of all modules. */
import { areaMean } from "../../image/sampler";
import { GridFit, place, placeX, placeY } from "./grid-fit";

/** Samples dimension² values of darkness (0–255, f32) row by row. */
export function sampleGrid(fit: GridFit, out: usize): void {
  const d = fit.dimension;
  const plane = fit.plane;
  for (let row = 0; row < d; row++) {
    for (let column = 0; column < d; column++) {
      const u = <f64>column + 0.5;
      const v = <f64>row + 0.5;
      place(fit, u, v);
      const x = placeX * fit.scale;
      const y = placeY * fit.scale;
      place(fit, u + 0.2, v);
      const ux = placeX * fit.scale - x;
      const uy = placeY * fit.scale - y;
      // A fifth of a module aside: within the module's centre even where the grid is a little off.
      const value = areaMean(plane, x, y, ux, uy, -uy, ux);
      store<f32>(out + ((<usize>(row * d + column)) << 2), fit.isInverted ? value : 255 - value);
    }
  }
}
