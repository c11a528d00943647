-- Columns in which days that tell of visits stand under a seal (decision 0057). What the program seals is put in between this
-- and second.sql, in the same transaction.

DROP TRIGGER audit_kept; -- it comes back with the table
ALTER TABLE audit ADD COLUMN times BLOB;
ALTER TABLE audit ADD COLUMN mark BLOB;
ALTER TABLE audit ADD COLUMN month TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_day ADD COLUMN no INTEGER;
ALTER TABLE audit_day ADD COLUMN times BLOB;
ALTER TABLE episode ADD COLUMN times BLOB;
ALTER TABLE episode ADD COLUMN month TEXT NOT NULL DEFAULT '';
ALTER TABLE safe_contact ADD COLUMN times BLOB;
ALTER TABLE safe_contact ADD COLUMN reply INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ending ADD COLUMN times BLOB;
ALTER TABLE commitment ADD COLUMN times BLOB;
ALTER TABLE commitment_period ADD COLUMN no INTEGER;
ALTER TABLE commitment_period ADD COLUMN mark BLOB;
ALTER TABLE commitment_period ADD COLUMN times BLOB;
ALTER TABLE joint_party ADD COLUMN wish BLOB;
ALTER TABLE joint_party ADD COLUMN word_times BLOB;
ALTER TABLE joint_hold ADD COLUMN times BLOB;
ALTER TABLE emergency ADD COLUMN times BLOB;
ALTER TABLE outing ADD COLUMN meeting BLOB;
