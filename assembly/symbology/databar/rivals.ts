/**
 * Symbols of which one is wrong as they lie within each other: rows of a stacked symbol taken for a symbol of its own, or
 * put together in two ways. Knows no content.
 */
import { FORMAT_DATABAR, FORMAT_DATABAR_EXPANDED } from "../../abi/formats";
import { centreX, centreY } from "../../io/results";
import { Symbol } from "../../io/symbol";

/** True for two GS1 DataBar symbols where the centre of one lies within the outline of the other. */
export function isRival(a: Symbol, b: Symbol): bool {
  return isDatabar(a) && isDatabar(b) && (holds(a, centreX(b), centreY(b)) || holds(b, centreX(a), centreY(a)));
}

function isDatabar(symbol: Symbol): bool {
  return symbol.format == FORMAT_DATABAR || symbol.format == FORMAT_DATABAR_EXPANDED;
}

/** True for a point on the same side of all four edges. */
function holds(s: Symbol, x: f32, y: f32): bool {
  const first = sideOf(s.x0, s.y0, s.x1, s.y1, x, y);
  return (
    first == sideOf(s.x1, s.y1, s.x2, s.y2, x, y) &&
    first == sideOf(s.x2, s.y2, s.x3, s.y3, x, y) &&
    first == sideOf(s.x3, s.y3, s.x0, s.y0, x, y)
  );
}

function sideOf(x0: f32, y0: f32, x1: f32, y1: f32, x: f32, y: f32): bool {
  return (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0;
}
