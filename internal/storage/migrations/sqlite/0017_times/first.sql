-- Tables anew, in which when and where a meeting is stands under a seal (decision 0050). What the program seals is put in
-- between this and second.sql, in the same transaction.

CREATE TABLE appointment_new (
  id TEXT PRIMARY KEY,
  episode_id TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  visit_limit INTEGER NOT NULL, -- never NULL: a foreign key with a NULL in it is not asked
  regime TEXT NOT NULL,
  visit_no INTEGER CHECK (visit_no > 0),
  state TEXT NOT NULL CHECK (state IN ('booked', 'on-hold', 'held', 'missed', 'cancelled')),
  counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
  cancelled_by TEXT NOT NULL DEFAULT '' CHECK (cancelled_by IN ('', 'client', 'worker')),
  worker_id TEXT REFERENCES account(id),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('', 'office', 'home', 'agreed')),
  place BLOB,
  day_part TEXT NOT NULL CHECK (day_part IN ('', 'office-hours', 'evening', 'weekend')),
  sequence INTEGER NOT NULL DEFAULT 0,
  second_id TEXT REFERENCES account(id),
  participants TEXT NOT NULL DEFAULT '' CHECK (participants IN ('', 'client', 'couple', 'family', 'network')),
  times BLOB CHECK (length(times) = 188),
  month BLOB CHECK (length(month) = 16),
  FOREIGN KEY (episode_id, visit_limit) REFERENCES episode(id, visit_limit) ON DELETE CASCADE,
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  UNIQUE (episode_id, visit_no),
  CONSTRAINT visit_limit CHECK (visit_no IS NULL OR visit_limit = 0 OR visit_no <= visit_limit),
  CONSTRAINT numbered CHECK ((state IN ('booked', 'on-hold') OR counted = 1) = (visit_no IS NOT NULL)),
  CONSTRAINT has_times CHECK (state NOT IN ('booked', 'on-hold') OR (times IS NOT NULL AND worker_id IS NOT NULL)),
  CONSTRAINT tells_nothing CHECK ((state IN ('booked', 'on-hold')) = (place_kind = '') AND (place_kind = '') = (day_part = '')
    AND (month IS NULL) = (times IS NULL OR state IN ('booked', 'on-hold'))),
  CONSTRAINT two_workers CHECK (second_id IS NULL OR (worker_id IS NOT NULL AND second_id <> worker_id)),
  CONSTRAINT nothing_kept CHECK (regime <> 'none' OR state IN ('booked', 'on-hold') OR (times IS NULL AND month IS NULL
    AND worker_id IS NULL AND second_id IS NULL AND participants = '' AND place IS NULL)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT;

ALTER TABLE episode ADD COLUMN wait BLOB CHECK (length(wait) = 188);

CREATE TABLE booking_cell_new (
  worker_id TEXT NOT NULL REFERENCES account(id),
  cell BLOB NOT NULL CHECK (length(cell) = 16),
  appointment_id TEXT NOT NULL REFERENCES appointment(id) ON DELETE CASCADE,
  PRIMARY KEY (worker_id, cell)
) STRICT;

CREATE TABLE slot_new (
  id TEXT PRIMARY KEY,
  request_id TEXT REFERENCES request(id) ON DELETE CASCADE,
  episode_id TEXT REFERENCES episode(id) ON DELETE CASCADE,
  worker_id TEXT NOT NULL REFERENCES account(id),
  second_id TEXT REFERENCES account(id),
  times BLOB NOT NULL CHECK (length(times) = 188),
  mark BLOB NOT NULL UNIQUE CHECK (length(mark) = 16),
  CHECK ((request_id IS NULL) <> (episode_id IS NULL)),
  CONSTRAINT two_workers CHECK (second_id <> worker_id),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT;

CREATE TABLE buyer_entry_new (
  appointment_id TEXT PRIMARY KEY REFERENCES appointment(id) ON DELETE CASCADE,
  episode_id TEXT NOT NULL,
  regime TEXT NOT NULL CHECK (regime = 'buyer'),
  times BLOB NOT NULL CHECK (length(times) = 188),
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %' AND length(episode_id) <= 64 AND episode_id NOT LIKE '% %')
) STRICT;

CREATE TABLE outgoing_new (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  request_id TEXT REFERENCES request(id) ON DELETE CASCADE,
  episode_id TEXT REFERENCES episode(id) ON DELETE CASCADE,
  appointment_id TEXT REFERENCES appointment(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('offered', 'moved', 'reminder', 'cancelled')),
  channel TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  why TEXT NOT NULL DEFAULT '' CHECK (why IN ('', 'ended', 'spent', 'late', 'refused', 'no-sender')),
  attempt INTEGER NOT NULL DEFAULT 0,
  times BLOB NOT NULL CHECK (length(times) = 188),
  CHECK ((request_id IS NULL) <> (episode_id IS NULL)),
  CHECK ((state = 'failed') = (why <> '')),
  CHECK ((kind = 'offered') = (appointment_id IS NULL)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %')
) STRICT;
