/**
 * A key of the server as it is kept: sealed under the master key of the configuration, so that a copied database tells
 * nothing. It must not know how keys are used.
 */
import type { SERVER } from "./organisation.js";

/**
 * `root` signs the key set and is named by licence keys; `signing` signs authorisations; `encryption` opens requests to
 * authorise; `ticket` seals session tickets.
 */
export type KeyPurpose = "root" | "signing" | "encryption" | "ticket";

/** Purposes whose keys can be replaced. */
export type RotatedPurpose = Exclude<KeyPurpose, "root">;

export interface ServerKey {
  /** Keys belong to the server itself. */
  readonly organisation: typeof SERVER;
  /** Its `kid`. */
  readonly id: string;
  readonly purpose: KeyPurpose;
  /** The private or secret key, sealed. */
  readonly sealed: string;
  readonly createdAt: number;
  /** From then on it makes nothing new; what it made stays good until `expiresAt`. */
  readonly retiredAt?: number;
  readonly expiresAt?: number;
}
