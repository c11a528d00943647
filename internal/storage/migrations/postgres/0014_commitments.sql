-- +goose Up
-- Visits that somebody else pays for (R-100…R-116). What is kept of them is a number, days, counts and choices: the client
-- document is written in the payer's own system (D-046), and there is no column for it here.

-- Who pays: a county, a city, whoever. Public facts of an organisation's own.
CREATE TABLE payer (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  contact TEXT COLLATE "C" NOT NULL CHECK (length(contact) <= 300),
  controller TEXT COLLATE "C" NOT NULL CHECK (length(controller) BETWEEN 1 AND 120),
  privacy TEXT COLLATE "C" NOT NULL CHECK (length(privacy) BETWEEN 1 AND 300),
  by_number BIGINT NOT NULL CHECK (by_number IN (0, 1)), -- the bill has numbers and counts alone, no days
  active BIGINT NOT NULL CHECK (active IN (0, 1))
);

-- A commitment opens one episode and is named by it. Only in the regime "buyer" is there anything of the kind.
CREATE TABLE commitment (
  episode_id TEXT COLLATE "C" PRIMARY KEY,
  regime TEXT COLLATE "C" NOT NULL CHECK (regime = 'buyer'),
  payer_id TEXT COLLATE "C" NOT NULL REFERENCES payer(id),
  number BYTEA NOT NULL CHECK (length(number) <= 200),
  number_index BYTEA NOT NULL,
  social_worker BYTEA CHECK (length(social_worker) <= 400),
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('individual', 'couple', 'family', 'network')),
  granted BIGINT NOT NULL CHECK (granted BETWEEN 1 AND 100),
  workers BIGINT NOT NULL CHECK (workers IN (1, 2)),
  route TEXT COLLATE "C" NOT NULL,
  child_welfare BIGINT NOT NULL CHECK (child_welfare IN (0, 1)),
  agreed TEXT COLLATE "C" NOT NULL DEFAULT '',
  recorded TEXT COLLATE "C" NOT NULL,
  UNIQUE (payer_id, number_index),
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  FOREIGN KEY (episode_id, granted) REFERENCES episode(id, visit_limit) ON DELETE CASCADE,
  CONSTRAINT social_worker CHECK (child_welfare = 0 OR (social_worker IS NOT NULL AND agreed <> '')),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND length(route) <= 40 AND route NOT LIKE '% %' AND
    length(agreed) <= 64 AND agreed NOT LIKE '% %' AND length(recorded) <= 64 AND recorded NOT LIKE '% %')
);

-- From which day to which day it holds. An extension by the same number is one more row, so that both can be seen.
CREATE TABLE commitment_period (
  episode_id TEXT COLLATE "C" NOT NULL REFERENCES commitment(episode_id) ON DELETE CASCADE,
  first_day TEXT COLLATE "C" NOT NULL,
  last_day TEXT COLLATE "C" NOT NULL,
  recorded TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (episode_id, first_day),
  CHECK (first_day <= last_day),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND length(first_day) = 10 AND first_day NOT LIKE '% %' AND
    length(last_day) = 10 AND last_day NOT LIKE '% %' AND length(recorded) <= 64 AND recorded NOT LIKE '% %')
);

-- That a visit was entered in the payer's own system, and on which day. Nothing of what was entered (A-12).
CREATE TABLE buyer_entry (
  appointment_id TEXT COLLATE "C" PRIMARY KEY REFERENCES appointment(id) ON DELETE CASCADE,
  episode_id TEXT COLLATE "C" NOT NULL,
  regime TEXT COLLATE "C" NOT NULL CHECK (regime = 'buyer'),
  day TEXT COLLATE "C" NOT NULL,
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %' AND length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND
    length(day) = 10 AND day NOT LIKE '% %')
);
CREATE INDEX buyer_entry_episode ON buyer_entry(episode_id);

-- Which visits the organisation pays itself, to end well when what was granted has run out (A-11).
CREATE TABLE end_visit (
  appointment_id TEXT COLLATE "C" PRIMARY KEY REFERENCES appointment(id) ON DELETE CASCADE,
  episode_id TEXT COLLATE "C" NOT NULL,
  regime TEXT COLLATE "C" NOT NULL CHECK (regime = 'buyer'),
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %' AND length(episode_id) <= 64 AND episode_id NOT LIKE '% %')
);
CREATE INDEX end_visit_episode ON end_visit(episode_id);

-- The other of a pair of workers (R-085). Their sight of the episode is a grant like any other, so that the walls hold for it.
CREATE TABLE second_worker (
  episode_id TEXT COLLATE "C" PRIMARY KEY REFERENCES episode(id) ON DELETE CASCADE,
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %')
);
CREATE INDEX second_worker_account ON second_worker(account_id);
