-- +goose Up
-- A new colleague is known to two (decision 0048): whoever made the link, and another who has asked them for the number on
-- their page. Until then an account has no rights. Accounts that the program makes, or that were there before, need nobody.
ALTER TABLE account ADD COLUMN invited_by TEXT REFERENCES account(id)
  CONSTRAINT not_by_oneself CHECK (invited_by <> id);
ALTER TABLE account ADD COLUMN vouched_by TEXT REFERENCES account(id)
  CONSTRAINT known_to_two CHECK (vouched_by <> id AND vouched_by <> invited_by);

-- A colleague who can no longer sign in: one asks and has a code, another agrees and has the link, and neither opens
-- anything without the other. Where there is nobody to agree it waits, and its owner may stop it. The row goes with its
-- use, its end, or a word of the owner's.
CREATE TABLE recovery (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE REFERENCES account(id) ON DELETE CASCADE,
  asked_by TEXT NOT NULL REFERENCES account(id),
  agreed_by TEXT REFERENCES account(id),
  asked TEXT NOT NULL,
  expires TEXT NOT NULL,
  code BLOB NOT NULL,
  wrong INTEGER NOT NULL DEFAULT 0 CHECK (wrong >= 0),
  CONSTRAINT two_others CHECK (asked_by <> account_id AND agreed_by <> account_id AND agreed_by <> asked_by),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(asked) <= 64 AND asked NOT LIKE '% %' AND
    length(expires) <= 64 AND expires NOT LIKE '% %')
) STRICT;
CREATE INDEX recovery_expires ON recovery(expires);

-- How often somebody signed in, was refused and signed out on a day: numbers, never a clock time.
CREATE TABLE sign_in_day (
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  day TEXT NOT NULL,
  came INTEGER NOT NULL DEFAULT 0 CHECK (came >= 0),
  refused INTEGER NOT NULL DEFAULT 0 CHECK (refused >= 0),
  gone INTEGER NOT NULL DEFAULT 0 CHECK (gone >= 0),
  PRIMARY KEY (account_id, day),
  CONSTRAINT no_text CHECK (length(day) <= 64 AND day NOT LIKE '% %')
) STRICT;
CREATE INDEX sign_in_day_day ON sign_in_day(day);
