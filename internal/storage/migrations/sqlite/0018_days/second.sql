-- The tables with days in the open go, and those that tell none take their names. References from other tables hold by name:
-- this runs with foreign keys off, and is looked through after it.

-- Where an episode stands in lists tells its month, and no day any more.
UPDATE access_grant SET rank = (SELECT CASE e.state WHEN 'open' THEN '1 ' WHEN 'ending' THEN CASE e.waiting WHEN 1 THEN '2w' ELSE '2 ' END ELSE '3 ' END
    || e.month FROM episode e WHERE e.id = access_grant.object_id)
  WHERE kind = 'episode' AND EXISTS (SELECT 1 FROM episode e WHERE e.id = access_grant.object_id);

-- Tables without row numbers lie in the order of its ids, which are random: nothing tells in which order they came.
CREATE TABLE audit_new (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0 CHECK (seq >= 0),
  link BLOB NOT NULL DEFAULT x'',
  times BLOB NOT NULL CHECK (length(times) = 188),
  mark BLOB NOT NULL UNIQUE CHECK (length(mark) = 16),
  month TEXT NOT NULL,
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(month) <= 7 AND month NOT LIKE '% %' AND
    length(account_id) <= 64 AND account_id NOT LIKE '% %' AND length(action) <= 64 AND action NOT LIKE '% %' AND
    length(kind) <= 64 AND kind NOT LIKE '% %' AND length(object_id) <= 64 AND object_id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
INSERT INTO audit_new SELECT id, account_id, action, kind, object_id, seq, link, times, mark, month FROM audit;

CREATE TABLE audit_day_new (
  seal BLOB NOT NULL,
  no INTEGER PRIMARY KEY CHECK (no > 0),
  times BLOB NOT NULL CHECK (length(times) = 188)
) STRICT;
INSERT INTO audit_day_new SELECT seal, no, times FROM audit_day;

CREATE TABLE episode_new (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  offer_id TEXT NOT NULL REFERENCES offer(id),
  person_id TEXT NOT NULL REFERENCES person(id),
  request_id TEXT,
  about_id TEXT REFERENCES episode(id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  part TEXT NOT NULL,
  regime TEXT NOT NULL CHECK (regime IN ('none', 'anonymous', 'goals', 'joint', 'buyer')),
  visit_limit INTEGER NOT NULL CHECK (visit_limit >= 0), -- 0 is none
  worker_id TEXT REFERENCES account(id),
  state TEXT NOT NULL CHECK (state IN ('open', 'ending', 'closed')),
  lang TEXT NOT NULL,
  channel TEXT NOT NULL,
  referrer TEXT NOT NULL,
  age INTEGER CHECK (age BETWEEN 0 AND 17),
  guardians TEXT NOT NULL DEFAULT 'agree' CHECK (guardians IN ('agree', 'disagree')),
  decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'continue', 'pause', 'stop')),
  decision_ground TEXT NOT NULL DEFAULT '',
  decision_by TEXT REFERENCES account(id),
  goal_limit INTEGER NOT NULL DEFAULT 0
    CONSTRAINT goals_kept CHECK (goal_limit BETWEEN 0 AND 9 AND (goal_limit = 0 OR regime IN ('goals', 'joint', 'buyer'))),
  waiting INTEGER NOT NULL DEFAULT 0
    CONSTRAINT waits_at_the_end CHECK (waiting = 0 OR (waiting = 1 AND state = 'ending' AND regime IN ('goals', 'joint', 'buyer'))),
  times BLOB NOT NULL CHECK (length(times) = 188),
  month TEXT NOT NULL, -- in which it was opened, by which it stands in lists
  UNIQUE (id, visit_limit),
  UNIQUE (id, regime),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(request_id) <= 64 AND request_id NOT LIKE '% %' AND length(model) <= 64 AND model NOT LIKE '% %' AND
    length(part) <= 64 AND part NOT LIKE '% %' AND length(lang) <= 64 AND lang NOT LIKE '% %' AND
    length(channel) <= 64 AND channel NOT LIKE '% %' AND length(referrer) <= 64 AND referrer NOT LIKE '% %' AND
    length(decision_ground) <= 64 AND decision_ground NOT LIKE '% %' AND length(month) <= 7 AND month NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
INSERT INTO episode_new SELECT id, unit_id, offer_id, person_id, request_id, about_id, model, version, part, regime, visit_limit, worker_id, state,
  lang, channel, referrer, age, guardians, decision, decision_ground, decision_by, goal_limit, waiting, times, month FROM episode;

CREATE TABLE safe_contact_new (
  person_id TEXT PRIMARY KEY REFERENCES person(id) ON DELETE CASCADE,
  channel TEXT NOT NULL CHECK (channel IN ('none', 'call', 'sms', 'email')),
  address BLOB,
  code_word BLOB,
  hour_from INTEGER NOT NULL CHECK (hour_from BETWEEN 0 AND 24),
  hour_to INTEGER NOT NULL CHECK (hour_to BETWEEN 0 AND 24),
  voicemail INTEGER NOT NULL CHECK (voicemail IN (0, 1)),
  say_organisation INTEGER NOT NULL CHECK (say_organisation IN (0, 1)),
  others TEXT NOT NULL DEFAULT '' CHECK (others IN ('', 'yes', 'no')),
  reminders INTEGER NOT NULL DEFAULT 0 CHECK (reminders IN (0, 1)),
  ask_again INTEGER NOT NULL DEFAULT 0 CHECK (ask_again IN (0, 1)),
  spent TEXT NOT NULL DEFAULT ''
    CONSTRAINT spent_no_text CHECK (length(spent) <= 64 AND spent NOT LIKE '% %'),
  address_index BLOB,
  times BLOB NOT NULL CHECK (length(times) = 188),
  reply INTEGER NOT NULL DEFAULT 0 CHECK (reply IN (0, 1))
) STRICT;
INSERT INTO safe_contact_new SELECT person_id, channel, address, code_word, hour_from, hour_to, voicemail, say_organisation, others, reminders,
  ask_again, spent, address_index, times, reply FROM safe_contact;

CREATE TABLE ending_new (
  episode_id TEXT PRIMARY KEY,
  regime TEXT NOT NULL CHECK (regime IN ('goals', 'joint', 'buyer')),
  follow_up TEXT NOT NULL CHECK (follow_up IN ('none', 'contact', 'client')),
  answer TEXT NOT NULL DEFAULT '',
  times BLOB CHECK (length(times) = 188),
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  CONSTRAINT has_day CHECK ((follow_up = 'none') = (times IS NULL)),
  CHECK (answer = '' OR follow_up <> 'none'),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND
    length(answer) <= 64 AND answer NOT LIKE '% %')
) STRICT;
INSERT INTO ending_new SELECT episode_id, regime, follow_up, answer, times FROM ending;

CREATE TABLE commitment_new (
  episode_id TEXT PRIMARY KEY,
  regime TEXT NOT NULL CHECK (regime = 'buyer'),
  payer_id TEXT NOT NULL REFERENCES payer(id),
  number BLOB NOT NULL CHECK (length(number) <= 200),
  number_index BLOB NOT NULL,
  social_worker BLOB CHECK (length(social_worker) <= 400),
  kind TEXT NOT NULL CHECK (kind IN ('individual', 'couple', 'family', 'network')),
  granted INTEGER NOT NULL CHECK (granted BETWEEN 1 AND 100),
  workers INTEGER NOT NULL CHECK (workers IN (1, 2)),
  route TEXT NOT NULL,
  child_welfare INTEGER NOT NULL CHECK (child_welfare IN (0, 1)),
  times BLOB NOT NULL CHECK (length(times) = 188),
  UNIQUE (payer_id, number_index),
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  FOREIGN KEY (episode_id, granted) REFERENCES episode(id, visit_limit) ON DELETE CASCADE,
  CONSTRAINT social_worker CHECK (child_welfare = 0 OR social_worker IS NOT NULL),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND length(route) <= 40 AND route NOT LIKE '% %')
) STRICT;
INSERT INTO commitment_new SELECT episode_id, regime, payer_id, number, number_index, social_worker, kind, granted, workers, route, child_welfare,
  times FROM commitment;

CREATE TABLE commitment_period_new (
  episode_id TEXT NOT NULL REFERENCES commitment(episode_id) ON DELETE CASCADE,
  no INTEGER NOT NULL CHECK (no > 0),
  mark BLOB NOT NULL UNIQUE CHECK (length(mark) = 16),
  times BLOB NOT NULL CHECK (length(times) = 188),
  PRIMARY KEY (episode_id, no),
  CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %')
) STRICT;
INSERT INTO commitment_period_new SELECT episode_id, no, mark, times FROM commitment_period;

CREATE TABLE joint_party_new (
  id TEXT PRIMARY KEY,
  home_id TEXT NOT NULL UNIQUE,
  home_regime TEXT NOT NULL CHECK (home_regime IN ('goals', 'buyer')),
  role TEXT NOT NULL CHECK (role IN ('experienced', 'used')),
  asked INTEGER NOT NULL CHECK (asked IN (0, 1)),
  word BLOB UNIQUE,
  joint_id TEXT,
  joint_regime TEXT CHECK (joint_regime = 'joint'),
  seat_id TEXT UNIQUE,
  wish BLOB CHECK (length(wish) = 188),
  word_times BLOB CHECK (length(word_times) = 188),
  FOREIGN KEY (home_id, home_regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  FOREIGN KEY (joint_id, joint_regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  FOREIGN KEY (seat_id, joint_regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  UNIQUE (joint_id, role),
  CONSTRAINT whose_wish CHECK (wish IS NULL OR role = 'experienced'),
  CONSTRAINT who_asked CHECK (asked = 0 OR role = 'used'),
  CONSTRAINT together CHECK ((joint_id IS NULL) = (seat_id IS NULL) AND (joint_id IS NULL) = (joint_regime IS NULL)),
  CONSTRAINT word_before CHECK ((word IS NULL) = (word_times IS NULL) AND (word IS NULL OR (joint_id IS NULL AND wish IS NOT NULL))),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(home_id) <= 64 AND home_id NOT LIKE '% %' AND
    length(joint_id) <= 64 AND joint_id NOT LIKE '% %' AND length(seat_id) <= 64 AND seat_id NOT LIKE '% %')
) STRICT;
INSERT INTO joint_party_new SELECT id, home_id, home_regime, role, asked, word, joint_id, joint_regime, seat_id, wish, word_times FROM joint_party;

CREATE TABLE joint_hold_new (
  appointment_id TEXT PRIMARY KEY REFERENCES appointment(id) ON DELETE CASCADE,
  times BLOB NOT NULL CHECK (length(times) = 188),
  CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %')
) STRICT;
INSERT INTO joint_hold_new SELECT appointment_id, times FROM joint_hold;

CREATE TABLE emergency_new (
  id TEXT PRIMARY KEY,
  episode_id TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  account_id TEXT NOT NULL REFERENCES account(id),
  ground TEXT NOT NULL CHECK (ground IN ('absent', 'danger', 'reached')),
  first_by TEXT REFERENCES account(id),
  second_by TEXT REFERENCES account(id),
  times BLOB NOT NULL CHECK (length(times) = 188),
  CONSTRAINT two_others CHECK (first_by <> account_id AND second_by <> account_id AND second_by <> first_by),
  CHECK (second_by IS NULL OR first_by IS NOT NULL),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT;
INSERT INTO emergency_new SELECT id, episode_id, unit_id, account_id, ground, first_by, second_by, times FROM emergency;

-- Who is out is told while it lasts, and not at which meeting.
CREATE TABLE outing_new (
  account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  about BLOB NOT NULL,
  told INTEGER NOT NULL DEFAULT 0 CHECK (told BETWEEN 0 AND 3),
  seen_by TEXT REFERENCES account(id) ON DELETE SET NULL,
  meeting BLOB NOT NULL CHECK (length(meeting) = 188),
  CONSTRAINT another_sees CHECK (seen_by <> account_id),
  CONSTRAINT no_text CHECK (length(account_id) <= 64 AND account_id NOT LIKE '% %' AND length(unit_id) <= 64 AND unit_id NOT LIKE '% %' AND
    length(seen_by) <= 64 AND seen_by NOT LIKE '% %')
) STRICT;
INSERT INTO outing_new SELECT account_id, unit_id, about, told, seen_by, meeting FROM outing;

DROP TABLE audit;
DROP TABLE audit_day;
DROP TABLE episode;
DROP TABLE safe_contact;
DROP TABLE ending;
DROP TABLE commitment_period;
DROP TABLE commitment;
DROP TABLE joint_party;
DROP TABLE joint_hold;
DROP TABLE emergency;
DROP TABLE outing;
ALTER TABLE audit_new RENAME TO audit;
ALTER TABLE audit_day_new RENAME TO audit_day;
ALTER TABLE episode_new RENAME TO episode;
ALTER TABLE safe_contact_new RENAME TO safe_contact;
ALTER TABLE ending_new RENAME TO ending;
ALTER TABLE commitment_new RENAME TO commitment;
ALTER TABLE commitment_period_new RENAME TO commitment_period;
ALTER TABLE joint_party_new RENAME TO joint_party;
ALTER TABLE joint_hold_new RENAME TO joint_hold;
ALTER TABLE emergency_new RENAME TO emergency;
ALTER TABLE outing_new RENAME TO outing;

CREATE INDEX audit_month ON audit(month, account_id, object_id);
CREATE INDEX audit_staff ON audit(month) WHERE kind IN ('account', 'unit');
CREATE INDEX audit_emergency ON audit(object_id) WHERE action = 'emergency';
CREATE INDEX episode_state ON episode(state, month);
CREATE INDEX safe_contact_kept ON safe_contact(person_id) WHERE address IS NOT NULL;
CREATE INDEX safe_contact_replied ON safe_contact(person_id) WHERE reply = 1;
CREATE INDEX ending_waits ON ending(episode_id) WHERE times IS NOT NULL AND answer = '';

CREATE TRIGGER audit_kept BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit: an entry is never changed'); END;
