-- +goose Up
-- Who proposed a group signed in, so that they read what becomes of it (R-192, decision 0070). Nobody's proposals have none, as before.
ALTER TABLE circle_idea ADD COLUMN account_id TEXT REFERENCES account(id) ON DELETE SET NULL;
