-- +goose Up
-- What people suggested with an answer and nobody has read, of one offer in one box under a key of its own, filled up to steps of one
-- size (R-206, R-207, decision 0071). Every answer to a form that asks writes it anew, whether it brought something or not. What is
-- read is a proposal (circle_idea), and this key goes.
CREATE TABLE feedback_suggestion (
  id TEXT COLLATE "C" PRIMARY KEY,
  offer_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES offer(id),
  key_id TEXT COLLATE "C" NOT NULL UNIQUE,
  words BYTEA NOT NULL CHECK (length(words) >= 16412 AND (length(words) - 28) % 16384 = 0),
  CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(offer_id) <= 64 AND offer_id NOT LIKE '% %' AND
    length(key_id) <= 64 AND key_id NOT LIKE '% %')
);
