-- +goose Up
-- A volunteer's year: trainings, meetings, supervision. When and where they are is sealed with the house's key of times: many
-- are in one place then.
CREATE TABLE volunteer_event (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  offer_id TEXT NOT NULL REFERENCES offer(id),
  item TEXT NOT NULL,
  remote INTEGER NOT NULL CHECK (remote IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
  came INTEGER NOT NULL CHECK (came BETWEEN 0 AND 1000),
  times BLOB NOT NULL CHECK (length(times) <= 400),
  about BLOB NOT NULL CHECK (length(about) <= 2000),
  UNIQUE (id, remote),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(item) <= 40 AND item NOT LIKE '% %')
) STRICT;
CREATE INDEX volunteer_event_unit ON volunteer_event(unit_id);

-- Who comes. Taking it back leaves nothing. Remotely only where the event allows it.
CREATE TABLE volunteer_signup (
  event_id TEXT NOT NULL,
  volunteer_id TEXT NOT NULL REFERENCES volunteer(id) ON DELETE CASCADE,
  how TEXT NOT NULL CHECK (how IN ('place', 'remote')),
  remote INTEGER NOT NULL CHECK (how = 'place' OR remote = 1),
  came INTEGER NOT NULL CHECK (came IN (0, 1)),
  PRIMARY KEY (event_id, volunteer_id),
  FOREIGN KEY (event_id, remote) REFERENCES volunteer_event(id, remote) ON DELETE CASCADE,
  CONSTRAINT no_text CHECK (length(event_id) <= 64 AND event_id NOT LIKE '% %' AND length(volunteer_id) <= 64 AND volunteer_id NOT LIKE '% %')
) STRICT;
CREATE INDEX volunteer_signup_volunteer ON volunteer_signup(volunteer_id);

-- That a volunteer asks for a worker (R-217, R-239) or for a support talk (R-222). No reason; gone when it is answered.
CREATE TABLE volunteer_call (
  id TEXT PRIMARY KEY,
  volunteer_id TEXT NOT NULL REFERENCES volunteer(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  kind TEXT NOT NULL CHECK (kind IN ('now', 'talk')),
  seen_by TEXT REFERENCES account(id),
  times BLOB NOT NULL CHECK (length(times) <= 400),
  UNIQUE (volunteer_id, kind),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT;
CREATE INDEX volunteer_call_unit ON volunteer_call(unit_id);
