-- +goose Up
-- Wrapped keys live apart from what they open, so that destroying one here is erasing there (design 4.1).
CREATE TABLE subject_key (
  id TEXT PRIMARY KEY,
  wrapped BLOB NOT NULL
) STRICT;
