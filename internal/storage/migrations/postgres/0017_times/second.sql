-- The columns with times in the open go, with the indexes and checks on them.

ALTER TABLE appointment DROP COLUMN place_id, DROP COLUMN day, DROP COLUMN clock, DROP COLUMN zone, DROP COLUMN minutes,
  DROP COLUMN starts, DROP COLUMN ends;
ALTER TABLE appointment
  ADD CONSTRAINT has_times CHECK (state NOT IN ('booked', 'on-hold') OR (times IS NOT NULL AND worker_id IS NOT NULL)),
  ADD CONSTRAINT tells_nothing CHECK ((state IN ('booked', 'on-hold')) = (place_kind = '') AND (place_kind = '') = (day_part = '')
    AND (month IS NULL) = (times IS NULL OR state IN ('booked', 'on-hold'))),
  ADD CONSTRAINT nothing_kept CHECK (regime <> 'none' OR state IN ('booked', 'on-hold') OR (times IS NULL AND month IS NULL
    AND worker_id IS NULL AND second_id IS NULL AND participants = '' AND place IS NULL)),
  ADD CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %');
ALTER TABLE slot DROP COLUMN place_kind, DROP COLUMN place_id, DROP COLUMN day, DROP COLUMN clock, DROP COLUMN zone, DROP COLUMN minutes,
  DROP COLUMN starts;
ALTER TABLE slot ALTER COLUMN times SET NOT NULL, ALTER COLUMN mark SET NOT NULL, ADD UNIQUE (mark),
  ADD CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %');
ALTER TABLE outgoing DROP COLUMN run_at, DROP COLUMN until, DROP COLUMN day;
ALTER TABLE outgoing ALTER COLUMN times SET NOT NULL, ADD CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %');
ALTER TABLE episode DROP COLUMN wait_minutes;
ALTER TABLE buyer_entry DROP COLUMN day;
ALTER TABLE buyer_entry ALTER COLUMN times SET NOT NULL, ADD CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %' AND
  length(episode_id) <= 64 AND episode_id NOT LIKE '% %');

CREATE INDEX appointment_booked ON appointment(worker_id) WHERE state = 'booked';
CREATE INDEX appointment_second ON appointment(second_id) WHERE state = 'booked' AND second_id IS NOT NULL;
CREATE INDEX appointment_on_hold ON appointment(state) WHERE state = 'on-hold';
CREATE INDEX appointment_month ON appointment(month) WHERE month IS NOT NULL;
CREATE INDEX slot_request ON slot(request_id);
CREATE INDEX slot_episode ON slot(episode_id);
CREATE INDEX outgoing_state ON outgoing(state);

-- A job that sends at an hour told the hour. What waits is looked at every minute instead.
DELETE FROM job WHERE kind = 'send-messages';

-- Written anew, so that no page of the former tables' files holds a time: a file that is replaced is removed.
ALTER TABLE appointment ALTER COLUMN sequence TYPE BIGINT USING sequence + 0;
ALTER TABLE slot ALTER COLUMN mark TYPE BYTEA USING mark || ''::bytea;
ALTER TABLE outgoing ALTER COLUMN attempt TYPE BIGINT USING attempt + 0;
ALTER TABLE buyer_entry ALTER COLUMN times TYPE BYTEA USING times || ''::bytea;
ALTER TABLE episode ALTER COLUMN wait TYPE BYTEA USING wait || ''::bytea;
ALTER TABLE job ALTER COLUMN attempt TYPE BIGINT USING attempt + 0;

CREATE TRIGGER cell_of_worker BEFORE INSERT ON booking_cell FOR EACH ROW EXECUTE FUNCTION cell_of_worker();
CREATE TRIGGER cell_kept BEFORE UPDATE OF worker_id, appointment_id ON booking_cell FOR EACH ROW EXECUTE FUNCTION wall_kept();
