-- +goose Up
-- That a commitment has been applied for, for somebody who waits, and that a payer did not grant one (R-115). Granted, it becomes
-- a commitment, and this goes with the contact. A ground is nowhere: that is the payer's.
CREATE TABLE application (
  id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL REFERENCES request(id) ON DELETE CASCADE,
  payer_id TEXT NOT NULL REFERENCES payer(id),
  applied TEXT NOT NULL CHECK (length(applied) = 10),
  refused TEXT NOT NULL DEFAULT '' CHECK (refused = '' OR refused >= applied),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(request_id) <= 64 AND request_id NOT LIKE '% %' AND
    applied NOT LIKE '% %' AND length(refused) <= 10 AND refused NOT LIKE '% %')
) STRICT;
CREATE INDEX application_request ON application(request_id);
-- One payer at a time: whom to ask is decided, not tried out.
CREATE UNIQUE INDEX application_open ON application(request_id) WHERE refused = '';
