-- +goose Up
-- An evening on which a telephone line is open, and how many contacts there were: never who called, when, or what was said
-- (A-20, decision 0063). What is ticked after a call goes into figure alone, so that no two ticks of one call lie together.
CREATE TABLE line_evening (
  id TEXT COLLATE "C" PRIMARY KEY,
  offer_id TEXT COLLATE "C" NOT NULL REFERENCES offer(id),
  day TEXT COLLATE "C" NOT NULL CHECK (length(day) = 10), clock TEXT COLLATE "C" NOT NULL CHECK (length(clock) = 5), zone TEXT COLLATE "C" NOT NULL,
  minutes BIGINT NOT NULL CHECK (minutes BETWEEN 30 AND 480),
  starts TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'closed', 'held', 'unheld')),
  contacts BIGINT NOT NULL DEFAULT 0 CHECK (contacts BETWEEN 0 AND 500),
  UNIQUE (offer_id, starts),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(offer_id) <= 64 AND offer_id NOT LIKE '% %' AND
    day NOT LIKE '% %' AND clock NOT LIKE '% %' AND length(zone) <= 64 AND zone NOT LIKE '% %' AND
    length(starts) <= 64 AND starts NOT LIKE '% %')
);
CREATE INDEX line_evening_over ON line_evening(state, starts);

-- The number that is called.
CREATE TABLE line_number (
  offer_id TEXT COLLATE "C" PRIMARY KEY REFERENCES offer(id) ON DELETE CASCADE,
  number TEXT COLLATE "C" NOT NULL CHECK (length(number) BETWEEN 5 AND 24)
);

-- The form each one sent last on an evening, as fingerprints of random words: sent twice it counts once, and it is taken back
-- once. It goes when the evening is settled.
CREATE TABLE line_last (
  evening_id TEXT COLLATE "C" NOT NULL REFERENCES line_evening(id) ON DELETE CASCADE,
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  form BYTEA NOT NULL CHECK (length(form) = 32),
  ticks BYTEA NOT NULL CHECK (length(ticks) = 32),
  undone BIGINT NOT NULL CHECK (undone IN (0, 1)),
  PRIMARY KEY (evening_id, account_id),
  CONSTRAINT no_text CHECK (length(evening_id) <= 64 AND evening_id NOT LIKE '% %' AND length(account_id) <= 64 AND account_id NOT LIKE '% %')
);
