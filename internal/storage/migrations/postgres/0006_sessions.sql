-- +goose Up
-- A stay gets a name by which its owner can end it, the moment they last proved who they are, the way they did it, and
-- one coarse word of the device (decision 0044). Of stays begun before this nothing of it is known, so they end.
DELETE FROM session;
ALTER TABLE session ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN proved TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN way TEXT NOT NULL DEFAULT '' CHECK (way IN ('', 'link', 'password', 'passkey', 'organisation'));
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '' CHECK (device IN ('', 'computer', 'phone'));
CREATE UNIQUE INDEX session_id ON session(id);

-- Whom the organisation's own sign-in tells the account to be: a keyed fingerprint of its issuer and subject.
ALTER TABLE account ADD COLUMN subject BYTEA;
CREATE UNIQUE INDEX account_subject ON account(subject) WHERE subject IS NOT NULL;
