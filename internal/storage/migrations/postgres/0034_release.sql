-- +goose Up
-- What has left the house in figures (D-217.4, decision 0068): a memory for each form and each kind of heads, sealed with the house's key, for it holds
-- sums. How often something has left is in the open, so that a restored house can tell whether it knows of all. The row '*' stands for
-- every subject that has no row of its own.
CREATE TABLE release_memory (
  subject TEXT COLLATE "C" PRIMARY KEY,
  round BIGINT NOT NULL CHECK (round >= 0),
  held TEXT COLLATE "C" NOT NULL CHECK (held = '' OR length(held) = 7),
  box BYTEA,
  CHECK ((subject = '*') = (box IS NULL)),
  CHECK ((subject = '*') = (round = 0)),
  CONSTRAINT no_text CHECK (length(subject) <= 160 AND subject NOT LIKE '% %')
);

-- A memory never forgets: it grows by one round at a time, and months that are held stay so.
-- +goose StatementBegin
CREATE FUNCTION release_memory_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.round < OLD.round OR NEW.round > OLD.round + 1 OR NEW.held < OLD.held OR NEW.subject <> OLD.subject THEN
    RAISE EXCEPTION 'release_memory forgets' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER release_memory_grows BEFORE UPDATE ON release_memory FOR EACH ROW EXECUTE FUNCTION release_memory_grows();
