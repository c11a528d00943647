-- +goose Up
-- What the sweep and an ending request ask: without these they read every grant and every episode through.
CREATE INDEX access_grant_until ON access_grant(until) WHERE until <> '';
CREATE INDEX episode_request ON episode(request_id) WHERE request_id IS NOT NULL;
CREATE INDEX client_session_expires ON client_session(expires);
