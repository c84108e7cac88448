/**
 * What a character of a linear code looks like through a lens: the predicted darkness of its bars and spaces under
 * blur and ink spread. Knows widths, not symbologies.
 *
 * Blur is taken for a kernel of parabolic shape with a radius in modules (its standard deviation is radius/√5): the
 * sum of defocus, motion and the pixel's own width comes close to it, and its integral is a cubic.
 */
import { setFloat } from "./floats";

/** Samples per module of templates and of what is compared with them. */
export const PER_MODULE: i32 = 4;

/** Darkness that an edge at 0 adds at x, both in modules. */
export function edgeResponse(x: f32, radius: f32): f32 {
  if (x <= -radius) return 0;
  if (x >= radius) return 1;
  const t = (x + radius) / (2 * radius);
  return t * t * (3 - 2 * t);
}

/**
 * Writes the template of one character: `modules` × PER_MODULE values, 0 light … 1 dark. `widths` are `elements`
 * bytes in modules, the first element dark or light; what lies before and after has the opposite colour of its
 * neighbour. Bars are wider than nominal by `spread` modules.
 */
export function buildTemplate(
  widths: usize,
  elements: i32,
  modules: i32,
  darkFirst: bool,
  radius: f32,
  spread: f32,
  out: usize,
): void {
  const count = modules * PER_MODULE;
  for (let i = 0; i < count; i++) {
    const x = (<f32>i + 0.5) / <f32>PER_MODULE;
    let dark = darkFirst;
    let value: f32 = dark ? 0 : 1;
    let edge: f32 = 0;
    for (let e = 0; e <= elements; e++) {
      value += dark ? edgeResponse(x - edge + spread * 0.5, radius) : -edgeResponse(x - edge - spread * 0.5, radius);
      dark = !dark;
      if (e < elements) edge += <f32>(<u32>load<u8>(widths + <usize>e));
    }
    setFloat(out, i, value);
  }
}

/**
 * Writes the darkness around edges at given places (modules; light to dark and dark to light in turn): `samples` values,
 * `step` modules apart, the first half a step from 0. Before the first edge lies light.
 */
export function buildEdges(places: usize, edges: i32, step: f32, radius: f32, samples: i32, out: usize): void {
  let next: i32 = 0;
  for (let i = 0; i < samples; i++) {
    const x = (<f32>i + 0.5) * step;
    while (next < edges && load<f32>(places + ((<usize>next) << 2)) <= x) next++;
    setFloat(out, i, (next & 1) != 0 ? 1 : 0);
  }
  for (let e = 0; e < edges; e++) {
    const place = load<f32>(places + ((<usize>e) << 2));
    const first = max(0, <i32>ceil<f32>((place - radius) / step - 0.5));
    const end = min(samples, <i32>ceil<f32>((place + radius) / step - 0.5));
    for (let i = first; i < end; i++) {
      const x = (<f32>i + 0.5) * step - place;
      const soft = edgeResponse(x, radius) - (x >= 0 ? <f32>1 : <f32>0);
      const at = out + ((<usize>i) << 2);
      store<f32>(at, load<f32>(at) + ((e & 1) != 0 ? -soft : soft));
    }
  }
}
