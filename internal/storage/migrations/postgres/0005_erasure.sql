-- +goose Up
-- What has ended and is not known yet to stand in the list of the keys' store: it is put there before anybody is
-- answered, and taken from here at the next sweep (design 4.7).
CREATE TABLE ended (
  hash BYTEA PRIMARY KEY,
  day TEXT COLLATE "C" NOT NULL,
  CONSTRAINT no_text CHECK (length(day) <= 64 AND day NOT LIKE '% %')
);

-- An erasure that touches somebody else's way too: one person approves it and another carries it out. Once it is done
-- the row names nobody but these two.
CREATE TABLE erasure (
  id TEXT COLLATE "C" PRIMARY KEY,
  person_id TEXT COLLATE "C" REFERENCES person(id) ON DELETE CASCADE,
  unit_id TEXT COLLATE "C" NOT NULL REFERENCES unit(id),
  asked TEXT COLLATE "C" NOT NULL,
  due TEXT COLLATE "C" NOT NULL,
  approved_by TEXT COLLATE "C" REFERENCES account(id),
  done_by TEXT COLLATE "C" REFERENCES account(id),
  done TEXT COLLATE "C" NOT NULL DEFAULT '',
  UNIQUE (person_id),
  CONSTRAINT two_people CHECK (done_by IS NULL OR (approved_by IS NOT NULL AND approved_by <> done_by)),
  CHECK ((done_by IS NULL) = (done = '')),
  CHECK ((done_by IS NULL) = (person_id IS NOT NULL)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(asked) <= 64 AND asked NOT LIKE '% %' AND
    length(due) <= 64 AND due NOT LIKE '% %' AND length(done) <= 64 AND done NOT LIKE '% %')
);
CREATE INDEX erasure_due ON erasure(due, id);

-- One fact that a client lets one partner see once (design 4.4). The code itself is not kept; the row goes with its use.
CREATE TABLE release_code (
  code_index BYTEA PRIMARY KEY,
  request_id TEXT COLLATE "C" REFERENCES request(id) ON DELETE CASCADE,
  episode_id TEXT COLLATE "C" REFERENCES episode(id) ON DELETE CASCADE,
  fact TEXT COLLATE "C" NOT NULL CHECK (fact IN ('booked', 'visits', 'client')),
  partner TEXT COLLATE "C" NOT NULL CHECK (partner IN ('social', 'health', 'police', 'school', 'shelter', 'other')),
  expires TEXT COLLATE "C" NOT NULL,
  CHECK ((request_id IS NULL) <> (episode_id IS NULL)),
  CONSTRAINT no_text CHECK (length(expires) <= 64 AND expires NOT LIKE '% %')
);
CREATE INDEX release_code_request ON release_code(request_id);
CREATE INDEX release_code_episode ON release_code(episode_id);
CREATE INDEX release_code_expires ON release_code(expires);
