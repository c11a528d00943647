-- +goose Up
-- Parties of the same violence are walled (design 4.3): nobody holds grants on both, whatever the code above does. The
-- triggers at the end refuse the row that would break it. They read few rows: where a person has no tie and nobody
-- keeps away from them, a grant costs three look-ups in indexes that are nearly empty.

-- That two persons are parties. The smaller id stands first, so that a pair is kept once.
CREATE TABLE tie (
  id TEXT PRIMARY KEY,
  person_a TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  person_b TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  source TEXT NOT NULL CHECK (source IN ('worker', 'couple', 'mark')),
  UNIQUE (person_a, person_b),
  CHECK (person_a < person_b),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(person_a) <= 64 AND person_a NOT LIKE '% %'
    AND length(person_b) <= 64 AND person_b NOT LIKE '% %')
) STRICT;
CREATE INDEX tie_b ON tie(person_b);

-- Fingerprints by which the program notices that the other party comes; never the number, address or name itself.
CREATE TABLE party_mark (
  person_id TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  mark BLOB NOT NULL,
  whose TEXT NOT NULL CHECK (whose IN ('contact', 'own', 'other')),
  PRIMARY KEY (person_id, mark, whose),
  CONSTRAINT no_text CHECK (length(person_id) <= 64 AND person_id NOT LIKE '% %')
) STRICT;
CREATE INDEX party_mark_mark ON party_mark(mark, whose, person_id);

-- One account may serve both parties until a day, when somebody else has approved it.
CREATE TABLE wall_exception (
  id TEXT PRIMARY KEY,
  tie_id TEXT NOT NULL REFERENCES tie(id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  stays_with TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'declined', 'ended')),
  asked_by TEXT NOT NULL REFERENCES account(id),
  approved_by TEXT REFERENCES account(id),
  month TEXT NOT NULL,
  last_day TEXT NOT NULL,
  CONSTRAINT second_person CHECK (approved_by <> asked_by AND approved_by <> account_id),
  CHECK (state <> 'approved' OR approved_by IS NOT NULL),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(month) <= 64 AND month NOT LIKE '% %'
    AND length(last_day) <= 64 AND last_day NOT LIKE '% %')
) STRICT;
CREATE UNIQUE INDEX wall_exception_one ON wall_exception(tie_id, account_id) WHERE state IN ('asked', 'approved');
CREATE INDEX wall_exception_month ON wall_exception(month);
CREATE INDEX wall_exception_stays ON wall_exception(stays_with);

-- Who are kept apart without a reason: an account and a person, or two persons.
CREATE TABLE apart (
  id TEXT PRIMARY KEY,
  account_id TEXT REFERENCES account(id) ON DELETE CASCADE,
  other_id TEXT REFERENCES person(id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  UNIQUE (person_id, account_id),
  UNIQUE (person_id, other_id),
  CHECK ((account_id IS NULL) <> (other_id IS NULL)),
  CHECK (other_id < person_id),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT;
CREATE INDEX apart_account ON apart(account_id);
CREATE INDEX apart_other ON apart(other_id);

-- Whose object a grant opens. NULL for a conversation, which is nobody's yet, and for a couple's joint process, which
-- belongs to both parties and so is no conflict to its pair of workers.
ALTER TABLE access_grant ADD COLUMN person_id TEXT
  CONSTRAINT no_text_person CHECK (length(person_id) <= 64 AND person_id NOT LIKE '% %');
UPDATE access_grant SET person_id = (SELECT r.person_id FROM request r WHERE r.id = object_id) WHERE kind = 'request';
UPDATE access_grant SET person_id = (SELECT e.person_id FROM episode e WHERE e.id = object_id AND e.regime <> 'joint')
  WHERE kind = 'episode';
CREATE INDEX access_grant_person ON access_grant(person_id, holder);

-- A keeper may see that there is a wall. Somebody has to begin: the first coordinator.
CREATE TABLE membership_new (
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  role TEXT NOT NULL CHECK (role IN ('worker', 'coordinator', 'keeper', 'editor', 'operator')),
  PRIMARY KEY (account_id, unit_id, role)
) STRICT;
INSERT INTO membership_new SELECT account_id, unit_id, role FROM membership;
DROP TABLE membership;
ALTER TABLE membership_new RENAME TO membership;
INSERT INTO membership (account_id, unit_id, role)
  SELECT m.account_id, m.unit_id, 'keeper' FROM membership m JOIN account a ON a.id = m.account_id
  WHERE m.role = 'coordinator' AND a.state <> 'closed' ORDER BY a.created, a.id, m.unit_id LIMIT 1;

-- Grants ----------------------------------------------------------------------------------------------------

-- +goose StatementBegin
CREATE TRIGGER grant_person_insert BEFORE INSERT ON access_grant
WHEN NEW.person_id IS NOT (CASE NEW.kind
  WHEN 'request' THEN (SELECT r.person_id FROM request r WHERE r.id = NEW.object_id)
  WHEN 'episode' THEN (SELECT e.person_id FROM episode e WHERE e.id = NEW.object_id AND e.regime <> 'joint') END)
BEGIN SELECT RAISE(ABORT, 'wall_person: a grant names the person whose object it opens'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER grant_person_update BEFORE UPDATE OF person_id, kind, object_id ON access_grant
WHEN NEW.person_id IS NOT (CASE NEW.kind
  WHEN 'request' THEN (SELECT r.person_id FROM request r WHERE r.id = NEW.object_id)
  WHEN 'episode' THEN (SELECT e.person_id FROM episode e WHERE e.id = NEW.object_id AND e.regime <> 'joint') END)
BEGIN SELECT RAISE(ABORT, 'wall_person: a grant names the person whose object it opens'); END;
-- +goose StatementEnd

-- A grant that came before its object learns whose it is, and is asked anew.
-- +goose StatementBegin
CREATE TRIGGER grant_of_request AFTER INSERT ON request
WHEN EXISTS (SELECT 1 FROM access_grant g WHERE g.object_id = NEW.id)
BEGIN UPDATE access_grant SET person_id = NEW.person_id WHERE object_id = NEW.id AND kind = 'request'; END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER grant_of_request_moved AFTER UPDATE OF person_id ON request WHEN NEW.person_id <> OLD.person_id
BEGIN UPDATE access_grant SET person_id = NEW.person_id WHERE object_id = NEW.id AND kind = 'request'; END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER grant_of_episode AFTER INSERT ON episode
WHEN EXISTS (SELECT 1 FROM access_grant g WHERE g.object_id = NEW.id)
BEGIN
  UPDATE access_grant SET person_id = CASE WHEN NEW.regime <> 'joint' THEN NEW.person_id END
    WHERE object_id = NEW.id AND kind = 'episode';
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER grant_of_episode_moved AFTER UPDATE OF person_id, regime ON episode
WHEN NEW.person_id <> OLD.person_id OR NEW.regime <> OLD.regime
BEGIN
  UPDATE access_grant SET person_id = CASE WHEN NEW.regime <> 'joint' THEN NEW.person_id END
    WHERE object_id = NEW.id AND kind = 'episode';
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_grant_insert AFTER INSERT ON access_grant
WHEN EXISTS (SELECT 1 FROM tie t WHERE t.person_a = NEW.person_id) OR EXISTS (SELECT 1 FROM tie t WHERE t.person_b = NEW.person_id)
  OR EXISTS (SELECT 1 FROM apart p WHERE p.person_id = NEW.person_id AND p.account_id IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM tie t JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = NEW.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder JOIN holding mine ON mine.account_id = h.account_id AND mine.holder = NEW.holder
    WHERE (t.person_a = NEW.person_id OR t.person_b = NEW.person_id)
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = mine.account_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM apart p JOIN holding h ON h.account_id = p.account_id WHERE p.person_id = NEW.person_id AND h.holder = NEW.holder);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_grant_update AFTER UPDATE OF holder, person_id, kind, object_id ON access_grant
WHEN EXISTS (SELECT 1 FROM tie t WHERE t.person_a = NEW.person_id) OR EXISTS (SELECT 1 FROM tie t WHERE t.person_b = NEW.person_id)
  OR EXISTS (SELECT 1 FROM apart p WHERE p.person_id = NEW.person_id AND p.account_id IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM tie t JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = NEW.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder JOIN holding mine ON mine.account_id = h.account_id AND mine.holder = NEW.holder
    WHERE (t.person_a = NEW.person_id OR t.person_b = NEW.person_id)
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = mine.account_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM apart p JOIN holding h ON h.account_id = p.account_id WHERE p.person_id = NEW.person_id AND h.holder = NEW.holder);
END;
-- +goose StatementEnd

-- Whoever begins to speak for a desk ------------------------------------------------------------------------

-- +goose StatementBegin
CREATE TRIGGER wall_holding AFTER INSERT ON holding
WHEN EXISTS (SELECT 1 FROM tie) OR EXISTS (SELECT 1 FROM apart p WHERE p.account_id = NEW.account_id)
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM tie t
    WHERE EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = t.person_a AND h.account_id = NEW.account_id)
      AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = t.person_b AND h.account_id = NEW.account_id)
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = NEW.account_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM apart p JOIN access_grant g ON g.person_id = p.person_id WHERE p.account_id = NEW.account_id AND g.holder = NEW.holder);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_holding_kept BEFORE UPDATE ON holding
BEGIN SELECT RAISE(ABORT, 'wall: what an account speaks for is dropped and put, never changed'); END;
-- +goose StatementEnd

-- Ties, exceptions, who keeps away --------------------------------------------------------------------------

-- +goose StatementBegin
CREATE TRIGGER wall_tie AFTER INSERT ON tie
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM access_grant a JOIN holding ha ON ha.holder = a.holder JOIN holding hb ON hb.account_id = ha.account_id
      JOIN access_grant b ON b.holder = hb.holder AND b.person_id = NEW.person_b WHERE a.person_id = NEW.person_a);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_tie_kept BEFORE UPDATE OF id, person_a, person_b ON tie
BEGIN SELECT RAISE(ABORT, 'wall: a tie is made and undone, never changed'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_exception_over AFTER UPDATE ON wall_exception
WHEN OLD.state = 'approved' AND (NEW.state <> 'approved' OR NEW.account_id <> OLD.account_id OR NEW.tie_id <> OLD.tie_id)
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM tie t
    WHERE t.id = OLD.tie_id
      AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = t.person_a AND h.account_id = OLD.account_id)
      AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = t.person_b AND h.account_id = OLD.account_id));
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_exception_gone AFTER DELETE ON wall_exception WHEN OLD.state = 'approved'
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM tie t
    WHERE t.id = OLD.tie_id
      AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = t.person_a AND h.account_id = OLD.account_id)
      AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = t.person_b AND h.account_id = OLD.account_id));
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_apart AFTER INSERT ON apart WHEN NEW.account_id IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = NEW.person_id AND h.account_id = NEW.account_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_apart_kept BEFORE UPDATE ON apart
BEGIN SELECT RAISE(ABORT, 'wall: who are apart is put and dropped, never changed'); END;
-- +goose StatementEnd

-- The worker of an episode, an offered time and a booked meeting --------------------------------------------

-- +goose StatementBegin
CREATE TRIGGER wall_episode_insert AFTER INSERT ON episode
WHEN NEW.worker_id IS NOT NULL AND NEW.regime <> 'joint'
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM tie t JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = NEW.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id = NEW.worker_id
    WHERE (t.person_a = NEW.person_id OR t.person_b = NEW.person_id)
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = NEW.worker_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (SELECT 1 FROM apart p WHERE p.person_id = NEW.person_id AND p.account_id = NEW.worker_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_episode_update AFTER UPDATE OF worker_id, person_id, regime ON episode
WHEN NEW.worker_id IS NOT NULL AND NEW.regime <> 'joint'
  AND (NEW.worker_id IS NOT OLD.worker_id OR NEW.person_id <> OLD.person_id OR NEW.regime <> OLD.regime)
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM tie t JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = NEW.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id = NEW.worker_id
    WHERE (t.person_a = NEW.person_id OR t.person_b = NEW.person_id)
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = NEW.worker_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (SELECT 1 FROM apart p WHERE p.person_id = NEW.person_id AND p.account_id = NEW.worker_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_appointment_insert AFTER INSERT ON appointment
WHEN NEW.worker_id IS NOT NULL AND NEW.state = 'booked' AND NEW.regime <> 'joint'
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN tie t ON (t.person_a = e.person_id OR t.person_b = e.person_id)
      JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = e.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id = NEW.worker_id
    WHERE e.id = NEW.episode_id
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = NEW.worker_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN apart p ON p.person_id = e.person_id WHERE e.id = NEW.episode_id AND p.account_id = NEW.worker_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_appointment_update AFTER UPDATE OF worker_id, state, episode_id ON appointment
WHEN NEW.worker_id IS NOT NULL AND NEW.state = 'booked' AND NEW.regime <> 'joint'
  AND (NEW.worker_id IS NOT OLD.worker_id OR OLD.state <> 'booked' OR NEW.episode_id <> OLD.episode_id)
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN tie t ON (t.person_a = e.person_id OR t.person_b = e.person_id)
      JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = e.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id = NEW.worker_id
    WHERE e.id = NEW.episode_id
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = NEW.worker_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN apart p ON p.person_id = e.person_id WHERE e.id = NEW.episode_id AND p.account_id = NEW.worker_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_slot_insert AFTER INSERT ON slot
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM (SELECT e.person_id FROM episode e WHERE e.id = NEW.episode_id AND e.regime <> 'joint'
        UNION ALL SELECT r.person_id FROM request r WHERE r.id = NEW.request_id) o
      JOIN tie t ON (t.person_a = o.person_id OR t.person_b = o.person_id)
      JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = o.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id = NEW.worker_id
    WHERE NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = NEW.worker_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM (SELECT e.person_id FROM episode e WHERE e.id = NEW.episode_id
        UNION ALL SELECT r.person_id FROM request r WHERE r.id = NEW.request_id) o
      JOIN apart p ON p.person_id = o.person_id WHERE p.account_id = NEW.worker_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_slot_kept BEFORE UPDATE OF worker_id, request_id, episode_id ON slot
BEGIN SELECT RAISE(ABORT, 'wall: an offered time is withdrawn and offered anew, never changed'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cell_of_worker BEFORE INSERT ON booking_cell
WHEN NEW.worker_id IS NOT (SELECT a.worker_id FROM appointment a WHERE a.id = NEW.appointment_id)
BEGIN SELECT RAISE(ABORT, 'wall: a quarter is taken of the meeting''s own worker'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cell_kept BEFORE UPDATE OF worker_id, appointment_id ON booking_cell
BEGIN SELECT RAISE(ABORT, 'wall: a quarter is given back and taken anew, never changed'); END;
-- +goose StatementEnd
