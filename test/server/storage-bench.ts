/** What the suites of the contract of stores work with: an open store, records to write into it, properties to hold. */
import fc from "fast-check";
import type { Account } from "../../server/src/domain/consumption.js";
import type { Device } from "../../server/src/domain/device.js";
import { DomainError } from "../../server/src/domain/domain-error.js";
import type { HandshakeCode } from "../../server/src/domain/handshake-code.js";
import type { Organisation } from "../../server/src/domain/organisation.js";
import type { CellWrite, SeatClaim, SlotClaim, Store, UsageWrite } from "../../server/src/ports.js";
import { START } from "./lab.js";

export const DAY = "2026-05-01";
export const ACCOUNT: Account = { item: "item1", period: START, quota: 100, overage: 0 };

export const cellOf = (count: number, change: Partial<CellWrite> = {}): CellWrite => ({
  epoch: "e1",
  day: DAY,
  metric: "ean_13",
  bookedDay: DAY,
  count,
  ...change,
});

export interface ContractOptions {
  /** Runs of each property: 10,000 where an operation takes microseconds, fewer where it takes a commit to disk. */
  readonly numRuns: number;
}

/** @param opened gives the store that is looked at */
export function storageBench(opened: () => Store, { numRuns }: ContractOptions) {
  let made = 0;
  const bench = {
    get store(): Store {
      return opened();
    },
  };
  /** An organisation of its own for each test and each run of a property. */
  const tenant = (): string => `t${(++made).toString(36)}`;
  const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T, organisation: string) => Promise<void>) =>
    fc.assert(
      fc.asyncProperty(arbitrary, (value) => holds(value, tenant())),
      { numRuns, seed: 77 },
    );
  const write = (organisation: string, change: Partial<UsageWrite> = {}): UsageWrite => ({
    organisation,
    device: "d1",
    code: `${organisation}-shop`,
    receivedAt: START,
    cells: [],
    slots: [],
    accounts: [],
    ...change,
  });
  const sum = async (organisation: string): Promise<number> => {
    const [row] = await bench.store.usage({ organisation, from: DAY, to: "2026-05-31", groupBy: [] });
    return row?.count ?? 0;
  };
  const organisationOf = (id: string): Organisation => ({ id, name: "Shop", createdAt: START });
  const codeOf = (organisation: string, codeName: string): HandshakeCode => ({
    organisation,
    name: codeName,
    isDefault: false,
    items: [],
    order: "automatic",
    domains: [],
    passwordHashes: [],
    createdAt: START,
  });
  const deviceOf = (organisation: string, id: string, lastSeen = START): Device => ({
    organisation,
    id,
    code: `${organisation}-shop`,
    library: "0.1.0",
    key: { kty: "EC", crv: "P-256", x: id, y: id },
    firstSeen: lastSeen,
    lastSeen,
  });
  const codeOfError = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "none",
      (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
    );

  const seatClaim = (
    organisation: string,
    device: string,
    limit: number,
    change: Partial<SeatClaim> = {},
  ): SeatClaim => ({
    organisation,
    device,
    at: START,
    candidates: [{ item: "item1", period: START, limit, freedBefore: 0 }],
    ...change,
  });
  const slotClaim = (organisation: string, device: string, limit: number, slot = 7): SlotClaim => ({
    ...seatClaim(organisation, device, limit),
    day: DAY,
    slot,
  });
  return Object.assign(bench, {
    tenant,
    property,
    write,
    sum,
    organisationOf,
    codeOf,
    deviceOf,
    codeOfError,
    seatClaim,
    slotClaim,
  });
}

export type StorageBench = ReturnType<typeof storageBench>;
