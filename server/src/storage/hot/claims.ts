/**
 * Claims of a batch, one after the other over locked rows: a device keeps a unit that it has, and takes the first that is
 * free, and no race exceeds a limit. It must not know SQL, nor where the transaction begins and ends.
 */
import type { Candidate } from "../../domain/admission.js";
import type { ClaimResult, SeatClaim, SlotClaim } from "../../ports.js";
import { inOrder, rowKeyOf } from "../row-key.js";
import { BatchSlots, type SlotUse } from "./batch-slots.js";
import type { AccountKey, HotRows } from "./hot-rows.js";

const poolKey = (org: string, { item, period }: Pick<Candidate, "item" | "period">): string =>
  rowKeyOf(org, item, period);

export async function claimSeatBatch(rows: HotRows, claims: readonly SeatClaim[]): Promise<ClaimResult[]> {
  const pools = new Map<string, AccountKey>();
  for (const { organisation: org, candidates } of claims) {
    for (const { item, period } of candidates) pools.set(rowKeyOf(org, item, period), { org, item, period });
  }
  if (pools.size === 0) return claims.map(() => undefined);
  const taken = new Map<string, number>();
  for (const { org, taken: n, ...key } of await rows.lockPools(inOrder(pools))) taken.set(poolKey(org, key), n);
  const before = new Map(taken);
  const results: ClaimResult[] = [];
  for (const claim of claims) results.push(await claimSeat(rows, claim, taken));
  const adds = inOrder(pools)
    .map((key) => {
      const name = poolKey(key.org, key);
      return { ...key, added: (taken.get(name) ?? 0) - (before.get(name) ?? 0) };
    })
    .filter(({ added }) => added !== 0);
  if (adds.length > 0) await rows.addTaken(adds);
  return results;
}

async function claimSeat(rows: HotRows, claim: SeatClaim, taken: Map<string, number>): Promise<ClaimResult> {
  const { organisation: org, device, at, candidates } = claim;
  if (candidates.length === 0) return undefined;
  const questions = candidates.map(({ item, period, freedBefore }) => ({ org, item, period, device, freedBefore }));
  const standings = await rows.standings(questions);
  const options = candidates.map(({ item, period, limit, freedBefore }, index) => {
    const { disused = 0, ownUsedAt } = standings[index] ?? {};
    const key = poolKey(org, { item, period });
    const used = (taken.get(key) ?? 0) - disused;
    const isOwn = ownUsedAt !== undefined && ownUsedAt >= freedBefore;
    return { item, period, freedBefore, key, used, isOwn, disused, ownUsedAt, hasRoom: used < limit };
  });
  const option = options.find(({ isOwn }) => isOwn) ?? options.find(({ hasRoom }) => hasRoom);
  if (option === undefined) return undefined;
  const { item, period, freedBefore, key, used, isOwn, disused, ownUsedAt } = option;
  if (disused > 0) await rows.freeSeats({ org, item, period, device, freedBefore });
  if (!isOwn || (ownUsedAt as number) < at) await rows.takeSeat({ org, item, period, device, at });
  const now = isOwn ? used : used + 1;
  taken.set(key, now);
  return { item, used: now };
}

export async function claimSlotBatch(rows: HotRows, claims: readonly SlotClaim[]): Promise<ClaimResult[]> {
  const keysOf = ({ organisation: org, device, day, candidates }: SlotClaim) =>
    candidates.map(({ item }) => ({ org, account: item, day, device }));
  const keys = claims.flatMap(keysOf);
  if (keys.length === 0) return claims.map(() => undefined);
  const batch = await BatchSlots.load(rows, keys);
  await batch.lockCounters(claims.flatMap((claim) => keysOf(claim).map((key) => ({ ...key, slot: claim.slot }))));
  const taken: SlotUse[] = [];
  const results = claims.map((claim): ClaimResult => {
    const { slot, candidates } = claim;
    const options = keysOf(claim).map((key, index) => {
      const { slots, excess } = batch.held(key);
      const used = batch.count(key, slot);
      const isIn = slots.includes(slot);
      const hasRoom = !isIn && used < (candidates[index] as Candidate).limit;
      return { item: key.account, key, used, isIn, isExcess: excess.includes(slot), hasRoom };
    });
    const option = options.find(({ isIn, isExcess }) => isIn && !isExcess) ?? options.find(({ hasRoom }) => hasRoom);
    if (option === undefined) return undefined;
    const { item, key, used, isIn } = option;
    if (isIn) return { item, used };
    batch.use(key, [slot], Number.POSITIVE_INFINITY);
    taken.push({ ...key, slots: [slot] });
    return { item, used: used + 1 };
  });
  await batch.raiseCounters(taken);
  await batch.write();
  return results;
}
