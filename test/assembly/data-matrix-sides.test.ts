/** What Data Matrix looks at before it looks at symbols: texture of blocks, edges on bits, the list of candidates. */
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { openFrame, putOptions } from "./read-frame.js";

const [WIDTH, HEIGHT] = [203, 77];
const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

/** A frame of black and white cells of a few pixels on the left, plain ground on the right; its bits as the core sees them. */
function openCells(core: Probe, seed: number): (x: number, y: number) => number {
  const random = seededRandom(seed);
  const cells = Array.from({ length: 64 * 64 }, () => random.int(0, 1));
  const isDark = (x: number, y: number): boolean => x < 120 && cells[(y >> 2) * 64 + (x >> 2)] === 1;
  const data = Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
    isDark(at % WIDTH, Math.floor(at / WIDTH)) ? 20 : 230,
  );
  openFrame(core, { width: WIDTH, height: HEIGHT, data });
  putOptions(core, { formats: [6] });
  return (x, y) => (x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT && isDark(x, y) ? 1 : 0);
}

/** A frame with 14×14 modules of 4 pixels, whose lower left one begins at (40, 62): solid sides, random content, tracks as told. */
function openModules(core: Probe, seed: number, track: (along: number) => boolean): void {
  const random = seededRandom(seed);
  const content = Array.from({ length: 14 * 14 }, () => random.int(0, 1) === 1);
  const isDark = (column: number, row: number): boolean => {
    if (column < 0 || row < 0 || column > 13 || row > 13) return false;
    if (column === 0 || row === 0) return true;
    if (row === 13) return track(column);
    if (column === 13) return track(row);
    // Half of what borders on a solid side is light: its thickness shows.
    return Math.min(column, row) === 1 ? (column + row) % 2 === 0 : content[row * 14 + column] === true;
  };
  const data = Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
    isDark(Math.floor(((at % WIDTH) - 40) / 4), Math.floor((65 - Math.floor(at / WIDTH)) / 4)) ? 20 : 230,
  );
  openFrame(core, { width: WIDTH, height: HEIGHT, data });
  putOptions(core, { formats: [6] });
}

describe.each(BUILDS)("Data Matrix before symbols, %s build", (build) => {
  it("counts changes of colour in any rectangle of blocks", () => {
    const core = cores[build];
    const bit = openCells(core, 3);
    expect(core.call("dmMapTexture", 0, 0)).toBeGreaterThan(0);
    for (const [left, top, right, bottom] of [
      [0, 0, 1, 1],
      [2, 1, 9, 7],
      [0, 0, 26, 10],
      [20, 3, 25, 6],
    ] as const) {
      let [along, down] = [0, 0];
      for (let y = 8 * top; y < Math.min(8 * bottom, HEIGHT); y++) {
        for (let x = 8 * left; x < 8 * right; x++) {
          // Pairs across a block's right side are not counted, those across its lower side are.
          if (x % 8 !== 7) along += bit(x, y) ^ bit(x + 1, y);
          if (y + 1 < HEIGHT) down += bit(x, y) ^ bit(x, y + 1);
        }
      }
      expect(core.call("dmChanges", left, top, right, bottom)).toBe(along * 65536 + down);
    }
  });

  it("opens gates beside texture only, on the side where it lies", () => {
    const core = cores[build];
    openCells(core, 4);
    const stride = core.call("dmMapTexture", 0, 0);
    const gates = core.u8(core.call("dmGates"), stride * 10);
    const gate = (bx: number, by: number): number => gates[by * stride + bx] as number;
    for (let by = 1; by < 9; by++) {
      expect(gate(6, by)).toBe(3);
      // The last textured block is 14: left of it there is texture, right of block 15 none.
      expect(gate(15, by) & 1).toBe(0);
      expect(gate(14, by) >> 1).toBe(1);
      expect(gate(22, by)).toBe(0);
    }
  });

  it("tells clock tracks opposite to solid sides from sides without them", () => {
    const core = cores[build];
    const evidence = () => core.call("dmClockEvidence", 40, 65, 40, 10, 95, 65, 4);
    for (let seed = 1; seed <= 20; seed++) {
      openModules(core, seed, (along) => along % 2 === 0);
      // Two tracks of 13 runs that are followed to their ends count 10 each beside their runs.
      const whole = evidence();
      expect(whole).toBeGreaterThan(100 + 2 * (10 + 11));
      expect(whole).toBeLessThanOrEqual(100 + 2 * (10 + 15));
      openModules(core, seed, () => false);
      expect(evidence()).toBeLessThan(whole);
      openModules(core, seed, () => true);
      expect(evidence()).toBeLessThan(100);
    }
  });

  it("takes a lone track of eight modules for a rectangle's only", () => {
    const core = cores[build];
    const evidence = (columns: number) => {
      const data = Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
        const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
        const [column, row] = [Math.floor((x - 10) / 4), Math.floor((y - 20) / 4)];
        if (column < 0 || row < 0 || column >= columns || row >= 8) return 230;
        if (column === 0 || row === 7) return 20;
        return row > 0 && column === columns - 1 && row % 2 === 1 ? 20 : 230;
      });
      openFrame(core, { width: WIDTH, height: HEIGHT, data });
      putOptions(core, { formats: [6] });
      return core.call("dmClockEvidence", 10, 51, 10, 20, 9 + 4 * columns, 51, 4);
    };
    expect(evidence(18)).toBeGreaterThanOrEqual(100);
    expect(evidence(8)).toBeLessThan(100);
  });

  it("sees no clock tracks on a full square", () => {
    const core = cores[build];
    const data = Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
      const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
      return x >= 40 && x < 96 && y >= 10 && y < 66 ? 20 : 230;
    });
    openFrame(core, { width: WIDTH, height: HEIGHT, data });
    putOptions(core, { formats: [6] });
    expect(core.call("dmClockEvidence", 40, 65, 40, 10, 95, 65, 4)).toBe(0);
  });

  it("finds the nearest edge with two pixels of ground outside", () => {
    const core = cores[build];
    const bit = openCells(core, 5);
    for (const y of [0, 13, 76]) {
      for (let x = 0; x < WIDTH; x++) {
        for (const ink of [1, 0]) {
          for (const isRight of [true, false]) {
            const at = (px: number) => (bit(px, y) === ink ? 1 : 0);
            const isEdge = (px: number) =>
              isRight ? at(px) && !at(px - 1) && !at(px - 2) : at(px - 1) && !at(px) && !at(px + 1);
            const near = core.call("dmEdgeNear", x, y, ink, isRight ? 1 : 0);
            // What borders on the plane's sides depends on what is taken to lie beyond.
            if (near !== 1000 && x > 40 && x < WIDTH - 40) expect(isEdge(x + near), `${x}, ${y}`).toBeTruthy();
            if (x <= 40 || x >= WIDTH - 40) continue;
            const reach = near === 1000 ? 25 : Math.abs(near) - 1;
            for (let d = -reach; d <= reach; d++) expect(isEdge(x + d), `${x} + ${d}, ${y}`).toBeFalsy();
          }
        }
      }
    }
  });

  it("keeps the candidates of most evidence and gives them in order", () => {
    const core = cores[build];
    openCells(core, 6);
    expect(core.call("dmOpenCandidates")).toBe(1);
    const random = seededRandom(8);
    const offered = Array.from({ length: 400 }, () => random.int(1, 300));
    for (const evidence of offered) core.call("dmOffer", evidence);
    const best = offered.sort((a, b) => b - a).slice(0, 256);
    for (const evidence of best) expect(core.call("dmTakeBest")).toBe(evidence);
    expect(core.call("dmTakeBest")).toBe(0);
  });
});
