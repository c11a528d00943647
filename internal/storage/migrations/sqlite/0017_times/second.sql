-- The tables with times in the open go, and those that tell none take their names. References from other tables hold by name:
-- this runs with foreign keys off, and is looked through after it.

ALTER TABLE episode DROP COLUMN wait_minutes;
DROP TABLE booking_cell;
DROP TABLE appointment;
DROP TABLE slot;
DROP TABLE outgoing;
DROP TABLE buyer_entry;
ALTER TABLE appointment_new RENAME TO appointment;
ALTER TABLE booking_cell_new RENAME TO booking_cell;
ALTER TABLE slot_new RENAME TO slot;
ALTER TABLE outgoing_new RENAME TO outgoing;
ALTER TABLE buyer_entry_new RENAME TO buyer_entry;

CREATE INDEX appointment_episode ON appointment(episode_id);
-- These hold the boxes too: those of one list lie side by side.
CREATE INDEX appointment_booked ON appointment(worker_id, second_id, id, times) WHERE state = 'booked';
CREATE INDEX appointment_second ON appointment(second_id, worker_id, id, times) WHERE state = 'booked' AND second_id IS NOT NULL;
CREATE INDEX appointment_on_hold ON appointment(state) WHERE state = 'on-hold';
CREATE INDEX appointment_month ON appointment(month, id, worker_id, second_id, times) WHERE month IS NOT NULL;
CREATE INDEX booking_cell_appointment ON booking_cell(appointment_id);
CREATE INDEX slot_request ON slot(request_id);
CREATE INDEX slot_episode ON slot(episode_id);
CREATE INDEX buyer_entry_episode ON buyer_entry(episode_id);
CREATE INDEX outgoing_person ON outgoing(person_id);
CREATE INDEX outgoing_request ON outgoing(request_id);
CREATE INDEX outgoing_episode ON outgoing(episode_id);
CREATE INDEX outgoing_appointment ON outgoing(appointment_id);
CREATE INDEX outgoing_state ON outgoing(state);

-- A job that sends at an hour told the hour. What waits is looked at every minute instead.
DELETE FROM job WHERE kind = 'send-messages';

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

CREATE TRIGGER wall_slot_kept BEFORE UPDATE OF worker_id, second_id, request_id, episode_id ON slot
BEGIN SELECT RAISE(ABORT, 'wall: an offered time is withdrawn and offered anew, never changed'); END;

CREATE TRIGGER cell_of_worker BEFORE INSERT ON booking_cell
WHEN NOT EXISTS (SELECT 1 FROM appointment a WHERE a.id = NEW.appointment_id AND NEW.worker_id IN (a.worker_id, a.second_id))
BEGIN SELECT RAISE(ABORT, 'wall: a quarter is taken of the meeting''s own workers'); END;

CREATE TRIGGER cell_kept BEFORE UPDATE OF worker_id, appointment_id ON booking_cell
BEGIN SELECT RAISE(ABORT, 'wall: a quarter is given back and taken anew, never changed'); END;
