-- +goose Up
-- Every column stands in catalogue.yaml with its class, regime and retention; a test holds the two together.
-- Instants are UTC text "2006-01-02T15:04:05.000Z", dates "2006-01-02", clocks "15:04", flags 0 or 1.
-- What is kept of clients is ids, choices, times and counts. The checks called no_text hold the columns of text to single
-- short words, so that a sentence about a visit has nowhere to go, whatever the code above does (A-14, design 3).

-- The organisation -----------------------------------------------------------------------------------
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE unit (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name_fi TEXT NOT NULL, name_sv TEXT NOT NULL, name_en TEXT NOT NULL,
  phone TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  area TEXT NOT NULL DEFAULT '',
  grant_object TEXT NOT NULL DEFAULT '',
  zone TEXT NOT NULL DEFAULT 'Europe/Helsinki'
) STRICT;

CREATE TABLE opening (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id) ON DELETE CASCADE,
  channel TEXT NOT NULL CHECK (channel IN ('chat', 'telephone')),
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  opens TEXT NOT NULL,
  closes TEXT NOT NULL,
  CHECK (opens < closes)
) STRICT;
CREATE INDEX opening_unit ON opening(unit_id);

CREATE TABLE offer (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL,
  open INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT;

CREATE TABLE place (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  name_fi TEXT NOT NULL, name_sv TEXT NOT NULL, name_en TEXT NOT NULL,
  address TEXT NOT NULL,
  area TEXT NOT NULL DEFAULT '',
  active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

-- Staff ------------------------------------------------------------------------------------------------
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  name BLOB NOT NULL,
  email BLOB NOT NULL,
  email_index BLOB NOT NULL UNIQUE,
  password TEXT NOT NULL DEFAULT '',
  totp BLOB,
  totp_step INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'closed')),
  lang TEXT NOT NULL,
  wrong INTEGER NOT NULL DEFAULT 0,
  wait_until TEXT NOT NULL DEFAULT '',
  created TEXT NOT NULL
) STRICT;

CREATE TABLE passkey (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  credential BLOB NOT NULL,
  created TEXT NOT NULL
) STRICT;
CREATE INDEX passkey_account ON passkey(account_id);

CREATE TABLE membership (
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  role TEXT NOT NULL CHECK (role IN ('worker', 'coordinator', 'editor', 'operator')),
  PRIMARY KEY (account_id, unit_id, role)
) STRICT;

-- Which grant holders an account speaks for: itself, and the desks of its units. Kept by PutMemberships.
CREATE TABLE holding (
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  holder TEXT NOT NULL,
  PRIMARY KEY (account_id, holder)
) STRICT;

CREATE TABLE sign_in_link (
  hash BLOB PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  purpose TEXT NOT NULL CHECK (purpose IN ('invite', 'demo', 'recovery')),
  expires TEXT NOT NULL
) STRICT;

CREATE TABLE session (
  hash BLOB PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  created TEXT NOT NULL,
  seen TEXT NOT NULL,
  expires TEXT NOT NULL
) STRICT;
CREATE INDEX session_account ON session(account_id);

CREATE TABLE worker (
  account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  languages TEXT NOT NULL,
  areas TEXT NOT NULL,
  places TEXT NOT NULL,
  travel_minutes INTEGER NOT NULL CHECK (travel_minutes BETWEEN 0 AND 240)
) STRICT;

CREATE TABLE working_hours (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES worker(account_id) ON DELETE CASCADE,
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  opens TEXT NOT NULL,
  closes TEXT NOT NULL,
  CHECK (opens < closes)
) STRICT;
CREATE INDEX working_hours_account ON working_hours(account_id);

CREATE TABLE absence (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES worker(account_id) ON DELETE CASCADE,
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  CHECK (first <= last)
) STRICT;
CREATE INDEX absence_account ON absence(account_id);

-- Who answers a channel just now.
CREATE TABLE presence (
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  channel TEXT NOT NULL CHECK (channel IN ('chat')),
  until TEXT NOT NULL,
  PRIMARY KEY (account_id, unit_id, channel)
) STRICT;

-- Clients ----------------------------------------------------------------------------------------------
CREATE TABLE person (
  id TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('adult', 'child')),
  name BLOB,
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(key_id) <= 64 AND key_id NOT LIKE '% %')
) STRICT;

CREATE TABLE safe_contact (
  person_id TEXT PRIMARY KEY REFERENCES person(id) ON DELETE CASCADE,
  channel TEXT NOT NULL CHECK (channel IN ('none', 'call', 'sms', 'email')),
  address BLOB,
  code_word BLOB,
  hour_from INTEGER NOT NULL CHECK (hour_from BETWEEN 0 AND 24),
  hour_to INTEGER NOT NULL CHECK (hour_to BETWEEN 0 AND 24),
  voicemail INTEGER NOT NULL CHECK (voicemail IN (0, 1)),
  say_organisation INTEGER NOT NULL CHECK (say_organisation IN (0, 1)),
  other_may_answer INTEGER NOT NULL CHECK (other_may_answer IN (0, 1)),
  last_day TEXT NOT NULL,
  asked TEXT NOT NULL,
  CONSTRAINT no_text CHECK (length(last_day) <= 64 AND last_day NOT LIKE '% %' AND
    length(asked) <= 64 AND asked NOT LIKE '% %')
) STRICT;

CREATE TABLE request (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  offer_id TEXT NOT NULL REFERENCES offer(id),
  person_id TEXT NOT NULL REFERENCES person(id),
  channel TEXT NOT NULL CHECK (channel IN ('form', 'chat', 'telephone', 'email', 'partner')),
  referrer TEXT NOT NULL,
  lang TEXT NOT NULL,
  age INTEGER CHECK (age BETWEEN 0 AND 17),
  wish_times TEXT NOT NULL,
  wish_places TEXT NOT NULL,
  area TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'accepted', 'ended')),
  token_hash BLOB UNIQUE,
  created TEXT NOT NULL,
  due TEXT NOT NULL,
  expires TEXT NOT NULL,
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(referrer) <= 64 AND referrer NOT LIKE '% %' AND length(lang) <= 64 AND lang NOT LIKE '% %' AND
    length(wish_times) <= 200 AND wish_times NOT LIKE '% %' AND
    length(wish_places) <= 200 AND wish_places NOT LIKE '% %' AND
    length(created) <= 64 AND created NOT LIKE '% %' AND length(due) <= 64 AND due NOT LIKE '% %' AND
    length(expires) <= 64 AND expires NOT LIKE '% %' AND length(area) <= 60)
) STRICT;
CREATE INDEX request_state ON request(state, due, id);
CREATE INDEX request_person ON request(person_id);
CREATE INDEX request_expires ON request(expires);

CREATE TABLE episode (
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
  contacted TEXT NOT NULL DEFAULT '',
  wait_minutes INTEGER,
  guardians TEXT NOT NULL DEFAULT 'agree' CHECK (guardians IN ('agree', 'disagree')),
  decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'continue', 'pause', 'stop')),
  decision_ground TEXT NOT NULL DEFAULT '',
  decision_day TEXT NOT NULL DEFAULT '',
  decision_by TEXT REFERENCES account(id),
  opened TEXT NOT NULL,
  closed TEXT NOT NULL DEFAULT '',
  erase_on TEXT NOT NULL DEFAULT '',
  UNIQUE (id, visit_limit),
  UNIQUE (id, regime),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(request_id) <= 64 AND request_id NOT LIKE '% %' AND length(model) <= 64 AND model NOT LIKE '% %' AND
    length(part) <= 64 AND part NOT LIKE '% %' AND length(lang) <= 64 AND lang NOT LIKE '% %' AND
    length(channel) <= 64 AND channel NOT LIKE '% %' AND length(referrer) <= 64 AND referrer NOT LIKE '% %' AND
    length(contacted) <= 64 AND contacted NOT LIKE '% %' AND
    length(decision_ground) <= 64 AND decision_ground NOT LIKE '% %' AND
    length(decision_day) <= 64 AND decision_day NOT LIKE '% %' AND length(opened) <= 64 AND opened NOT LIKE '% %' AND
    length(closed) <= 64 AND closed NOT LIKE '% %' AND length(erase_on) <= 64 AND erase_on NOT LIKE '% %')
) STRICT;
CREATE INDEX episode_person ON episode(person_id);
CREATE INDEX episode_about ON episode(about_id);
CREATE INDEX episode_state ON episode(state, opened, id);
CREATE INDEX episode_erase ON episode(erase_on);

CREATE TABLE return_code (
  code_index BLOB PRIMARY KEY,
  request_id TEXT REFERENCES request(id) ON DELETE CASCADE,
  episode_id TEXT REFERENCES episode(id) ON DELETE CASCADE,
  used INTEGER NOT NULL CHECK (used IN (0, 1)),
  CHECK ((request_id IS NULL) <> (episode_id IS NULL))
) STRICT;
CREATE INDEX return_code_request ON return_code(request_id);
CREATE INDEX return_code_episode ON return_code(episode_id);

CREATE TABLE client_session (
  hash BLOB PRIMARY KEY,
  exit_hash BLOB NOT NULL UNIQUE,
  code_index BLOB NOT NULL REFERENCES return_code(code_index) ON DELETE CASCADE,
  expires TEXT NOT NULL,
  CONSTRAINT no_text CHECK (length(expires) <= 64 AND expires NOT LIKE '% %')
) STRICT;
CREATE INDEX client_session_code ON client_session(code_index);

-- Times ------------------------------------------------------------------------------------------------
CREATE TABLE slot (
  id TEXT PRIMARY KEY,
  request_id TEXT REFERENCES request(id) ON DELETE CASCADE,
  episode_id TEXT REFERENCES episode(id) ON DELETE CASCADE,
  worker_id TEXT NOT NULL REFERENCES account(id),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('office', 'home', 'agreed')),
  place_id TEXT REFERENCES place(id),
  day TEXT NOT NULL, clock TEXT NOT NULL, zone TEXT NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 15 AND 480),
  starts TEXT NOT NULL,
  CHECK ((request_id IS NULL) <> (episode_id IS NULL)),
  UNIQUE (request_id, worker_id, starts),
  UNIQUE (episode_id, worker_id, starts),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %' AND
    length(clock) <= 64 AND clock NOT LIKE '% %' AND length(zone) <= 64 AND zone NOT LIKE '% %' AND
    length(starts) <= 64 AND starts NOT LIKE '% %')
) STRICT;
CREATE INDEX slot_starts ON slot(starts);

-- A visit number is unique in its episode and never above the episode's limit, whatever the code above does
-- (R-143). In a service without records a meeting that is over keeps no day, worker or place (R-131, design 3).
CREATE TABLE appointment (
  id TEXT PRIMARY KEY,
  episode_id TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  visit_limit INTEGER NOT NULL, -- never NULL: a foreign key with a NULL in it is not asked
  regime TEXT NOT NULL,
  visit_no INTEGER CHECK (visit_no > 0),
  state TEXT NOT NULL CHECK (state IN ('booked', 'held', 'missed', 'cancelled')),
  counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
  cancelled_by TEXT NOT NULL DEFAULT '' CHECK (cancelled_by IN ('', 'client', 'worker')),
  worker_id TEXT REFERENCES account(id),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('office', 'home', 'agreed')),
  place_id TEXT REFERENCES place(id),
  place BLOB,
  day TEXT, clock TEXT, zone TEXT,
  minutes INTEGER CHECK (minutes BETWEEN 15 AND 480),
  starts TEXT, ends TEXT,
  day_part TEXT NOT NULL CHECK (day_part IN ('office-hours', 'evening', 'weekend')),
  sequence INTEGER NOT NULL DEFAULT 0,
  FOREIGN KEY (episode_id, visit_limit) REFERENCES episode(id, visit_limit) ON DELETE CASCADE,
  FOREIGN KEY (episode_id, regime) REFERENCES episode(id, regime) ON DELETE CASCADE,
  UNIQUE (episode_id, visit_no),
  CONSTRAINT visit_limit CHECK (visit_no IS NULL OR visit_limit = 0 OR visit_no <= visit_limit),
  CHECK ((state = 'booked' OR counted = 1) = (visit_no IS NOT NULL)),
  CHECK (state <> 'booked' OR (day IS NOT NULL AND clock IS NOT NULL AND zone IS NOT NULL AND minutes IS NOT NULL
    AND starts IS NOT NULL AND ends IS NOT NULL AND worker_id IS NOT NULL)),
  CHECK (regime <> 'none' OR state = 'booked' OR (day IS NULL AND clock IS NULL AND starts IS NULL AND ends IS NULL
    AND worker_id IS NULL AND place_id IS NULL AND place IS NULL)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %' AND
    length(clock) <= 64 AND clock NOT LIKE '% %' AND length(zone) <= 64 AND zone NOT LIKE '% %' AND
    length(starts) <= 64 AND starts NOT LIKE '% %' AND length(ends) <= 64 AND ends NOT LIKE '% %')
) STRICT;
CREATE INDEX appointment_episode ON appointment(episode_id);
CREATE INDEX appointment_worker ON appointment(worker_id, starts);
CREATE INDEX appointment_starts ON appointment(starts);
CREATE INDEX appointment_state ON appointment(state, ends);

-- A booked meeting occupies its quarters of an hour. The key is the promise: one worker, one meeting at a time.
CREATE TABLE booking_cell (
  worker_id TEXT NOT NULL REFERENCES account(id),
  cell TEXT NOT NULL,
  appointment_id TEXT NOT NULL REFERENCES appointment(id) ON DELETE CASCADE,
  PRIMARY KEY (worker_id, cell),
  CONSTRAINT no_text CHECK (length(cell) <= 64 AND cell NOT LIKE '% %')
) STRICT;
CREATE INDEX booking_cell_appointment ON booking_cell(appointment_id);

CREATE TABLE way_on (
  id TEXT PRIMARY KEY,
  episode_id TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('service', 'elsewhere')),
  destination TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined')),
  UNIQUE (episode_id, kind, destination),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(destination) <= 64 AND destination NOT LIKE '% %')
) STRICT;

-- Access: someone sees an object because a row says so -------------------------------------------------
-- The rank is where the object stands in lists (requests by urgency, episodes by stage and day, conversations by age).
-- It lies here so that a page of a list is one stretch of an index, however much the holder may see.
CREATE TABLE access_grant (
  holder TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('request', 'episode', 'conversation')),
  object_id TEXT NOT NULL,
  relation TEXT NOT NULL CHECK (relation IN ('intake', 'worker', 'coordinator')),
  until TEXT NOT NULL DEFAULT '',
  rank TEXT NOT NULL,
  PRIMARY KEY (holder, kind, object_id, relation),
  CONSTRAINT no_text CHECK (length(holder) <= 64 AND holder NOT LIKE '% %' AND
    length(object_id) <= 64 AND object_id NOT LIKE '% %' AND length(until) <= 64 AND until NOT LIKE '% %' AND
    length(rank) <= 40)
) STRICT;
CREATE INDEX access_grant_object ON access_grant(object_id);
CREATE INDEX access_grant_rank ON access_grant(holder, kind, rank, object_id, relation, until);

-- Chat: sealed, bounded, gone when it ends -------------------------------------------------------------
CREATE TABLE conversation (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  offer_id TEXT NOT NULL REFERENCES offer(id),
  key_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'open')),
  worker_id TEXT REFERENCES account(id),
  request_id TEXT REFERENCES request(id) ON DELETE SET NULL,
  client_hash BLOB NOT NULL UNIQUE,
  exit_hash BLOB NOT NULL UNIQUE,
  lang TEXT NOT NULL,
  created TEXT NOT NULL,
  last TEXT NOT NULL,
  ends TEXT NOT NULL,
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(key_id) <= 64 AND key_id NOT LIKE '% %' AND length(lang) <= 64 AND lang NOT LIKE '% %' AND
    length(created) <= 64 AND created NOT LIKE '% %' AND length(last) <= 64 AND last NOT LIKE '% %' AND
    length(ends) <= 64 AND ends NOT LIKE '% %')
) STRICT;

CREATE TABLE message (
  conversation_id TEXT NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL CHECK (seq BETWEEN 1 AND 400),
  sender TEXT NOT NULL CHECK (sender IN ('client', 'worker', 'code')),
  body BLOB NOT NULL CHECK (length(body) <= 5000),
  PRIMARY KEY (conversation_id, seq)
) STRICT;

-- Groups by head count (the rest of groups comes later) --------------------------------------------------
CREATE TABLE group_meeting (
  id TEXT PRIMARY KEY,
  offer_id TEXT NOT NULL REFERENCES offer(id),
  day TEXT NOT NULL, clock TEXT NOT NULL, zone TEXT NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 15 AND 960),
  starts TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
  adults INTEGER NOT NULL DEFAULT 0 CHECK (adults BETWEEN 0 AND 500),
  children INTEGER NOT NULL DEFAULT 0 CHECK (children BETWEEN 0 AND 500),
  UNIQUE (offer_id, starts),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %' AND
    length(clock) <= 64 AND clock NOT LIKE '% %' AND length(zone) <= 64 AND zone NOT LIKE '% %' AND
    length(starts) <= 64 AND starts NOT LIKE '% %')
) STRICT;

-- Sums: what stays when everything else has gone ---------------------------------------------------------
CREATE TABLE figure (
  month TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES unit(id),
  model TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (month, unit_id, model, name, value),
  CONSTRAINT no_text CHECK (length(month) <= 64 AND month NOT LIKE '% %' AND
    length(model) <= 64 AND model NOT LIKE '% %' AND length(name) <= 64 AND name NOT LIKE '% %' AND
    length(value) <= 64 AND value NOT LIKE '% %')
) STRICT;

-- Who saw and changed what, by opaque id and day; it dies with its object ------------------------------
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  day TEXT NOT NULL,
  account_id TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  UNIQUE (day, account_id, action, object_id),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %' AND
    length(account_id) <= 64 AND account_id NOT LIKE '% %' AND length(action) <= 64 AND action NOT LIKE '% %' AND
    length(kind) <= 64 AND kind NOT LIKE '% %' AND length(object_id) <= 64 AND object_id NOT LIKE '% %')
) STRICT;
CREATE INDEX audit_object ON audit(object_id);

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  run_at TEXT NOT NULL,
  lease_until TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(kind) <= 64 AND kind NOT LIKE '% %' AND
    length(object_id) <= 64 AND object_id NOT LIKE '% %' AND length(run_at) <= 64 AND run_at NOT LIKE '% %' AND
    length(lease_until) <= 64 AND lease_until NOT LIKE '% %')
) STRICT;
CREATE INDEX job_due ON job(run_at, id);
