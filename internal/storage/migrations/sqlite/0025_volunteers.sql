-- +goose Up
-- Volunteers (R-208…R-242). What is theirs lies in two boxes sealed with their own key: what they have told of themselves, and
-- where they stand. No column could count how often somebody declined, paused or stopped (R-238).
CREATE TABLE volunteer (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  offer_id TEXT NOT NULL REFERENCES offer(id),
  account_id TEXT UNIQUE REFERENCES account(id),
  key_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'interview', 'induction', 'active', 'refused', 'stopped')),
  code_index BLOB UNIQUE,
  own BLOB NOT NULL CHECK (length(own) <= 4000),
  path BLOB NOT NULL CHECK (length(path) <= 12000),
  -- Whoever has been taken on signs in; an application has a code and no more.
  CHECK ((state IN ('applied', 'interview', 'refused')) = (account_id IS NULL)),
  CHECK (code_index IS NULL OR account_id IS NULL),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(key_id) <= 64 AND key_id NOT LIKE '% %')
) STRICT;
CREATE INDEX volunteer_unit ON volunteer(unit_id);

CREATE TABLE membership_new (
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  role TEXT NOT NULL CHECK (role IN ('worker', 'coordinator', 'keeper', 'editor', 'operator', 'volunteer')),
  PRIMARY KEY (account_id, unit_id, role)
) STRICT;
INSERT INTO membership_new SELECT account_id, unit_id, role FROM membership;
DROP TABLE membership;
ALTER TABLE membership_new RENAME TO membership;
