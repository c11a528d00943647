-- +goose Up
-- The year's report of a grant object (R-160, D-110…D-116, decision 0069): what a coordinator has arranged of it, which is public lines, and the reports as
-- they left. A finished report is never changed; a new one has the next number.
CREATE TABLE report_draft (
  grant_object TEXT NOT NULL CHECK (length(grant_object) BETWEEN 1 AND 300),
  year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  arranged TEXT NOT NULL CHECK (length(arranged) <= 60000),
  PRIMARY KEY (grant_object, year)
) STRICT;

CREATE TABLE report_made (
  id TEXT PRIMARY KEY CHECK (length(id) <= 64 AND id NOT LIKE '% %'),
  grant_object TEXT NOT NULL CHECK (length(grant_object) BETWEEN 1 AND 300),
  year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  no INTEGER NOT NULL CHECK (no >= 1),
  made TEXT NOT NULL CHECK (length(made) = 10),
  sheets BLOB NOT NULL,
  UNIQUE (grant_object, year, no)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER report_made_kept BEFORE UPDATE ON report_made
BEGIN SELECT RAISE(ABORT, 'report_made: a report is never changed'); END;
-- +goose StatementEnd
