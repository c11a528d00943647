-- +goose Up
-- Wrapped keys live apart from what they open, so that destroying one here is erasing there (design 4.1).
-- made is the day while nobody is known to use the key, and '' afterwards: it tells only which keys to look at.
CREATE TABLE subject_key (
  id TEXT COLLATE "C" PRIMARY KEY,
  wrapped BYTEA NOT NULL,
  made TEXT COLLATE "C" NOT NULL
);
CREATE INDEX subject_key_made ON subject_key(made);
