-- +goose Up
-- Messages to clients, and what the gate asks of a permission (A-24, D-185…D-189; decision 0041). A message is kept as ids,
-- choices and times: never its words or the address, which are made when it leaves. There is no row of one that is over
-- in a service without records.

-- Whether somebody else may answer or read: '' was never asked, and counts as yes.
ALTER TABLE safe_contact ADD COLUMN others TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (others IN ('', 'yes', 'no'));
UPDATE safe_contact SET others = 'yes' WHERE other_may_answer = 1;
ALTER TABLE safe_contact DROP COLUMN other_may_answer;
ALTER TABLE safe_contact ADD COLUMN reminders BIGINT NOT NULL DEFAULT 0 CHECK (reminders IN (0, 1));
ALTER TABLE safe_contact ADD COLUMN ask_again BIGINT NOT NULL DEFAULT 0 CHECK (ask_again IN (0, 1));
-- The message for which "ask again each time" has been used, and the day of a reply that nobody has seen.
ALTER TABLE safe_contact ADD COLUMN spent TEXT COLLATE "C" NOT NULL DEFAULT ''
  CONSTRAINT spent_no_text CHECK (length(spent) <= 64 AND spent NOT LIKE '% %');
ALTER TABLE safe_contact ADD COLUMN replied TEXT COLLATE "C" NOT NULL DEFAULT ''
  CONSTRAINT replied_no_text CHECK (length(replied) <= 64 AND replied NOT LIKE '% %');
ALTER TABLE safe_contact ADD COLUMN address_index BYTEA;
CREATE INDEX safe_contact_address ON safe_contact(address_index);
CREATE INDEX safe_contact_last_day ON safe_contact(last_day) WHERE address IS NOT NULL;
CREATE INDEX safe_contact_replied ON safe_contact(person_id) WHERE replied <> '';

CREATE TABLE outgoing (
  id TEXT COLLATE "C" PRIMARY KEY,
  person_id TEXT COLLATE "C" NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  request_id TEXT COLLATE "C" REFERENCES request(id) ON DELETE CASCADE,
  episode_id TEXT COLLATE "C" REFERENCES episode(id) ON DELETE CASCADE,
  appointment_id TEXT COLLATE "C" REFERENCES appointment(id) ON DELETE CASCADE,
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('offered', 'moved', 'reminder', 'cancelled')),
  channel TEXT COLLATE "C" NOT NULL CHECK (channel IN ('sms', 'email')),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  why TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (why IN ('', 'ended', 'spent', 'late', 'refused', 'no-sender')),
  run_at TEXT COLLATE "C" NOT NULL DEFAULT '',
  until TEXT COLLATE "C" NOT NULL DEFAULT '',
  day TEXT COLLATE "C" NOT NULL DEFAULT '',
  attempt BIGINT NOT NULL DEFAULT 0,
  CHECK ((request_id IS NULL) <> (episode_id IS NULL)),
  CHECK ((state = 'queued') = (run_at <> '')),
  CHECK ((state = 'sent') = (day <> '')),
  CHECK ((state = 'failed') = (why <> '')),
  CHECK ((kind = 'offered') = (appointment_id IS NULL)),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(run_at) <= 64 AND run_at NOT LIKE '% %' AND
    length(until) <= 64 AND until NOT LIKE '% %' AND length(day) <= 64 AND day NOT LIKE '% %')
);
CREATE INDEX outgoing_person ON outgoing(person_id);
CREATE INDEX outgoing_request ON outgoing(request_id);
CREATE INDEX outgoing_episode ON outgoing(episode_id);
CREATE INDEX outgoing_appointment ON outgoing(appointment_id);
CREATE INDEX outgoing_due ON outgoing(state, run_at, id);
CREATE INDEX outgoing_until ON outgoing(until) WHERE until <> '';
