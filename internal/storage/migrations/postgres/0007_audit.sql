-- +goose Up
-- Seeing an episode that is not one's own when it cannot wait (decision 0046). The grant itself is a row of access_grant
-- with an end, so that a wall refuses it there; this row tells who, on what ground, and who has seen that it was done:
-- two others, never the one who did it.
CREATE TABLE emergency (
  id TEXT COLLATE "C" PRIMARY KEY,
  episode_id TEXT COLLATE "C" NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  unit_id TEXT COLLATE "C" NOT NULL REFERENCES unit(id),
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id),
  ground TEXT COLLATE "C" NOT NULL CHECK (ground IN ('absent', 'danger', 'reached')),
  day TEXT COLLATE "C" NOT NULL,
  until TEXT COLLATE "C" NOT NULL,
  first_by TEXT COLLATE "C" REFERENCES account(id),
  second_by TEXT COLLATE "C" REFERENCES account(id),
  CONSTRAINT two_others CHECK (first_by <> account_id AND second_by <> account_id AND second_by <> first_by),
  CHECK (second_by IS NULL OR first_by IS NOT NULL),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %' AND
    length(until) <= 64 AND until NOT LIKE '% %')
);
CREATE INDEX emergency_episode ON emergency(episode_id, account_id);
CREATE INDEX emergency_unseen ON emergency(unit_id) WHERE second_by IS NULL;

-- Who saw and changed what is chained (decision 0045): each entry's link is a keyed hash of the link before it and of the
-- entry. Entries from before this have number 0 and no link.
ALTER TABLE audit ADD COLUMN seq BIGINT NOT NULL DEFAULT 0 CHECK (seq >= 0);
ALTER TABLE audit ADD COLUMN link BYTEA NOT NULL DEFAULT '';
CREATE UNIQUE INDEX audit_chain ON audit(object_id, seq) WHERE seq > 0;
CREATE INDEX audit_day_account ON audit(day, account_id);

-- How many entries a day that is over has, under a seal of its own. Entries that die with their object are taken off.
CREATE TABLE audit_day (
  day TEXT COLLATE "C" PRIMARY KEY,
  entries BIGINT NOT NULL CHECK (entries >= 0),
  seal BYTEA NOT NULL,
  CONSTRAINT no_text CHECK (length(day) <= 64 AND day NOT LIKE '% %')
);

-- An entry is never changed, and goes only after its object has gone.
-- +goose StatementBegin
CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit: an entry is never changed' USING ERRCODE = 'check_violation'; END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_kept BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept();

-- +goose StatementBegin
CREATE FUNCTION audit_dies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM episode WHERE id = OLD.object_id) OR EXISTS (SELECT 1 FROM request WHERE id = OLD.object_id)
    OR EXISTS (SELECT 1 FROM conversation WHERE id = OLD.object_id) OR EXISTS (SELECT 1 FROM account WHERE id = OLD.object_id)
    OR EXISTS (SELECT 1 FROM unit WHERE id = OLD.object_id) THEN
    RAISE EXCEPTION 'audit: an entry dies with its object and not before' USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_dies BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_dies();
