-- Columns in which when and where a meeting is stands under a seal (decision 0050). What the program seals is put in between
-- this and second.sql, in the same transaction. The quarters of an hour are put anew.

ALTER TABLE appointment ADD COLUMN times BYTEA CHECK (length(times) = 188), ADD COLUMN month BYTEA CHECK (length(month) = 16),
  DROP CONSTRAINT appointment_place_kind_check, DROP CONSTRAINT appointment_day_part_check,
  ADD CONSTRAINT appointment_place_kind_check CHECK (place_kind IN ('', 'office', 'home', 'agreed')),
  ADD CONSTRAINT appointment_day_part_check CHECK (day_part IN ('', 'office-hours', 'evening', 'weekend')),
  DROP CONSTRAINT no_text;
ALTER TABLE slot ADD COLUMN times BYTEA CHECK (length(times) = 188), ADD COLUMN mark BYTEA CHECK (length(mark) = 16);
ALTER TABLE outgoing ADD COLUMN times BYTEA CHECK (length(times) = 188);
ALTER TABLE episode ADD COLUMN wait BYTEA CHECK (length(wait) = 188);
ALTER TABLE buyer_entry ADD COLUMN times BYTEA CHECK (length(times) = 188);

DROP TABLE booking_cell;
CREATE TABLE booking_cell (
  worker_id TEXT COLLATE "C" NOT NULL REFERENCES account(id),
  cell BYTEA NOT NULL CHECK (length(cell) = 16),
  appointment_id TEXT COLLATE "C" NOT NULL REFERENCES appointment(id) ON DELETE CASCADE,
  PRIMARY KEY (worker_id, cell)
);
CREATE INDEX booking_cell_appointment ON booking_cell(appointment_id);
