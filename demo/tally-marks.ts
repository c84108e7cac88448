/** A number as tally marks: four strokes and one across. Drawing only. */
import { draw } from "./page.js";

const STROKE_GAP = 8;
const GROUP_GAP = 12;
const HEIGHT = 24;
/** Groups of five that are drawn; the number beside them says the rest. */
const MOST_GROUPS = 8;

/** Strokes lean a little and differently, as by hand; the same stroke always the same way. */
const lean = (index: number): number => ((index * 7919) % 13) / 6.5 - 1;

export function tallyMarks(count: number): SVGSVGElement {
  const shown = Math.min(count, MOST_GROUPS * 5);
  const strokes: SVGElement[] = [];
  let x = 4;
  for (let i = 0; i < shown; i++) {
    const place = i % 5;
    if (place === 4) {
      const left = x - 4 * STROKE_GAP;
      strokes.push(draw("path", { class: "strike", d: `M${left - 5} ${17 + lean(i)} ${x - 3} ${7 + lean(i + 1)}` }));
      x += GROUP_GAP - STROKE_GAP;
    } else {
      strokes.push(draw("path", { d: `M${x + lean(i)} 3 ${x - lean(i + 3)} ${HEIGHT - 3}` }));
    }
    if (place !== 4) x += STROKE_GAP;
  }
  const width = Math.max(x, STROKE_GAP);
  return draw(
    "svg",
    {
      class: "strokes",
      viewBox: `0 0 ${width} ${HEIGHT}`,
      width,
      height: HEIGHT,
      preserveAspectRatio: "xMinYMid meet",
      "aria-hidden": "true",
    },
    ...strokes,
  );
}
