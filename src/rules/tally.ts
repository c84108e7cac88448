/**
 * Exactly-once totals from cells: a cell is an integer that only grows, merged by max, so retries, lost acks, two tabs and
 * reordered reports change nothing. It must not know where cells come from or how they are stored.
 */

/**
 * Names one count. An epoch belongs to one device and one UTC day; the day is part of the name, so that a forged report
 * that claims another day makes another cell instead of moving what is counted.
 */
export interface CellName {
  /** Empty where no licence names one. */
  readonly organisation: string;
  readonly device: string;
  readonly epoch: string;
  /** UTC day, `YYYY-MM-DD`. */
  readonly day: string;
  /** What is counted: the symbology's name. */
  readonly metric: string;
}

/** A count of one metric in one epoch: absolute, never a difference. */
export interface Cell extends CellName {
  readonly count: number;
}

/** Cells by {@link cellKey}. */
export type Tally = ReadonlyMap<string, Cell>;

/** The tally before the first report. */
export const EMPTY_TALLY: Tally = new Map();

/** What a report adds to one aggregate. */
export interface Delta {
  readonly organisation: string;
  readonly device: string;
  readonly day: string;
  readonly metric: string;
  readonly added: number;
}

/** One string per cell name; no two names share one. */
export const cellKey = (cell: CellName): string =>
  JSON.stringify([cell.organisation, cell.device, cell.epoch, cell.day, cell.metric]);

/** True for what a cell may hold: a whole number that is exact as a double. */
export const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;

/** By how much a stored value grows when a report carries `reported`. */
export const deltaOf = (stored: number, reported: number): number => Math.max(reported - stored, 0);

/** The tally after a report, and what the report added. */
export function mergeCells(tally: Tally, cells: Iterable<Cell>): { tally: Tally; deltas: Delta[] } {
  const next = new Map(tally);
  const deltas: Delta[] = [];
  for (const cell of cells) {
    const key = cellKey(cell);
    const stored = next.get(key);
    const added = deltaOf(stored?.count ?? 0, cell.count);
    if (stored === undefined || added > 0) next.set(key, cell);
    if (added > 0) {
      const { organisation, device, day, metric } = cell;
      deltas.push({ organisation, device, day, metric, added });
    }
  }
  return { tally: next, deltas };
}

/** Sums `amount` over what `groupOf` calls the same; recomputed from cells, it is what the aggregates must equal. */
export function totals<T>(items: Iterable<T>, groupOf: (item: T) => string, amount: (item: T) => number) {
  const sums = new Map<string, number>();
  for (const item of items) {
    const group = groupOf(item);
    sums.set(group, (sums.get(group) ?? 0) + amount(item));
  }
  return sums;
}
