/** What licensing needs of the device's meter, and nothing more: whose it is does not matter. */
import type { Acknowledgement, PendingUsage } from "../rules/reporting.js";

export interface UsageSource extends EventTarget {
  /** UUID of this browser on this origin. */
  readonly deviceId: string;
  /** Scans of the licence's organisation ever counted here, in all tabs; never goes down while the store lives. */
  readonly counted: number;
  /** Those of them that no server has acknowledged. */
  readonly unreported: number;
  /** Exactly what the next report contains. */
  pending(): Promise<PendingUsage>;
  acknowledge(ack: Acknowledgement): Promise<void>;
}
