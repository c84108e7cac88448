/**
 * Works through jobs in several lanes and hands out the results in the order of the jobs. Knows nothing of
 * what the jobs are.
 */

/** Results that wait for an earlier one, for each lane: enough to keep the lanes busy, too few to fill memory. */
const WINDOW = 8;

/** A failing job fails the whole; lanes that still work are left to end. */
export async function* inLanes<Job, Result>(
  jobs: Iterable<Job>,
  lanes: number,
  work: (job: Job, lane: number) => Promise<Result>,
): AsyncGenerator<Result> {
  const free = Array.from({ length: lanes }, (_, lane) => lane);
  const waiters: ((lane: number) => void)[] = [];
  const takeLane = (): Promise<number> => {
    const lane = free.shift();
    return lane === undefined ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve(lane);
  };
  const giveBack = (lane: number): void => {
    const next = waiters.shift();
    if (next) next(lane);
    else free.push(lane);
  };
  const started: Promise<Result>[] = [];
  for (const job of jobs) {
    const run = takeLane().then((lane) => work(job, lane).finally(() => giveBack(lane)));
    // Whoever awaits it gets the error; until then it is not unhandled.
    run.catch(() => {});
    started.push(run);
    if (started.length >= lanes * WINDOW) yield await (started.shift() as Promise<Result>);
  }
  for (const run of started) yield await run;
}
