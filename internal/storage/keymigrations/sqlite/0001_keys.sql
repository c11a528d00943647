-- +goose Up
-- Wrapped keys live apart from what they open, so that destroying one here is erasing there (design 4.1).
-- made is the day while nobody is known to use the key, and '' afterwards: it tells only which keys to look at.
CREATE TABLE subject_key (
  id TEXT PRIMARY KEY,
  wrapped BLOB NOT NULL,
  made TEXT NOT NULL
) STRICT;
CREATE INDEX subject_key_made ON subject_key(made);
