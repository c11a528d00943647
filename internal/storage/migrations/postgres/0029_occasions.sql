-- +goose Up
-- A day to which families sign up (R-147…R-149, A-17, decision 0064). When it is lies in a box of the house's key of times; the
-- place for those who signed up and their first names are sealed with the day's own key, which goes with the list some days after
-- (key_id is null then). What stays is numbers. The mark keeps two days of one service from standing at one time.
CREATE TABLE occasion (
  id TEXT COLLATE "C" PRIMARY KEY,
  offer_id TEXT COLLATE "C" NOT NULL REFERENCES offer(id),
  key_id TEXT COLLATE "C" UNIQUE,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
  places BIGINT NOT NULL CHECK (places BETWEEN 2 AND 500),
  minutes BIGINT NOT NULL CHECK (minutes BETWEEN 30 AND 960),
  volunteers BIGINT NOT NULL CHECK (volunteers BETWEEN 0 AND 20),
  about TEXT COLLATE "C" NOT NULL CHECK (length(about) BETWEEN 1 AND 80),
  area TEXT COLLATE "C" NOT NULL CHECK (length(area) BETWEEN 1 AND 60),
  place BYTEA CHECK (length(place) BETWEEN 1 AND 700),
  families BIGINT CHECK (families BETWEEN 0 AND 500),
  adults BIGINT CHECK (adults BETWEEN 0 AND 500),
  children BIGINT CHECK (children BETWEEN 0 AND 500),
  mark BYTEA NOT NULL UNIQUE,
  times BYTEA NOT NULL,
  CONSTRAINT counted CHECK ((state = 'held') = (families IS NOT NULL) AND (families IS NULL) = (adults IS NULL) AND (adults IS NULL) = (children IS NULL)),
  CONSTRAINT gone CHECK (key_id IS NOT NULL OR place IS NULL),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(offer_id) <= 64 AND offer_id NOT LIKE '% %' AND
    length(key_id) <= 64 AND key_id NOT LIKE '% %')
);
CREATE INDEX occasion_offer ON occasion(offer_id);

-- How many they are, and in one box a first name and when they signed up: rows tell neither a name's length nor an order. The mark
-- is keyed: by it alone it is found that a client whom a worker signed up must not meet another here.
CREATE TABLE occasion_family (
  id TEXT COLLATE "C" PRIMARY KEY,
  occasion_id TEXT COLLATE "C" NOT NULL REFERENCES occasion(id) ON DELETE CASCADE,
  code_index BYTEA NOT NULL UNIQUE,
  mark BYTEA,
  adults BIGINT NOT NULL CHECK (adults BETWEEN 1 AND 20),
  children BIGINT NOT NULL CHECK (children BETWEEN 0 AND 20),
  words BYTEA NOT NULL CHECK (length(words) BETWEEN 1 AND 300),
  UNIQUE (occasion_id, mark),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(occasion_id) <= 64 AND occasion_id NOT LIKE '% %')
);
CREATE INDEX occasion_family_occasion ON occasion_family(occasion_id);

CREATE TABLE occasion_stay (
  hash BYTEA PRIMARY KEY,
  exit_hash BYTEA NOT NULL UNIQUE,
  family_id TEXT COLLATE "C" NOT NULL REFERENCES occasion_family(id) ON DELETE CASCADE,
  expires TEXT COLLATE "C" NOT NULL,
  CONSTRAINT no_text CHECK (length(family_id) <= 64 AND family_id NOT LIKE '% %' AND length(expires) <= 64 AND expires NOT LIKE '% %')
);

-- Who works on the day, or was asked to. A volunteer is confirmed by a mark that is made where the rule of their task has said yes,
-- and by nothing else (D-108, R-149). Whoever says no has no row: nothing tells that they were asked (R-238).
CREATE TABLE occasion_helper (
  occasion_id TEXT COLLATE "C" NOT NULL REFERENCES occasion(id) ON DELETE CASCADE,
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  volunteer BIGINT NOT NULL CHECK (volunteer IN (0, 1)),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('offered', 'yes', 'confirmed')),
  cleared BYTEA CHECK (length(cleared) = 32),
  PRIMARY KEY (occasion_id, account_id),
  CONSTRAINT only_when_cleared CHECK (volunteer = 1 AND (state = 'confirmed') = (cleared IS NOT NULL) OR volunteer = 0 AND state = 'confirmed' AND cleared IS NULL)
);
CREATE INDEX occasion_helper_account ON occasion_helper(account_id);
