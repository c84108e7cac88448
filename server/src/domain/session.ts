/** A device's session: what a ticket stands for between an authorisation and the reports after it. Data only. */

export interface Session {
  readonly organisation: string;
  /** Handshake code as a whole, `orgId-name`. */
  readonly code: string;
  readonly device: string;
  /** Licence item that the device was authorised by. */
  readonly item: string;
  readonly origin?: string;
  /** A256GCM key of reports and acknowledgements, base64url. */
  readonly sessionKey: string;
  readonly issuedAt: number;
}
