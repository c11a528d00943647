-- +goose Up
-- A worker's coming meetings for their own calendar program (decision 0054). The address is kept as a hash; what has been
-- told of a meeting is sealed with the account's key, named by a fingerprint that stands nowhere else.
CREATE TABLE feed (
  account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,
  made TEXT NOT NULL,
  CONSTRAINT no_text CHECK (length(made) <= 64 AND made NOT LIKE '% %')
) STRICT;

CREATE TABLE feed_entry (
  account_id TEXT NOT NULL REFERENCES feed(account_id) ON DELETE CASCADE,
  uid TEXT NOT NULL,
  happens BLOB NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence >= 0),
  cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
  PRIMARY KEY (account_id, uid),
  CONSTRAINT no_text CHECK (length(uid) <= 64 AND uid NOT LIKE '% %')
) STRICT;

-- A worker who is out meeting a client somewhere else, until the word "back" (decision 0055). When, where and by when
-- they are back is sealed with the account's key.
CREATE TABLE outing (
  account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  appointment_id TEXT NOT NULL REFERENCES appointment(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  about BLOB NOT NULL,
  told INTEGER NOT NULL DEFAULT 0 CHECK (told BETWEEN 0 AND 3),
  seen_by TEXT REFERENCES account(id) ON DELETE SET NULL,
  CONSTRAINT another_sees CHECK (seen_by <> account_id),
  CONSTRAINT no_text CHECK (length(account_id) <= 64 AND account_id NOT LIKE '% %' AND
    length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %' AND length(unit_id) <= 64 AND unit_id NOT LIKE '% %' AND
    length(seen_by) <= 64 AND seen_by NOT LIKE '% %')
) STRICT;
CREATE INDEX outing_appointment ON outing(appointment_id);
