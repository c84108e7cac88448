/** Weighted least squares: a cubic through points, for geometry that changes smoothly along a symbol. */
import { floatAt, setFloat } from "./floats";

const matrix = memory.data(4 * 5 * 8);

function cell(row: i32, column: i32): usize {
  return matrix + ((<usize>(row * 5 + column)) << 3);
}

/** Adds to four coefficients (f32 at `out`, of 1, t, t², t³) the weighted fit of y over t. */
export function fitCubic(t: usize, y: usize, weight: usize, count: i32, out: usize): void {
  memory.fill(matrix, 0, 4 * 5 * 8);
  for (let i = 0; i < count; i++) {
    const x = <f64>floatAt(t, i);
    const w = <f64>floatAt(weight, i);
    let a = w;
    for (let r = 0; r < 4; r++) {
      let b = a;
      for (let c = 0; c < 4; c++) {
        store<f64>(cell(r, c), load<f64>(cell(r, c)) + b);
        b *= x;
      }
      store<f64>(cell(r, 4), load<f64>(cell(r, 4)) + a * <f64>floatAt(y, i));
      a *= x;
    }
  }
  // A little stiffness keeps few or uneven points from bending the curve.
  for (let r = 0; r < 4; r++) store<f64>(cell(r, r), load<f64>(cell(r, r)) + 0.02 * <f64>(r + 1));
  for (let p = 0; p < 4; p++) {
    const pivot = load<f64>(cell(p, p));
    if (!(abs<f64>(pivot) > 1e-12)) return;
    for (let r = 0; r < 4; r++) {
      if (r == p) continue;
      const factor = load<f64>(cell(r, p)) / pivot;
      for (let c = p; c < 5; c++) store<f64>(cell(r, c), load<f64>(cell(r, c)) - factor * load<f64>(cell(p, c)));
    }
  }
  for (let r = 0; r < 4; r++) {
    setFloat(out, r, floatAt(out, r) + <f32>(load<f64>(cell(r, 4)) / load<f64>(cell(r, r))));
  }
}
