-- +goose Up
-- Groups that gather a number of times set beforehand (R-050, R-190…R-200, decision 0061). Their days lie in boxes of the house's
-- key of times. The link, the names people chose and the topics are sealed with the group's own key, and all of it goes some
-- days after the last meeting. What stays is sums.
CREATE TABLE circle (
  id TEXT PRIMARY KEY,
  offer_id TEXT NOT NULL REFERENCES offer(id),
  key_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 100),
  weeks INTEGER NOT NULL CHECK (weeks BETWEEN 1 AND 12),
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 15 AND 480),
  places INTEGER NOT NULL CHECK (places BETWEEN 2 AND 60),
  online INTEGER NOT NULL CHECK (online IN (0, 1)),
  place_id TEXT REFERENCES place(id),
  link BLOB,
  state TEXT NOT NULL CHECK (state IN ('open', 'ended')),
  times BLOB NOT NULL,
  UNIQUE (id, number),
  CONSTRAINT where_it_is CHECK ((online = 1) = (place_id IS NULL) AND (link IS NULL OR online = 1)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(offer_id) <= 64 AND offer_id NOT LIKE '% %' AND
    length(key_id) <= 64 AND key_id NOT LIKE '% %' AND length(kind) <= 40 AND kind NOT LIKE '% %' AND
    length(place_id) <= 64 AND place_id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
CREATE INDEX circle_offer ON circle(offer_id);

-- One or two lead a group. The row is the grant: by it they see who takes part.
CREATE TABLE circle_leader (
  circle_id TEXT NOT NULL REFERENCES circle(id) ON DELETE CASCADE,
  no INTEGER NOT NULL CHECK (no IN (1, 2)),
  account_id TEXT NOT NULL REFERENCES account(id),
  PRIMARY KEY (circle_id, no),
  UNIQUE (circle_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX circle_leader_account ON circle_leader(account_id);

-- A meeting has a number up to the one set beforehand, and no other: an eleventh of ten is refused here too. How many came is a
-- number; that somebody came is nowhere.
CREATE TABLE circle_meeting (
  circle_id TEXT NOT NULL,
  no INTEGER NOT NULL CHECK (no >= 1),
  number INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
  came INTEGER CHECK (came BETWEEN 0 AND 100),
  lead TEXT NOT NULL DEFAULT '' CHECK (lead IN ('', 'wanted', 'found')),
  substitute_id TEXT REFERENCES account(id),
  times BLOB NOT NULL,
  PRIMARY KEY (circle_id, no),
  FOREIGN KEY (circle_id, number) REFERENCES circle(id, number) ON DELETE CASCADE,
  CONSTRAINT set_beforehand CHECK (no <= number),
  CONSTRAINT counted CHECK ((state = 'held') = (came IS NOT NULL)),
  CONSTRAINT who_leads CHECK ((lead = 'found') = (substitute_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX circle_meeting_substitute ON circle_meeting(substitute_id) WHERE substitute_id IS NOT NULL;

-- A name somebody chose, and when they came, in one box; the code they come back with. Nothing else is known of them. The mark
-- is keyed: by it alone it is found that somebody who came by a way on must not meet another here.
CREATE TABLE circle_participant (
  id TEXT PRIMARY KEY,
  circle_id TEXT NOT NULL REFERENCES circle(id) ON DELETE CASCADE,
  first_no INTEGER NOT NULL CHECK (first_no BETWEEN 1 AND 100),
  code_index BLOB NOT NULL UNIQUE,
  mark BLOB,
  words BLOB NOT NULL CHECK (length(words) BETWEEN 1 AND 300),
  UNIQUE (circle_id, mark),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(circle_id) <= 64 AND circle_id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
CREATE INDEX circle_participant_circle ON circle_participant(circle_id);

CREATE TABLE circle_stay (
  hash BLOB PRIMARY KEY,
  exit_hash BLOB NOT NULL UNIQUE,
  participant_id TEXT NOT NULL REFERENCES circle_participant(id) ON DELETE CASCADE,
  expires TEXT NOT NULL,
  CONSTRAINT no_text CHECK (length(participant_id) <= 64 AND participant_id NOT LIKE '% %' AND length(expires) <= 64 AND expires NOT LIKE '% %')
) STRICT, WITHOUT ROWID;

CREATE TABLE circle_topic (
  id TEXT PRIMARY KEY,
  circle_id TEXT NOT NULL REFERENCES circle(id) ON DELETE CASCADE,
  words BLOB NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
  UNIQUE (circle_id, id),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(circle_id) <= 64 AND circle_id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;

-- One vote for one meeting. The mark is made of the voter's own code, which is kept nowhere: no row leads to who voted.
CREATE TABLE circle_vote (
  mark BLOB PRIMARY KEY,
  circle_id TEXT NOT NULL,
  no INTEGER NOT NULL,
  topic_id TEXT NOT NULL,
  FOREIGN KEY (circle_id, no) REFERENCES circle_meeting(circle_id, no) ON DELETE CASCADE,
  FOREIGN KEY (circle_id, topic_id) REFERENCES circle_topic(circle_id, id) ON DELETE CASCADE,
  CONSTRAINT no_text CHECK (length(circle_id) <= 64 AND circle_id NOT LIKE '% %' AND length(topic_id) <= 64 AND topic_id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
CREATE INDEX circle_vote_circle ON circle_vote(circle_id);

-- A group that somebody would like (R-192, R-206, R-207). Its words are sealed with a key of its own until it dies; nobody but a
-- coordinator reads them before it is looked at. There is no way to reach whoever proposed it.
CREATE TABLE circle_idea (
  id TEXT PRIMARY KEY,
  offer_id TEXT NOT NULL REFERENCES offer(id),
  key_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  online INTEGER NOT NULL CHECK (online IN (0, 1)),
  helps INTEGER NOT NULL CHECK (helps IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('proposed', 'looked', 'planned', 'not-now')),
  answer TEXT NOT NULL DEFAULT '',
  words BLOB NOT NULL CHECK (length(words) BETWEEN 1 AND 900),
  expires TEXT NOT NULL CHECK (length(expires) = 10),
  CONSTRAINT answered CHECK ((state = 'not-now') = (answer <> '')),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(offer_id) <= 64 AND offer_id NOT LIKE '% %' AND
    length(key_id) <= 64 AND key_id NOT LIKE '% %' AND length(kind) <= 40 AND kind NOT LIKE '% %' AND
    length(answer) <= 40 AND answer NOT LIKE '% %' AND expires NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
CREATE INDEX circle_idea_offer ON circle_idea(offer_id);
