-- +goose Up
-- Volunteers (R-208…R-242). What is theirs lies in two boxes sealed with their own key: what they have told of themselves, and
-- where they stand. No column could count how often somebody declined, paused or stopped (R-238).
CREATE TABLE volunteer (
  id TEXT COLLATE "C" PRIMARY KEY,
  unit_id TEXT COLLATE "C" NOT NULL REFERENCES unit(id),
  offer_id TEXT COLLATE "C" NOT NULL REFERENCES offer(id),
  account_id TEXT COLLATE "C" UNIQUE REFERENCES account(id),
  key_id TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('applied', 'interview', 'induction', 'active', 'refused', 'stopped')),
  code_index BYTEA UNIQUE,
  own BYTEA NOT NULL CHECK (length(own) <= 4000),
  path BYTEA NOT NULL CHECK (length(path) <= 12000),
  -- Whoever has been taken on signs in; an application has a code and no more.
  CHECK ((state IN ('applied', 'interview', 'refused')) = (account_id IS NULL)),
  CHECK (code_index IS NULL OR account_id IS NULL),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(key_id) <= 64 AND key_id NOT LIKE '% %')
);
CREATE INDEX volunteer_unit ON volunteer(unit_id);

ALTER TABLE membership DROP CONSTRAINT membership_role_check;
ALTER TABLE membership ADD CONSTRAINT membership_role_check CHECK (role IN ('worker', 'coordinator', 'keeper', 'editor', 'operator', 'volunteer'));
