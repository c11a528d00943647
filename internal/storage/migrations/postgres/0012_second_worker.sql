-- +goose Up
-- A meeting may have a second worker, whose quarters of an hour are taken too; it may wait for a new time ("on-hold"), and
-- then keeps its number and takes nobody's time; and it may say who of a family takes part.

ALTER TABLE appointment
  ADD COLUMN second_id TEXT COLLATE "C" REFERENCES account(id),
  ADD COLUMN participants TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (participants IN ('', 'client', 'couple', 'family', 'network')),
  DROP CONSTRAINT appointment_state_check,
  DROP CONSTRAINT appointment_check,
  DROP CONSTRAINT appointment_check1,
  DROP CONSTRAINT appointment_check2,
  ADD CONSTRAINT appointment_state_check CHECK (state IN ('booked', 'on-hold', 'held', 'missed', 'cancelled')),
  ADD CONSTRAINT numbered CHECK ((state IN ('booked', 'on-hold') OR counted = 1) = (visit_no IS NOT NULL)),
  ADD CONSTRAINT has_times CHECK (state NOT IN ('booked', 'on-hold') OR (day IS NOT NULL AND clock IS NOT NULL AND zone IS NOT NULL
    AND minutes IS NOT NULL AND starts IS NOT NULL AND ends IS NOT NULL AND worker_id IS NOT NULL)),
  ADD CONSTRAINT two_workers CHECK (second_id IS NULL OR (worker_id IS NOT NULL AND second_id <> worker_id)),
  ADD CONSTRAINT nothing_kept CHECK (regime <> 'none' OR state IN ('booked', 'on-hold') OR (day IS NULL AND clock IS NULL AND starts IS NULL
    AND ends IS NULL AND worker_id IS NULL AND second_id IS NULL AND participants = '' AND place_id IS NULL AND place IS NULL));
CREATE INDEX appointment_second ON appointment(second_id, starts) WHERE second_id IS NOT NULL;

ALTER TABLE slot ADD COLUMN second_id TEXT COLLATE "C" REFERENCES account(id),
  ADD CONSTRAINT two_workers CHECK (second_id <> worker_id);

-- The walls hold for both workers.

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wall_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.worker_id IS NULL OR NEW.state <> 'booked' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.worker_id IS NOT DISTINCT FROM OLD.worker_id AND NEW.second_id IS NOT DISTINCT FROM OLD.second_id
      AND OLD.state = 'booked' AND NEW.episode_id = OLD.episode_id THEN RETURN NULL; END IF;
  END IF;
  IF wall_stands(NEW.worker_id, wall_person('episode', NEW.episode_id))
    OR wall_stands(NEW.second_id, wall_person('episode', NEW.episode_id)) THEN PERFORM wall_refuse('wall'); END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
DROP TRIGGER wall_appointment ON appointment;
CREATE TRIGGER wall_appointment AFTER INSERT OR UPDATE OF worker_id, second_id, state, episode_id ON appointment
  FOR EACH ROW EXECUTE FUNCTION wall_appointment();

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wall_slot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose TEXT := coalesce(wall_person('episode', NEW.episode_id), wall_person('request', NEW.request_id));
BEGIN
  IF wall_stands(NEW.worker_id, whose) OR wall_stands(NEW.second_id, whose) THEN PERFORM wall_refuse('wall'); END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
DROP TRIGGER wall_slot_kept ON slot;
CREATE TRIGGER wall_slot_kept BEFORE UPDATE OF worker_id, second_id, request_id, episode_id ON slot FOR EACH ROW EXECUTE FUNCTION wall_kept();

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION cell_of_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM appointment a WHERE a.id = NEW.appointment_id AND NEW.worker_id IN (a.worker_id, a.second_id)) THEN
    PERFORM wall_refuse('wall_cell');
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
