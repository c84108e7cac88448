/**
 * What lies beside a symbol that was read: the strip continued along its own lines, for add-on symbols that were a
 * region of their own. Knows no symbology.
 */
import { planeAt } from "../image/frame";
import { alloc } from "../memory/arena";
import { allocFloats, floatAt, setFloat } from "./floats";
import { sampleLine } from "./scan-line";
import { Strip } from "./strip";
import { EDGE_ROOM } from "./strip-views";

/** Bands of the continuation, and lines averaged in each. */
const BANDS: i32 = 4;
const LINES: i32 = 4;
/** Part of the height that is left out above, where add-ons have their digits. */
const TOP: f32 = 0.1;

/** A strip of so many samples from a sample of the given one on; null where it misses the frame or memory is exhausted. */
export function continueStrip(strip: Strip, from: f32, samples: i32): Strip | null {
  const plane = planeAt(0);
  const head = alloc(offsetof<Strip>());
  const profiles = allocFloats(BANDS * samples);
  const line = allocFloats(samples);
  const edges = allocFloats(EDGE_ROOM);
  const counts = alloc(BANDS * 4);
  if (plane == null || head == 0 || profiles == 0 || line == 0 || edges == 0 || counts == 0) return null;
  memory.fill(head, 0, offsetof<Strip>());
  memory.fill(profiles, 0, (<usize>(BANDS * samples)) << 2);
  const out = changetype<Strip>(head);
  out.length = samples;
  out.bands = BANDS;
  out.profiles = profiles;
  out.lines = counts;
  out.edges = edges;
  out.last = samples - 1;
  out.scale = strip.scale;
  out.trust = strip.trust;
  out.inverted = strip.inverted;
  out.reversed = strip.reversed;
  out.swing = strip.swing;
  for (let band = 0; band < BANDS; band++) {
    const profile = profiles + ((<usize>(band * samples)) << 2);
    store<i32>(counts + ((<usize>band) << 2), LINES);
    for (let k = 0; k < LINES; k++) {
      const f = TOP + ((1 - TOP) * (<f32>(band * LINES + k) + 0.5)) / <f32>(BANDS * LINES);
      const dx = strip.topStepX + (strip.bottomStepX - strip.topStepX) * f;
      const dy = strip.topStepY + (strip.bottomStepY - strip.topStepY) * f;
      const x = strip.topX + (strip.bottomX - strip.topX) * f + dx * from - 0.5;
      const y = strip.topY + (strip.bottomY - strip.topY) * f + dy * from - 0.5;
      if (!sampleLine(plane, x, y, dx, dy, samples, line)) return null;
      for (let i = 0; i < samples; i++) {
        const v: f32 = strip.inverted ? 255 - floatAt(line, i) : floatAt(line, i);
        setFloat(profile, i, floatAt(profile, i) + v / <f32>LINES);
      }
    }
  }
  return out;
}
