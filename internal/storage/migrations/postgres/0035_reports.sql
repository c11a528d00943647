-- +goose Up
-- The year's report of a grant object (R-160, D-110…D-116, decision 0069): what a coordinator has arranged of it, which is public lines, and the reports as
-- they left. A finished report is never changed; a new one has the next number.
CREATE TABLE report_draft (
  grant_object TEXT COLLATE "C" NOT NULL CHECK (length(grant_object) BETWEEN 1 AND 300),
  year BIGINT NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  arranged TEXT COLLATE "C" NOT NULL CHECK (length(arranged) <= 60000),
  PRIMARY KEY (grant_object, year)
);

CREATE TABLE report_made (
  id TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) <= 64 AND id NOT LIKE '% %'),
  grant_object TEXT COLLATE "C" NOT NULL CHECK (length(grant_object) BETWEEN 1 AND 300),
  year BIGINT NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  no BIGINT NOT NULL CHECK (no >= 1),
  made TEXT COLLATE "C" NOT NULL CHECK (length(made) = 10),
  sheets BYTEA NOT NULL,
  UNIQUE (grant_object, year, no)
);
-- +goose StatementBegin
CREATE FUNCTION report_made_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'report_made: a report is never changed' USING ERRCODE = 'check_violation'; END $$;
-- +goose StatementEnd
CREATE TRIGGER report_made_kept BEFORE UPDATE ON report_made FOR EACH ROW EXECUTE FUNCTION report_made_kept();
