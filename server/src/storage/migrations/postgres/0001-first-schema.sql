-- The first schema. Times are milliseconds since the epoch, days `YYYY-MM-DD`; the organisation is first in every key.
-- Text is compared by its bytes, as SQLite does; tables that are rewritten often leave room in their pages.

-- Where the store stands. One row. `generation` names one life of the data (storage/README.md).
CREATE TABLE store_state (
  one bigint NOT NULL CHECK (one = 1),
  generation text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (one)
) WITH (fillfactor = 50);

-- Cold records: read and written as wholes, so a record is one JSON document; what is searched by has a column.
CREATE TABLE organisation (
  id text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE app_user (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  login text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX app_user_by_login ON app_user (login);

CREATE TABLE api_key (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE portal_session (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX portal_session_by_user ON portal_session (org_id, user_id);
CREATE INDEX portal_session_by_end ON portal_session (expires_at);

CREATE TABLE server_key (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE handshake_code (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE license_item (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE license_order (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE audit_record (
  org_id text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  hash text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, sequence)
);

-- `doc` holds what a device says of itself and may change; the key is that of its first contact.
CREATE TABLE device (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  first_seen bigint NOT NULL,
  last_seen bigint NOT NULL,
  device_key text COLLATE "C" NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
) WITH (fillfactor = 80);
CREATE INDEX device_by_contact ON device (org_id, last_seen);

-- Cells: absolute counts that only grow. `added` is what the last write raised it by: the old value is `count - added`.
CREATE TABLE usage_cell (
  org_id text COLLATE "C" NOT NULL,
  device_id text COLLATE "C" NOT NULL,
  epoch text COLLATE "C" NOT NULL,
  day text COLLATE "C" NOT NULL,
  metric text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  booked_day text COLLATE "C" NOT NULL,
  count bigint NOT NULL CHECK (count >= 0),
  added bigint NOT NULL,
  PRIMARY KEY (org_id, device_id, epoch, day, metric)
) WITH (fillfactor = 70);

-- Aggregate of cells by code, booked day and metric.
CREATE TABLE usage_total (
  org_id text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  booked_day text COLLATE "C" NOT NULL,
  metric text COLLATE "C" NOT NULL,
  count bigint NOT NULL CHECK (count >= 0),
  PRIMARY KEY (org_id, code, booked_day, metric)
) WITH (fillfactor = 50);

-- Units charged to an item in a period; the row that is locked while units are allotted.
CREATE TABLE account (
  org_id text COLLATE "C" NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  period bigint NOT NULL,
  units bigint NOT NULL CHECK (units >= 0),
  PRIMARY KEY (org_id, item_id, period)
) WITH (fillfactor = 50);

-- The same units by the code whose scans they are; item '' and period 0 where nobody is charged.
CREATE TABLE charge (
  org_id text COLLATE "C" NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  period bigint NOT NULL,
  code text COLLATE "C" NOT NULL,
  units bigint NOT NULL CHECK (units >= 0),
  PRIMARY KEY (org_id, item_id, period, code)
) WITH (fillfactor = 50);

-- 480 bits a day for a device: slots of use, and those of them that came beyond the limit. Bit n is bit n % 8 of byte n / 8.
CREATE TABLE slot_use (
  org_id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  day text COLLATE "C" NOT NULL,
  device_id text COLLATE "C" NOT NULL,
  slots bytea NOT NULL,
  excess bytea NOT NULL,
  PRIMARY KEY (org_id, account, day, device_id)
) WITH (fillfactor = 70);

-- How many devices are in a slot: the sum of the bits above.
CREATE TABLE slot_count (
  org_id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  day text COLLATE "C" NOT NULL,
  slot bigint NOT NULL,
  count bigint NOT NULL CHECK (count >= 0),
  PRIMARY KEY (org_id, account, day, slot)
) WITH (fillfactor = 50);

-- How many seats of an item are taken in a period, disused ones with them; the row that is locked while one is claimed.
CREATE TABLE seat_pool (
  org_id text COLLATE "C" NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  period bigint NOT NULL,
  taken bigint NOT NULL CHECK (taken >= 0),
  PRIMARY KEY (org_id, item_id, period)
) WITH (fillfactor = 50);

CREATE TABLE seat (
  org_id text COLLATE "C" NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  period bigint NOT NULL,
  device_id text COLLATE "C" NOT NULL,
  used_at bigint NOT NULL,
  PRIMARY KEY (org_id, item_id, period, device_id)
);
CREATE INDEX seat_by_use ON seat (org_id, item_id, period, used_at);
CREATE INDEX seat_by_device ON seat (org_id, device_id);

CREATE TABLE refusal (
  org_id text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  day text COLLATE "C" NOT NULL,
  refusal text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (org_id, code, day, refusal)
);
CREATE INDEX refusal_by_day ON refusal (org_id, day);
-- No generation yet: the first opening mints one.
INSERT INTO store_state (one, generation, sequence) VALUES (1, '', 0);
