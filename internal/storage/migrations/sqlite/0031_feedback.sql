-- +goose Up
-- What people answered afterwards, as sums of a month alone: there is no row that is an answer, and no column of which form,
-- unit or month a row is (A-18, decision 0066). A box holds a form's sums of one month together, and is filled up to steps of one size.
CREATE TABLE feedback_sum (
  id TEXT PRIMARY KEY,
  mark BLOB NOT NULL UNIQUE CHECK (length(mark) = 16),
  sums BLOB NOT NULL CHECK (length(sums) >= 4124 AND (length(sums) - 28) % 4096 = 0),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;

-- A code by which somebody may answer a form: once on a slip of paper, several times in a room until the day is over. Nothing
-- tells who has it or who made it.
CREATE TABLE feedback_code (
  id TEXT PRIMARY KEY,
  mark BLOB NOT NULL UNIQUE CHECK (length(mark) = 16),
  about BLOB NOT NULL CHECK (length(about) = 188),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;

-- That somebody has been given a form, once: a keyed mark that goes after a month. Whether it was answered is kept nowhere.
CREATE TABLE feedback_drawn (
  mark BLOB PRIMARY KEY CHECK (length(mark) = 16),
  month TEXT NOT NULL CHECK (length(month) = 7),
  CONSTRAINT no_text CHECK (month NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
