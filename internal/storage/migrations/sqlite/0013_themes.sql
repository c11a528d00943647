-- +goose Up
-- Goals agreed by two, what was gone through, and what is asked when visits are over (R-009…R-049, decision 0051). A row can
-- stand only in an episode of a regime that keeps such things: regime is the episode's, by the foreign key.

-- How many goals the episode's model lets two people agree on; 0 is none. Beside it stands the regime that allows it.
ALTER TABLE episode ADD COLUMN goal_limit INTEGER NOT NULL DEFAULT 0
  CONSTRAINT goals_kept CHECK (goal_limit BETWEEN 0 AND 9 AND (goal_limit = 0 OR regime IN ('goals', 'joint', 'buyer')));
CREATE UNIQUE INDEX episode_goal_limit ON episode(id, goal_limit);
-- Visits are over, the ending is answered, and a follow-up is agreed: a stage of its own, between ending and closed (R-040).
ALTER TABLE episode ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0
  CONSTRAINT waits_at_the_end CHECK (waiting = 0 OR (waiting = 1 AND state = 'ending' AND regime IN ('goals', 'joint', 'buyer')));

-- A goal is one line. It counts as agreed with both marks, and only an agreed one is reached or not (R-011).
CREATE TABLE goal (
  id TEXT PRIMARY KEY,
  episode_id TEXT NOT NULL,
  regime TEXT NOT NULL CHECK (regime IN ('goals', 'joint', 'buyer')),
  goal_limit INTEGER NOT NULL,
  no INTEGER NOT NULL CHECK (no > 0),
  wording BLOB NOT NULL CHECK (length(wording) <= 600),
  revision INTEGER NOT NULL CHECK (revision > 0),
  by_client INTEGER NOT NULL CHECK (by_client IN (0, 1)),
  by_worker INTEGER NOT NULL CHECK (by_worker IN (0, 1)),
  reached TEXT NOT NULL DEFAULT '' CHECK (reached IN ('', 'yes', 'partly', 'not-yet')),
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  FOREIGN KEY (episode_id, goal_limit) REFERENCES episode(id, goal_limit) ON DELETE CASCADE,
  UNIQUE (episode_id, no),
  CONSTRAINT goal_limit CHECK (no <= goal_limit),
  CONSTRAINT agreed_first CHECK (reached = '' OR (by_client = 1 AND by_worker = 1)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(episode_id) <= 64 AND episode_id NOT LIKE '% %')
) STRICT;

-- What was ticked or chosen from the model's lists: steps gone through, results and marks of the ending.
CREATE TABLE tick (
  episode_id TEXT NOT NULL,
  regime TEXT NOT NULL CHECK (regime IN ('goals', 'joint', 'buyer')),
  kind TEXT NOT NULL,
  item TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (episode_id, kind, item),
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  CHECK ((kind = 'step' AND value = 'yes') OR (kind = 'result' AND value IN ('yes', 'partly', 'not-yet'))
    OR (kind = 'mark' AND value IN ('yes', 'no'))),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND length(item) <= 64 AND item NOT LIKE '% %')
) STRICT;

-- That the ending was answered, what was agreed about a follow-up, and how it went.
CREATE TABLE ending (
  episode_id TEXT PRIMARY KEY,
  regime TEXT NOT NULL CHECK (regime IN ('goals', 'joint', 'buyer')),
  follow_up TEXT NOT NULL CHECK (follow_up IN ('none', 'contact', 'client')),
  day TEXT NOT NULL,
  answer TEXT NOT NULL DEFAULT '',
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  CHECK ((follow_up = 'none') = (day = '')),
  CHECK (answer = '' OR follow_up <> 'none'),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %' AND
    length(answer) <= 64 AND answer NOT LIKE '% %')
) STRICT;
CREATE INDEX ending_day ON ending(day) WHERE day <> '' AND answer = '';

-- A way on may have been made together with the client (R-138).
CREATE TABLE way_on_new (
  id TEXT PRIMARY KEY,
  episode_id TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('service', 'elsewhere')),
  destination TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'made')),
  UNIQUE (episode_id, kind, destination),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(destination) <= 64 AND destination NOT LIKE '% %')
) STRICT;
INSERT INTO way_on_new SELECT id, episode_id, kind, destination, state FROM way_on;
DROP TABLE way_on;
ALTER TABLE way_on_new RENAME TO way_on;
