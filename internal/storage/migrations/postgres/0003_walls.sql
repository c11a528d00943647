-- +goose Up
-- Parties of the same violence are walled (design 4.3): nobody holds grants on both, whatever the code above does. The
-- triggers at the end refuse the row that would break it. They read few rows: where a person has no tie and nobody
-- keeps away from them, a grant costs three look-ups in indexes that are nearly empty.

-- That two persons are parties. The smaller id stands first, so that a pair is kept once.
CREATE TABLE tie (
  id TEXT COLLATE "C" PRIMARY KEY,
  person_a TEXT COLLATE "C" NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  person_b TEXT COLLATE "C" NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  source TEXT COLLATE "C" NOT NULL CHECK (source IN ('worker', 'couple', 'mark')),
  UNIQUE (person_a, person_b),
  CHECK (person_a < person_b),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(person_a) <= 64 AND person_a NOT LIKE '% %'
    AND length(person_b) <= 64 AND person_b NOT LIKE '% %')
);
CREATE INDEX tie_b ON tie(person_b);

-- Fingerprints by which the program notices that the other party comes; never the number, address or name itself.
CREATE TABLE party_mark (
  person_id TEXT COLLATE "C" NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  mark BYTEA NOT NULL,
  whose TEXT COLLATE "C" NOT NULL CHECK (whose IN ('contact', 'own', 'other')),
  PRIMARY KEY (person_id, mark, whose),
  CONSTRAINT no_text CHECK (length(person_id) <= 64 AND person_id NOT LIKE '% %')
);
CREATE INDEX party_mark_mark ON party_mark(mark, whose, person_id);

-- One account may serve both parties until a day, when somebody else has approved it.
CREATE TABLE wall_exception (
  id TEXT COLLATE "C" PRIMARY KEY,
  tie_id TEXT COLLATE "C" NOT NULL REFERENCES tie(id) ON DELETE CASCADE,
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  stays_with TEXT COLLATE "C" NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked', 'approved', 'declined', 'ended')),
  asked_by TEXT COLLATE "C" NOT NULL REFERENCES account(id),
  approved_by TEXT COLLATE "C" REFERENCES account(id),
  month TEXT COLLATE "C" NOT NULL,
  last_day TEXT COLLATE "C" NOT NULL,
  CONSTRAINT second_person CHECK (approved_by <> asked_by AND approved_by <> account_id),
  CHECK (state <> 'approved' OR approved_by IS NOT NULL),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(month) <= 64 AND month NOT LIKE '% %'
    AND length(last_day) <= 64 AND last_day NOT LIKE '% %')
);
CREATE UNIQUE INDEX wall_exception_one ON wall_exception(tie_id, account_id) WHERE state IN ('asked', 'approved');
CREATE INDEX wall_exception_month ON wall_exception(month);
CREATE INDEX wall_exception_stays ON wall_exception(stays_with);

-- Who are kept apart without a reason: an account and a person, or two persons.
CREATE TABLE apart (
  id TEXT COLLATE "C" PRIMARY KEY,
  account_id TEXT COLLATE "C" REFERENCES account(id) ON DELETE CASCADE,
  other_id TEXT COLLATE "C" REFERENCES person(id) ON DELETE CASCADE,
  person_id TEXT COLLATE "C" NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  UNIQUE (person_id, account_id),
  UNIQUE (person_id, other_id),
  CHECK ((account_id IS NULL) <> (other_id IS NULL)),
  CHECK (other_id < person_id),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
);
CREATE INDEX apart_account ON apart(account_id);
CREATE INDEX apart_other ON apart(other_id);

-- Whose object a grant opens. NULL for a conversation, which is nobody's yet, and for a couple's joint process, which
-- belongs to both parties and so is no conflict to its pair of workers.
ALTER TABLE access_grant ADD COLUMN person_id TEXT COLLATE "C"
  CONSTRAINT no_text_person CHECK (length(person_id) <= 64 AND person_id NOT LIKE '% %');
UPDATE access_grant SET person_id = (SELECT r.person_id FROM request r WHERE r.id = access_grant.object_id) WHERE kind = 'request';
UPDATE access_grant SET person_id = (SELECT e.person_id FROM episode e WHERE e.id = access_grant.object_id AND e.regime <> 'joint')
  WHERE kind = 'episode';
CREATE INDEX access_grant_person ON access_grant(person_id, holder);

-- A keeper may see that there is a wall. Somebody has to begin: the first coordinator.
ALTER TABLE membership DROP CONSTRAINT membership_role_check;
ALTER TABLE membership ADD CONSTRAINT membership_role_check CHECK (role IN ('worker', 'coordinator', 'keeper', 'editor', 'operator'));
INSERT INTO membership (account_id, unit_id, role)
  SELECT m.account_id, m.unit_id, 'keeper' FROM membership m JOIN account a ON a.id = m.account_id
  WHERE m.role = 'coordinator' AND a.state <> 'closed' ORDER BY a.created, a.id, m.unit_id LIMIT 1;

-- What the triggers ask ---------------------------------------------------------------------------------------
-- They read under the caller's isolation. Every update of ours is serializable, so that of two who write at once the
-- second sees the first or runs again.

-- +goose StatementBegin
CREATE FUNCTION wall_refuse(why TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'refused by a wall' USING ERRCODE = '23514', CONSTRAINT = why; END $$;
-- +goose StatementEnd

-- Whether the account speaks for a grant on an object of the person.
-- +goose StatementBegin
CREATE FUNCTION wall_sees(account TEXT, person TEXT) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder WHERE g.person_id = person AND h.account_id = account)
$$;
-- +goose StatementEnd

-- Whether the account is kept from the person: by a tie to somebody it sees, without an approved exception, or because
-- the two are apart.
-- +goose StatementBegin
CREATE FUNCTION wall_stands(account TEXT, person TEXT) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM tie t JOIN access_grant g ON g.person_id = CASE WHEN t.person_a = person THEN t.person_b ELSE t.person_a END
      JOIN holding h ON h.holder = g.holder AND h.account_id = account
    WHERE (t.person_a = person OR t.person_b = person)
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = account AND x.state = 'approved'))
  OR EXISTS (SELECT 1 FROM apart p WHERE p.person_id = person AND p.account_id = account)
$$;
-- +goose StatementEnd

-- Whose the object of a grant is; NULL for what is not one person's.
-- +goose StatementBegin
CREATE FUNCTION wall_person(kind TEXT, object TEXT) RETURNS TEXT LANGUAGE plpgsql STABLE AS $$
BEGIN
  CASE kind
    WHEN 'request' THEN RETURN (SELECT r.person_id FROM request r WHERE r.id = object);
    WHEN 'episode' THEN RETURN (SELECT e.person_id FROM episode e WHERE e.id = object AND e.regime <> 'joint');
    ELSE RETURN NULL;
  END CASE;
END $$;
-- +goose StatementEnd

-- Grants ----------------------------------------------------------------------------------------------------

-- +goose StatementBegin
CREATE FUNCTION grant_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.person_id IS DISTINCT FROM wall_person(NEW.kind, NEW.object_id) THEN PERFORM wall_refuse('wall_person'); END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER grant_person_insert BEFORE INSERT ON access_grant FOR EACH ROW EXECUTE FUNCTION grant_person();
CREATE TRIGGER grant_person_update BEFORE UPDATE OF person_id, kind, object_id ON access_grant FOR EACH ROW EXECUTE FUNCTION grant_person();

-- A grant that came before its object learns whose it is, and is asked anew.
-- +goose StatementBegin
CREATE FUNCTION grant_of_object() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE access_grant SET person_id = wall_person(kind, object_id)
    WHERE object_id = NEW.id AND kind = TG_ARGV[0] AND person_id IS DISTINCT FROM wall_person(kind, object_id);
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER grant_of_request AFTER INSERT ON request FOR EACH ROW EXECUTE FUNCTION grant_of_object('request');
CREATE TRIGGER grant_of_request_moved AFTER UPDATE OF person_id ON request FOR EACH ROW
  WHEN (NEW.person_id <> OLD.person_id) EXECUTE FUNCTION grant_of_object('request');
CREATE TRIGGER grant_of_episode AFTER INSERT ON episode FOR EACH ROW EXECUTE FUNCTION grant_of_object('episode');
CREATE TRIGGER grant_of_episode_moved AFTER UPDATE OF person_id, regime ON episode FOR EACH ROW
  WHEN (NEW.person_id <> OLD.person_id OR NEW.regime <> OLD.regime) EXECUTE FUNCTION grant_of_object('episode');

-- +goose StatementBegin
CREATE FUNCTION wall_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.person_id IS NULL THEN RETURN NULL; END IF;
  IF EXISTS (SELECT 1 FROM tie t WHERE t.person_a = NEW.person_id) OR EXISTS (SELECT 1 FROM tie t WHERE t.person_b = NEW.person_id)
    OR EXISTS (SELECT 1 FROM apart p WHERE p.person_id = NEW.person_id AND p.account_id IS NOT NULL) THEN
    IF EXISTS (SELECT 1 FROM holding h WHERE h.holder = NEW.holder AND wall_stands(h.account_id, NEW.person_id)) THEN
      PERFORM wall_refuse('wall');
    END IF;
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_grant_insert AFTER INSERT ON access_grant FOR EACH ROW EXECUTE FUNCTION wall_grant();
CREATE TRIGGER wall_grant_update AFTER UPDATE OF holder, person_id, kind, object_id ON access_grant FOR EACH ROW EXECUTE FUNCTION wall_grant();

-- Whoever begins to speak for a desk ------------------------------------------------------------------------

-- +goose StatementBegin
CREATE FUNCTION wall_holding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM tie t WHERE wall_sees(NEW.account_id, t.person_a) AND wall_sees(NEW.account_id, t.person_b)
      AND NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = NEW.account_id AND x.state = 'approved'))
    OR EXISTS (SELECT 1 FROM apart p WHERE p.account_id = NEW.account_id AND wall_sees(NEW.account_id, p.person_id)) THEN
    PERFORM wall_refuse('wall');
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_holding AFTER INSERT ON holding FOR EACH ROW EXECUTE FUNCTION wall_holding();

-- What an account speaks for, a tie, who are apart, an offered time and a taken quarter are put and dropped anew.
-- +goose StatementBegin
CREATE FUNCTION wall_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM wall_refuse('wall_kept'); RETURN NULL; END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_holding_kept BEFORE UPDATE ON holding FOR EACH ROW EXECUTE FUNCTION wall_kept();
CREATE TRIGGER wall_tie_kept BEFORE UPDATE OF id, person_a, person_b ON tie FOR EACH ROW EXECUTE FUNCTION wall_kept();
CREATE TRIGGER wall_apart_kept BEFORE UPDATE ON apart FOR EACH ROW EXECUTE FUNCTION wall_kept();
CREATE TRIGGER wall_slot_kept BEFORE UPDATE OF worker_id, request_id, episode_id ON slot FOR EACH ROW EXECUTE FUNCTION wall_kept();
CREATE TRIGGER cell_kept BEFORE UPDATE OF worker_id, appointment_id ON booking_cell FOR EACH ROW EXECUTE FUNCTION wall_kept();

-- Ties, exceptions, who keeps away --------------------------------------------------------------------------

-- +goose StatementBegin
CREATE FUNCTION wall_tie() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder
      WHERE g.person_id = NEW.person_a AND wall_sees(h.account_id, NEW.person_b)) THEN
    PERFORM wall_refuse('wall');
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_tie AFTER INSERT ON tie FOR EACH ROW EXECUTE FUNCTION wall_tie();

-- +goose StatementBegin
CREATE FUNCTION wall_exception_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.state = 'approved' AND NEW.account_id = OLD.account_id AND NEW.tie_id = OLD.tie_id THEN RETURN NULL; END IF;
  END IF;
  IF EXISTS (SELECT 1 FROM tie t WHERE t.id = OLD.tie_id AND wall_sees(OLD.account_id, t.person_a) AND wall_sees(OLD.account_id, t.person_b)) THEN
    PERFORM wall_refuse('wall');
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_exception_over AFTER UPDATE OR DELETE ON wall_exception FOR EACH ROW
  WHEN (OLD.state = 'approved') EXECUTE FUNCTION wall_exception_over();

-- +goose StatementBegin
CREATE FUNCTION wall_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.account_id IS NOT NULL AND wall_sees(NEW.account_id, NEW.person_id) THEN PERFORM wall_refuse('wall'); END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_apart AFTER INSERT ON apart FOR EACH ROW EXECUTE FUNCTION wall_apart();

-- The worker of an episode, an offered time and a booked meeting --------------------------------------------

-- +goose StatementBegin
CREATE FUNCTION wall_episode() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.worker_id IS NULL OR NEW.regime = 'joint' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.worker_id IS NOT DISTINCT FROM OLD.worker_id AND NEW.person_id = OLD.person_id AND NEW.regime = OLD.regime THEN RETURN NULL; END IF;
  END IF;
  IF wall_stands(NEW.worker_id, NEW.person_id) THEN PERFORM wall_refuse('wall'); END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_episode AFTER INSERT OR UPDATE OF worker_id, person_id, regime ON episode FOR EACH ROW EXECUTE FUNCTION wall_episode();

-- +goose StatementBegin
CREATE FUNCTION wall_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.worker_id IS NULL OR NEW.state <> 'booked' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.worker_id IS NOT DISTINCT FROM OLD.worker_id AND OLD.state = 'booked' AND NEW.episode_id = OLD.episode_id THEN RETURN NULL; END IF;
  END IF;
  IF wall_stands(NEW.worker_id, wall_person('episode', NEW.episode_id)) THEN PERFORM wall_refuse('wall'); END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_appointment AFTER INSERT OR UPDATE OF worker_id, state, episode_id ON appointment FOR EACH ROW EXECUTE FUNCTION wall_appointment();

-- +goose StatementBegin
CREATE FUNCTION wall_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF wall_stands(NEW.worker_id, coalesce(wall_person('episode', NEW.episode_id), wall_person('request', NEW.request_id))) THEN
    PERFORM wall_refuse('wall');
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER wall_slot AFTER INSERT ON slot FOR EACH ROW EXECUTE FUNCTION wall_slot();

-- +goose StatementBegin
CREATE FUNCTION cell_of_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.worker_id IS DISTINCT FROM (SELECT a.worker_id FROM appointment a WHERE a.id = NEW.appointment_id) THEN
    PERFORM wall_refuse('wall_cell');
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER cell_of_worker BEFORE INSERT ON booking_cell FOR EACH ROW EXECUTE FUNCTION cell_of_worker();
