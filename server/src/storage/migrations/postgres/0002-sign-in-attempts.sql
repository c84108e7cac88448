-- Attempts to give a password, by the hash of a login or an address, so that all nodes count together.
CREATE TABLE sign_in_attempt (
  org_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  since bigint NOT NULL,
  doc text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, id)
) WITH (fillfactor = 50);
CREATE INDEX sign_in_attempt_by_time ON sign_in_attempt (since);
