-- +goose Up
-- The list without names: fingerprints of what has ended, so that an old backup cannot bring it back (design 4.7). A
-- fingerprint is keyed by the master key and tells neither what it is of nor whose; the day tells when it may go.
CREATE TABLE ended (
  hash BLOB PRIMARY KEY,
  day TEXT NOT NULL
) STRICT;
CREATE INDEX ended_day ON ended(day);
