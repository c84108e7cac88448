/** Devices and refusals of a batch, each row written once. It must not know SQL, nor where the transaction begins and ends. */
import type { Device } from "../../domain/device.js";
import type { RefusalCount } from "../../ports.js";
import { inOrder, rowKeyOf } from "../row-key.js";
import { deviceColumns } from "../sql/device-records.js";
import type { DeviceUpsert, HotRows, RefusalAdd } from "./hot-rows.js";

export async function touchBatch(rows: HotRows, devices: readonly Device[]): Promise<void> {
  const upserts = new Map<string, DeviceUpsert>();
  for (const device of devices) {
    const next = deviceColumns(device);
    const key = rowKeyOf(next.org, next.id);
    const first = upserts.get(key) ?? next;
    const lastSeen = Math.max(first.lastSeen, next.lastSeen);
    upserts.set(key, { ...next, firstSeen: first.firstSeen, key: first.key, lastSeen });
  }
  if (upserts.size > 0) await rows.upsertDevices(inOrder(upserts));
}

export async function refusalBatch(rows: HotRows, counts: readonly RefusalCount[]): Promise<void> {
  const adds = new Map<string, RefusalAdd>();
  for (const { organisation: org, code, day, refusal, count } of counts) {
    const key = rowKeyOf(org, code, day, refusal);
    adds.set(key, { org, code, day, refusal, added: (adds.get(key)?.added ?? 0) + count });
  }
  if (adds.size > 0) await rows.addRefusals(inOrder(adds));
}
