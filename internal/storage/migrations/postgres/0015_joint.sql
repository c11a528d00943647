-- +goose Up
-- A couple's joint meetings (R-060…R-090, decision 0053). Each party has visits of their own (home) and a way into the joint
-- process (seat) that opens with a code of its own. What one party wished and answered lies on that party's row alone, and
-- nothing of what either said is anywhere: marks are choices from lists, and an answer has no day.

-- One party, as their own worker prepares them. The wish that counts is said by the one who experienced violence: the schema
-- takes no other (R-065).
CREATE TABLE joint_party (
  id TEXT COLLATE "C" PRIMARY KEY,
  home_id TEXT COLLATE "C" NOT NULL UNIQUE,
  home_regime TEXT COLLATE "C" NOT NULL CHECK (home_regime IN ('goals', 'buyer')),
  role TEXT COLLATE "C" NOT NULL CHECK (role IN ('experienced', 'used')),
  asked BIGINT NOT NULL CHECK (asked IN (0, 1)),
  wish_day TEXT COLLATE "C" NOT NULL DEFAULT '',
  word BYTEA UNIQUE,
  word_until TEXT COLLATE "C" NOT NULL DEFAULT '',
  joint_id TEXT COLLATE "C",
  joint_regime TEXT COLLATE "C" CHECK (joint_regime = 'joint'),
  seat_id TEXT COLLATE "C" UNIQUE,
  FOREIGN KEY (home_id, home_regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  FOREIGN KEY (joint_id, joint_regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  FOREIGN KEY (seat_id, joint_regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  UNIQUE (joint_id, role),
  CONSTRAINT whose_wish CHECK (wish_day = '' OR role = 'experienced'),
  CONSTRAINT who_asked CHECK (asked = 0 OR role = 'used'),
  CONSTRAINT together CHECK ((joint_id IS NULL) = (seat_id IS NULL) AND (joint_id IS NULL) = (joint_regime IS NULL)),
  CONSTRAINT word_before CHECK ((word IS NULL) = (word_until = '') AND (word IS NULL OR (joint_id IS NULL AND wish_day <> ''))),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(home_id) <= 64 AND home_id NOT LIKE '% %' AND
    length(wish_day) <= 10 AND wish_day NOT LIKE '% %' AND length(word_until) <= 64 AND word_until NOT LIKE '% %' AND
    length(joint_id) <= 64 AND joint_id NOT LIKE '% %' AND length(seat_id) <= 64 AND seat_id NOT LIKE '% %')
);
CREATE INDEX joint_party_joint ON joint_party(joint_id);

-- What was gone through with a party, and that they want to: ticks.
CREATE TABLE joint_point (
  party_id TEXT COLLATE "C" NOT NULL REFERENCES joint_party(id) ON DELETE CASCADE,
  point TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (party_id, point),
  CONSTRAINT no_text CHECK (length(point) <= 40 AND point NOT LIKE '% %')
);

-- What a party answered when asked about safety, after which meeting (0 is before the first). It has no day and no clock.
CREATE TABLE joint_answer (
  party_id TEXT COLLATE "C" NOT NULL REFERENCES joint_party(id) ON DELETE CASCADE,
  visit_no BIGINT NOT NULL CHECK (visit_no BETWEEN 0 AND 100),
  answer TEXT COLLATE "C" NOT NULL CHECK (answer IN ('yes', 'no', 'stop')),
  PRIMARY KEY (party_id, visit_no)
);

-- Which workers have marked that meeting together increases safety (R-070).
CREATE TABLE joint_safer (
  joint_id TEXT COLLATE "C" NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  account_id TEXT COLLATE "C" NOT NULL REFERENCES account(id),
  PRIMARY KEY (joint_id, account_id),
  CONSTRAINT no_text CHECK (length(joint_id) <= 64 AND joint_id NOT LIKE '% %')
);

-- From when the parties see that a meeting waits for a new time: the same hours whatever the cause, so that an hour tells
-- nothing of who or why (A-09).
CREATE TABLE joint_hold (
  appointment_id TEXT COLLATE "C" PRIMARY KEY REFERENCES appointment(id) ON DELETE CASCADE,
  shows TEXT COLLATE "C" NOT NULL,
  CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %' AND length(shows) <= 64 AND shows NOT LIKE '% %')
);
