-- +goose Up
-- What somebody who answers a line has said of themselves: a line name, their own amount, weekdays, days away (R-235).
CREATE TABLE shift_wish (
  account_id TEXT COLLATE "C" PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  line_name BYTEA,
  most BIGINT NOT NULL CHECK (most BETWEEN 0 AND 31),
  wished TEXT COLLATE "C" NOT NULL CHECK (length(wished) <= 40),
  never TEXT COLLATE "C" NOT NULL CHECK (length(never) <= 40),
  in_a_row BIGINT NOT NULL CHECK (in_a_row IN (0, 1)),
  away_first TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (length(away_first) IN (0, 10)),
  away_last TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (length(away_last) = length(away_first) AND away_last >= away_first)
);

-- Who answers an evening, and who is asked when somebody cannot come (no is null). A place of who answers is one person's: two
-- who say yes at once cannot both have it (A-21). Whoever says no has no row: nothing tells that they were asked (R-238).
CREATE TABLE shift_place (
  evening_id TEXT COLLATE "C" NOT NULL REFERENCES line_evening(id) ON DELETE CASCADE,
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  no BIGINT CHECK (no BETWEEN 1 AND 9),
  published BIGINT NOT NULL CHECK (published IN (0, 1)),
  PRIMARY KEY (evening_id, account_id),
  UNIQUE (evening_id, no)
);
CREATE INDEX shift_place_account ON shift_place(account_id);

-- One asks another to change evenings. It goes with either place, and when it is answered.
CREATE TABLE shift_swap (
  evening_id TEXT COLLATE "C" NOT NULL,
  account_id TEXT COLLATE "C" NOT NULL,
  for_id TEXT COLLATE "C" NOT NULL,
  to_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (evening_id, account_id),
  FOREIGN KEY (evening_id, account_id) REFERENCES shift_place(evening_id, account_id) ON DELETE CASCADE,
  FOREIGN KEY (for_id, to_id) REFERENCES shift_place(evening_id, account_id) ON DELETE CASCADE,
  CONSTRAINT another CHECK (to_id <> account_id AND for_id <> evening_id)
);
CREATE INDEX shift_swap_to ON shift_swap(to_id);
