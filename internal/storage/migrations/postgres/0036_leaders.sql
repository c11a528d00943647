-- +goose Up
-- Volunteers may lead groups (R-190…R-205, decision 0070). One leads by a mark that is made where the rule of their task has said yes,
-- and by nothing else: the triggers refuse a leader or a substitute who is a volunteer and has none. Colleagues have no mark.
ALTER TABLE circle_leader ADD COLUMN cleared BYTEA CHECK (length(cleared) = 32);
ALTER TABLE circle_meeting ADD COLUMN cleared BYTEA CHECK (length(cleared) = 32);
ALTER TABLE circle_meeting ADD COLUMN moved BIGINT NOT NULL DEFAULT 0 CHECK (moved IN (0, 1));

-- Who was asked to lead a group (no is 0) or one of its meetings, and has not answered. Whoever says no has no row: nothing tells
-- that they were asked (R-235, R-238).
CREATE TABLE circle_asked (
  circle_id TEXT COLLATE "C" NOT NULL REFERENCES circle(id) ON DELETE CASCADE,
  no BIGINT NOT NULL CHECK (no BETWEEN 0 AND 100),
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  PRIMARY KEY (circle_id, no, account_id)
);
CREATE INDEX circle_asked_account ON circle_asked(account_id);

-- +goose StatementBegin
CREATE FUNCTION circle_cleared(who TEXT, mark BYTEA) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF mark IS NULL AND EXISTS (SELECT 1 FROM membership s WHERE s.account_id = who AND s.role = 'volunteer')
    AND NOT EXISTS (SELECT 1 FROM membership s WHERE s.account_id = who AND s.role <> 'volunteer') THEN
    RAISE EXCEPTION 'circle: a volunteer leads by their task''s rule alone' USING ERRCODE = 'check_violation', CONSTRAINT = 'circle_cleared';
  END IF;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION circle_leader_cleared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM circle_cleared(NEW.account_id, NEW.cleared);
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER circle_leader_cleared BEFORE INSERT OR UPDATE OF account_id, cleared ON circle_leader FOR EACH ROW EXECUTE FUNCTION circle_leader_cleared();

-- +goose StatementBegin
CREATE FUNCTION circle_substitute_cleared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM circle_cleared(NEW.substitute_id, NEW.cleared);
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER circle_substitute_cleared BEFORE INSERT OR UPDATE OF substitute_id, cleared ON circle_meeting FOR EACH ROW EXECUTE FUNCTION circle_substitute_cleared();
