/**
 * Row indicators (ISO/IEC 15438 clause 5.11.3): the columns of codewords beside start and stop pattern say row by row which
 * row it is, and, three rows together, how many rows and columns there are and which error correction level.
 */

/** Votes for each property, and what they elect. */
@unmanaged
export class Census {
  /** f32 votes: (rows − 1) / 3, 3 × level + (rows − 1) mod 3, columns − 1; 30 each. */
  votes: usize;
  rows: i32;
  columns: i32;
  level: i32;
  /** Least part of the votes that a winner got. */
  agreement: f32;
}

export const CENSUS_BYTES: usize = 3 * 30 * 4;
export const LEAST_ROWS: i32 = 3;
export const MOST_ROWS: i32 = 90;
export const MOST_COLUMNS: i32 = 30;
/** Codewords of the largest symbol. */
export const MOST_CODEWORDS: i32 = 928;

const ROWS: i32 = 0;
const LEVEL: i32 = 1;
const COLUMNS: i32 = 2;

/** Row that an indicator stands in. */
export function rowOf(cluster: i32, value: i32): i32 {
  return 3 * (value / 30) + cluster;
}

/** What an indicator of a cluster tells: the right ones are a row behind the left ones. */
function topicOf(cluster: i32, isRight: bool): i32 {
  return isRight ? (cluster + 2) % 3 : cluster;
}

export function clearCensus(census: Census): void {
  memory.fill(census.votes, 0, CENSUS_BYTES);
}

export function vote(census: Census, cluster: i32, value: i32, isRight: bool, weight: f32): void {
  const at = census.votes + ((<usize>(topicOf(cluster, isRight) * 30 + (value % 30))) << 2);
  store<f32>(at, load<f32>(at) + weight);
}

/** Votes for a number of columns from elsewhere. */
export function voteColumns(census: Census, columns: i32, weight: f32): void {
  if (columns < 1 || columns > MOST_COLUMNS) return;
  const at = census.votes + ((<usize>(COLUMNS * 30 + columns - 1)) << 2);
  store<f32>(at, load<f32>(at) + weight);
}

/** The value with most votes; lowers the census' agreement to its share. */
function winner(census: Census, topic: i32): i32 {
  let best: i32 = -1;
  let most: f32 = 0;
  let sum: f32 = 0;
  for (let i = 0; i < 30; i++) {
    const votes = load<f32>(census.votes + ((<usize>(topic * 30 + i)) << 2));
    sum += votes;
    if (votes > most) {
      most = votes;
      best = i;
    }
  }
  census.agreement = min(census.agreement, sum > 0 ? most / sum : 0);
  return best;
}

/** Counts the votes; false where they do not make a symbol. */
export function elect(census: Census): bool {
  census.agreement = 1;
  const third = winner(census, ROWS);
  const mixed = winner(census, LEVEL);
  const columns = winner(census, COLUMNS);
  if (third < 0 || mixed < 0 || columns < 0) return false;
  census.rows = 3 * third + (mixed % 3) + 1;
  census.level = mixed / 3;
  census.columns = columns + 1;
  return (
    census.level <= 8 &&
    census.rows >= LEAST_ROWS &&
    census.rows <= MOST_ROWS &&
    census.rows * census.columns <= MOST_CODEWORDS &&
    2 << census.level < census.rows * census.columns
  );
}
