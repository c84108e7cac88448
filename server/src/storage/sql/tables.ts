/** The tables as Kysely's types, the same in both dialects (`../migrations`). Names only. */

/** A record as one document, with what it is searched by beside it. */
interface DocumentTable {
  org_id: string;
  id: string;
  doc: string;
}

export interface Tables {
  store_state: { one: number; generation: string; sequence: number };
  organisation: { id: string; doc: string };
  app_user: DocumentTable & { login: string };
  api_key: DocumentTable;
  portal_session: DocumentTable & { user_id: string; expires_at: number };
  sign_in_attempt: DocumentTable & { since: number };
  server_key: DocumentTable;
  handshake_code: DocumentTable;
  license_item: DocumentTable;
  license_order: DocumentTable;
  audit_record: { org_id: string; sequence: number; hash: string; doc: string };
  device: DocumentTable & { first_seen: number; last_seen: number; device_key: string };
  usage_cell: {
    org_id: string;
    device_id: string;
    epoch: string;
    day: string;
    metric: string;
    code: string;
    booked_day: string;
    count: number;
    added: number;
  };
  usage_total: { org_id: string; code: string; booked_day: string; metric: string; count: number };
  account: { org_id: string; item_id: string; period: number; units: number };
  charge: { org_id: string; item_id: string; period: number; code: string; units: number };
  slot_use: {
    org_id: string;
    account: string;
    day: string;
    device_id: string;
    slots: Uint8Array;
    excess: Uint8Array;
  };
  slot_count: { org_id: string; account: string; day: string; slot: number; count: number };
  seat_pool: { org_id: string; item_id: string; period: number; taken: number };
  seat: { org_id: string; item_id: string; period: number; device_id: string; used_at: number };
  refusal: { org_id: string; code: string; day: string; refusal: string; count: number };
}

/** Tables of records that are documents under an organisation and an id. */
export type DocumentName =
  | "app_user"
  | "api_key"
  | "portal_session"
  | "sign_in_attempt"
  | "server_key"
  | "handshake_code"
  | "license_item"
  | "license_order";
