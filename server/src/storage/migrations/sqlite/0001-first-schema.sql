-- The first schema. Times are milliseconds since the epoch, days `YYYY-MM-DD`; the organisation is first in every key.

-- Where the store stands. One row. `generation` names one life of the data (storage/README.md).
CREATE TABLE store_state (
  one INTEGER NOT NULL CHECK (one = 1),
  generation TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (one)
) STRICT, WITHOUT ROWID;

-- Cold records: read and written as wholes, so a record is one JSON document; what is searched by has a column.
CREATE TABLE organisation (
  id TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE app_user (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  login TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX app_user_by_login ON app_user (login);

CREATE TABLE api_key (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE portal_session (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_session_by_user ON portal_session (org_id, user_id);
CREATE INDEX portal_session_by_end ON portal_session (expires_at);

CREATE TABLE server_key (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE handshake_code (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE license_item (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE license_order (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_record (
  org_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, sequence)
) STRICT, WITHOUT ROWID;

-- `doc` holds what a device says of itself and may change; the key is that of its first contact.
CREATE TABLE device (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  device_key TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_by_contact ON device (org_id, last_seen);

-- Cells: absolute counts that only grow. `added` is what the last write raised it by: the old value is `count - added`.
CREATE TABLE usage_cell (
  org_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  epoch TEXT NOT NULL,
  day TEXT NOT NULL,
  metric TEXT NOT NULL,
  code TEXT NOT NULL,
  booked_day TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  added INTEGER NOT NULL,
  PRIMARY KEY (org_id, device_id, epoch, day, metric)
) STRICT, WITHOUT ROWID;

-- Aggregate of cells by code, booked day and metric.
CREATE TABLE usage_total (
  org_id TEXT NOT NULL,
  code TEXT NOT NULL,
  booked_day TEXT NOT NULL,
  metric TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (org_id, code, booked_day, metric)
) STRICT, WITHOUT ROWID;

-- Units charged to an item in a period; the row that is locked while units are allotted.
CREATE TABLE account (
  org_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  period INTEGER NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0),
  PRIMARY KEY (org_id, item_id, period)
) STRICT, WITHOUT ROWID;

-- The same units by the code whose scans they are; item '' and period 0 where nobody is charged.
CREATE TABLE charge (
  org_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  period INTEGER NOT NULL,
  code TEXT NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0),
  PRIMARY KEY (org_id, item_id, period, code)
) STRICT, WITHOUT ROWID;

-- 480 bits a day for a device: slots of use, and those of them that came beyond the limit. Bit n is bit n % 8 of byte n / 8.
CREATE TABLE slot_use (
  org_id TEXT NOT NULL,
  account TEXT NOT NULL,
  day TEXT NOT NULL,
  device_id TEXT NOT NULL,
  slots BLOB NOT NULL,
  excess BLOB NOT NULL,
  PRIMARY KEY (org_id, account, day, device_id)
) STRICT, WITHOUT ROWID;

-- How many devices are in a slot: the sum of the bits above.
CREATE TABLE slot_count (
  org_id TEXT NOT NULL,
  account TEXT NOT NULL,
  day TEXT NOT NULL,
  slot INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (org_id, account, day, slot)
) STRICT, WITHOUT ROWID;

-- How many seats of an item are taken in a period, disused ones with them; the row that is locked while one is claimed.
CREATE TABLE seat_pool (
  org_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  period INTEGER NOT NULL,
  taken INTEGER NOT NULL CHECK (taken >= 0),
  PRIMARY KEY (org_id, item_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE seat (
  org_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  period INTEGER NOT NULL,
  device_id TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, item_id, period, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX seat_by_use ON seat (org_id, item_id, period, used_at);
CREATE INDEX seat_by_device ON seat (org_id, device_id);

CREATE TABLE refusal (
  org_id TEXT NOT NULL,
  code TEXT NOT NULL,
  day TEXT NOT NULL,
  refusal TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (org_id, code, day, refusal)
) STRICT, WITHOUT ROWID;
CREATE INDEX refusal_by_day ON refusal (org_id, day);
-- No generation yet: the first opening mints one.
INSERT INTO store_state (one, generation, sequence) VALUES (1, '', 0);
