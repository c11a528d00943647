-- +goose Up
-- Volunteers may lead groups (R-190…R-205, decision 0070). One leads by a mark that is made where the rule of their task has said yes,
-- and by nothing else: the triggers refuse a leader or a substitute who is a volunteer and has none. Colleagues have no mark.
ALTER TABLE circle_leader ADD COLUMN cleared BLOB CHECK (length(cleared) = 32);
ALTER TABLE circle_meeting ADD COLUMN cleared BLOB CHECK (length(cleared) = 32);
ALTER TABLE circle_meeting ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved IN (0, 1));

-- Who was asked to lead a group (no is 0) or one of its meetings, and has not answered. Whoever says no has no row: nothing tells
-- that they were asked (R-235, R-238).
CREATE TABLE circle_asked (
  circle_id TEXT NOT NULL REFERENCES circle(id) ON DELETE CASCADE,
  no INTEGER NOT NULL CHECK (no BETWEEN 0 AND 100),
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  PRIMARY KEY (circle_id, no, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX circle_asked_account ON circle_asked(account_id);

CREATE TRIGGER circle_leader_cleared BEFORE INSERT ON circle_leader
WHEN NEW.cleared IS NULL AND EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.account_id AND s.role = 'volunteer')
  AND NOT EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.account_id AND s.role <> 'volunteer')
BEGIN SELECT RAISE(ABORT, 'circle: a volunteer leads by their task''s rule alone'); END;

CREATE TRIGGER circle_leader_cleared_still BEFORE UPDATE OF account_id, cleared ON circle_leader
WHEN NEW.cleared IS NULL AND EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.account_id AND s.role = 'volunteer')
  AND NOT EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.account_id AND s.role <> 'volunteer')
BEGIN SELECT RAISE(ABORT, 'circle: a volunteer leads by their task''s rule alone'); END;

CREATE TRIGGER circle_substitute_cleared BEFORE INSERT ON circle_meeting
WHEN NEW.cleared IS NULL AND EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.substitute_id AND s.role = 'volunteer')
  AND NOT EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.substitute_id AND s.role <> 'volunteer')
BEGIN SELECT RAISE(ABORT, 'circle: a volunteer leads by their task''s rule alone'); END;

CREATE TRIGGER circle_substitute_cleared_still BEFORE UPDATE OF substitute_id, cleared ON circle_meeting
WHEN NEW.cleared IS NULL AND EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.substitute_id AND s.role = 'volunteer')
  AND NOT EXISTS (SELECT 1 FROM membership s WHERE s.account_id = NEW.substitute_id AND s.role <> 'volunteer')
BEGIN SELECT RAISE(ABORT, 'circle: a volunteer leads by their task''s rule alone'); END;
