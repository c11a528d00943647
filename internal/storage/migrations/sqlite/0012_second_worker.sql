-- +goose Up
-- A meeting may have a second worker, whose quarters of an hour are taken too; it may wait for a new time ("on-hold"), and
-- then keeps its number and takes nobody's time; and it may say who of a family takes part. The table is built anew: SQLite
-- changes no CHECK.

DROP TRIGGER cell_of_worker; -- it reads the table

CREATE TABLE appointment_new (
  id TEXT PRIMARY KEY,
  episode_id TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  visit_limit INTEGER NOT NULL, -- never NULL: a foreign key with a NULL in it is not asked
  regime TEXT NOT NULL,
  visit_no INTEGER CHECK (visit_no > 0),
  state TEXT NOT NULL CHECK (state IN ('booked', 'on-hold', 'held', 'missed', 'cancelled')),
  counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
  cancelled_by TEXT NOT NULL DEFAULT '' CHECK (cancelled_by IN ('', 'client', 'worker')),
  worker_id TEXT REFERENCES account(id),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('office', 'home', 'agreed')),
  place_id TEXT REFERENCES place(id),
  place BLOB,
  day TEXT, clock TEXT, zone TEXT,
  minutes INTEGER CHECK (minutes BETWEEN 15 AND 480),
  starts TEXT, ends TEXT,
  day_part TEXT NOT NULL CHECK (day_part IN ('office-hours', 'evening', 'weekend')),
  sequence INTEGER NOT NULL DEFAULT 0,
  second_id TEXT REFERENCES account(id),
  participants TEXT NOT NULL DEFAULT '' CHECK (participants IN ('', 'client', 'couple', 'family', 'network')),
  FOREIGN KEY (episode_id, visit_limit) REFERENCES episode(id, visit_limit) ON DELETE CASCADE,
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  UNIQUE (episode_id, visit_no),
  CONSTRAINT visit_limit CHECK (visit_no IS NULL OR visit_limit = 0 OR visit_no <= visit_limit),
  CONSTRAINT numbered CHECK ((state IN ('booked', 'on-hold') OR counted = 1) = (visit_no IS NOT NULL)),
  CONSTRAINT has_times CHECK (state NOT IN ('booked', 'on-hold') OR (day IS NOT NULL AND clock IS NOT NULL AND zone IS NOT NULL
    AND minutes IS NOT NULL AND starts IS NOT NULL AND ends IS NOT NULL AND worker_id IS NOT NULL)),
  CONSTRAINT two_workers CHECK (second_id IS NULL OR (worker_id IS NOT NULL AND second_id <> worker_id)),
  CONSTRAINT nothing_kept CHECK (regime <> 'none' OR state IN ('booked', 'on-hold') OR (day IS NULL AND clock IS NULL AND starts IS NULL
    AND ends IS NULL AND worker_id IS NULL AND second_id IS NULL AND participants = '' AND place_id IS NULL AND place IS NULL)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %' AND
    length(clock) <= 64 AND clock NOT LIKE '% %' AND length(zone) <= 64 AND zone NOT LIKE '% %' AND
    length(starts) <= 64 AND starts NOT LIKE '% %' AND length(ends) <= 64 AND ends NOT LIKE '% %')
) STRICT;
INSERT INTO appointment_new (id, episode_id, visit_limit, regime, visit_no, state, counted, cancelled_by, worker_id, place_kind, place_id,
    place, day, clock, zone, minutes, starts, ends, day_part, sequence)
  SELECT id, episode_id, visit_limit, regime, visit_no, state, counted, cancelled_by, worker_id, place_kind, place_id,
    place, day, clock, zone, minutes, starts, ends, day_part, sequence FROM appointment;
DROP TABLE appointment;
ALTER TABLE appointment_new RENAME TO appointment;
CREATE INDEX appointment_episode ON appointment(episode_id);
CREATE INDEX appointment_worker ON appointment(worker_id, starts);
CREATE INDEX appointment_second ON appointment(second_id, starts) WHERE second_id IS NOT NULL;
CREATE INDEX appointment_starts ON appointment(starts);
CREATE INDEX appointment_state ON appointment(state, ends);

ALTER TABLE slot ADD COLUMN second_id TEXT REFERENCES account(id) CONSTRAINT two_workers CHECK (second_id <> worker_id);

-- The walls hold for both workers.

-- +goose StatementBegin
CREATE TRIGGER wall_appointment_insert AFTER INSERT ON appointment
WHEN NEW.worker_id IS NOT NULL AND NEW.state = 'booked' AND NEW.regime <> 'joint'
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN tie t ON (t.person_a = e.person_id OR t.person_b = e.person_id)
      JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = e.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id IN (NEW.worker_id, NEW.second_id)
    WHERE e.id = NEW.episode_id
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = h.account_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN apart p ON p.person_id = e.person_id
    WHERE e.id = NEW.episode_id AND p.account_id IN (NEW.worker_id, NEW.second_id));
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER wall_appointment_update AFTER UPDATE OF worker_id, second_id, state, episode_id ON appointment
WHEN NEW.worker_id IS NOT NULL AND NEW.state = 'booked' AND NEW.regime <> 'joint'
  AND (NEW.worker_id IS NOT OLD.worker_id OR NEW.second_id IS NOT OLD.second_id OR OLD.state <> 'booked' OR NEW.episode_id <> OLD.episode_id)
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN tie t ON (t.person_a = e.person_id OR t.person_b = e.person_id)
      JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = e.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id IN (NEW.worker_id, NEW.second_id)
    WHERE e.id = NEW.episode_id
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = h.account_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM episode e JOIN apart p ON p.person_id = e.person_id
    WHERE e.id = NEW.episode_id AND p.account_id IN (NEW.worker_id, NEW.second_id));
END;
-- +goose StatementEnd

DROP TRIGGER wall_slot_insert;
-- +goose StatementBegin
CREATE TRIGGER wall_slot_insert AFTER INSERT ON slot
BEGIN
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM (SELECT e.person_id FROM episode e WHERE e.id = NEW.episode_id AND e.regime <> 'joint'
        UNION ALL SELECT r.person_id FROM request r WHERE r.id = NEW.request_id) o
      JOIN tie t ON (t.person_a = o.person_id OR t.person_b = o.person_id)
      JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = o.person_id THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id IN (NEW.worker_id, NEW.second_id)
    WHERE NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = h.account_id AND x.state = 'approved'));
  SELECT RAISE(ABORT, 'wall') WHERE EXISTS (
    SELECT 1 FROM (SELECT e.person_id FROM episode e WHERE e.id = NEW.episode_id
        UNION ALL SELECT r.person_id FROM request r WHERE r.id = NEW.request_id) o
      JOIN apart p ON p.person_id = o.person_id WHERE p.account_id IN (NEW.worker_id, NEW.second_id));
END;
-- +goose StatementEnd

DROP TRIGGER wall_slot_kept;
-- +goose StatementBegin
CREATE TRIGGER wall_slot_kept BEFORE UPDATE OF worker_id, second_id, request_id, episode_id ON slot
BEGIN SELECT RAISE(ABORT, 'wall: an offered time is withdrawn and offered anew, never changed'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cell_of_worker BEFORE INSERT ON booking_cell
WHEN NOT EXISTS (SELECT 1 FROM appointment a WHERE a.id = NEW.appointment_id AND NEW.worker_id IN (a.worker_id, a.second_id))
BEGIN SELECT RAISE(ABORT, 'wall: a quarter is taken of the meeting''s own workers'); END;
-- +goose StatementEnd
