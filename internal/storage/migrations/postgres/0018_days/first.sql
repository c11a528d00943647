-- Columns in which days that tell of visits stand under a seal (decision 0057). What the program seals is put in between this
-- and second.sql, in the same transaction.

DROP TRIGGER audit_kept ON audit; -- second.sql puts it back
ALTER TABLE audit ADD COLUMN times BYTEA CHECK (length(times) = 188), ADD COLUMN mark BYTEA CHECK (length(mark) = 16),
  ADD COLUMN month TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE audit_day ADD COLUMN no BIGINT CHECK (no > 0), ADD COLUMN times BYTEA CHECK (length(times) = 188);
ALTER TABLE episode ADD COLUMN times BYTEA CHECK (length(times) = 188), ADD COLUMN month TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE safe_contact ADD COLUMN times BYTEA CHECK (length(times) = 188), ADD COLUMN reply BIGINT NOT NULL DEFAULT 0 CHECK (reply IN (0, 1));
ALTER TABLE ending ADD COLUMN times BYTEA CHECK (length(times) = 188);
ALTER TABLE commitment ADD COLUMN times BYTEA CHECK (length(times) = 188);
ALTER TABLE commitment_period ADD COLUMN no BIGINT CHECK (no > 0), ADD COLUMN mark BYTEA CHECK (length(mark) = 16),
  ADD COLUMN times BYTEA CHECK (length(times) = 188);
ALTER TABLE joint_party ADD COLUMN wish BYTEA CHECK (length(wish) = 188), ADD COLUMN word_times BYTEA CHECK (length(word_times) = 188);
ALTER TABLE joint_hold ADD COLUMN times BYTEA CHECK (length(times) = 188);
ALTER TABLE emergency ADD COLUMN times BYTEA CHECK (length(times) = 188);
ALTER TABLE outing ADD COLUMN meeting BYTEA CHECK (length(meeting) = 188);
