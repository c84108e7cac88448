-- Attempts to give a password, by the hash of a login or an address, so that all nodes count together.
CREATE TABLE sign_in_attempt (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  since INTEGER NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_attempt_by_time ON sign_in_attempt (since);
