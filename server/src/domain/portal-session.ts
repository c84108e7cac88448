/** A user's session with the admin API. Only a hash of what proves it is kept. Data only. */

export interface PortalSession {
  readonly organisation: string;
  readonly id: string;
  readonly user: string;
  /** SHA-256 of the session's token. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}
