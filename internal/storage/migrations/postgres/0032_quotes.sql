-- +goose Up
-- Words that somebody allowed to be quoted, under a key of their own (R-158, R-159). Nothing leads from them to what else was answered,
-- to a code or to a day. Whoever read them last, and what is left of them then, waits for somebody else to agree to exactly that.
CREATE TABLE feedback_quote (
  id TEXT COLLATE "C" PRIMARY KEY,
  unit_id TEXT COLLATE "C" NOT NULL REFERENCES unit(id),
  key_id TEXT COLLATE "C" NOT NULL UNIQUE,
  month TEXT COLLATE "C" NOT NULL CHECK (length(month) = 7),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'read', 'agreed')),
  reader_id TEXT COLLATE "C" REFERENCES account(id) ON DELETE SET NULL,
  words BYTEA NOT NULL CHECK (length(words) BETWEEN 28 AND 8192),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(key_id) <= 64 AND key_id NOT LIKE '% %' AND month NOT LIKE '% %')
);
CREATE INDEX feedback_quote_of ON feedback_quote(unit_id, state);
