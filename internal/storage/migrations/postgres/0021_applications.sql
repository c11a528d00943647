-- +goose Up
-- That a commitment has been applied for, for somebody who waits, and that a payer did not grant one (R-115). Granted, it becomes
-- a commitment, and this goes with the contact. A ground is nowhere: that is the payer's.
CREATE TABLE application (
  id TEXT COLLATE "C" PRIMARY KEY,
  request_id TEXT COLLATE "C" NOT NULL REFERENCES request(id) ON DELETE CASCADE,
  payer_id TEXT COLLATE "C" NOT NULL REFERENCES payer(id),
  applied TEXT COLLATE "C" NOT NULL CHECK (length(applied) = 10),
  refused TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (refused = '' OR refused >= applied),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(request_id) <= 64 AND request_id NOT LIKE '% %' AND
    applied NOT LIKE '% %' AND length(refused) <= 10 AND refused NOT LIKE '% %')
);
CREATE INDEX application_request ON application(request_id);
-- One payer at a time: whom to ask is decided, not tried out.
CREATE UNIQUE INDEX application_open ON application(request_id) WHERE refused = '';

-- A number of visits that was typed wrongly is put right in the commitment, the episode and its visits together: what holds
-- them to one another is asked at the end of that.
ALTER TABLE commitment ALTER CONSTRAINT commitment_episode_id_granted_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE appointment ALTER CONSTRAINT appointment_episode_id_visit_limit_fkey DEFERRABLE INITIALLY IMMEDIATE;
