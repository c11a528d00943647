-- Rooms of an office (decision 0060). They are the organisation's own, and stand in the open as working hours do.
CREATE TABLE room (
  id TEXT PRIMARY KEY,
  place_id TEXT NOT NULL REFERENCES place(id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
  holds INTEGER NOT NULL CHECK (holds BETWEEN 1 AND 500),
  position INTEGER NOT NULL CHECK (position >= 0),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  out_first TEXT NOT NULL DEFAULT '' CHECK (length(out_first) IN (0, 10)),
  out_last TEXT NOT NULL DEFAULT '' CHECK (length(out_last) = length(out_first) AND out_last >= out_first),
  UNIQUE (place_id, name)
) STRICT;

-- Whether a client reads in which room of the office they are met.
ALTER TABLE place ADD COLUMN tell_room INTEGER NOT NULL DEFAULT 0 CHECK (tell_room IN (0, 1));

-- A booked meeting occupies the quarters of an hour of its room. The key is the promise: one room, one meeting at a time. The mark is
-- keyed, of room and quarter; a meeting without a room has marks of itself, so that the rows tell nothing of where anybody meets.
CREATE TABLE room_cell (
  cell BLOB PRIMARY KEY CHECK (length(cell) = 16),
  appointment_id TEXT REFERENCES appointment(id) ON DELETE CASCADE,
  CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %')
) STRICT, WITHOUT ROWID;
CREATE INDEX room_cell_appointment ON room_cell(appointment_id);

CREATE TRIGGER room_of_meeting BEFORE INSERT ON room_cell
WHEN NOT EXISTS (SELECT 1 FROM appointment a WHERE a.id = NEW.appointment_id AND a.state = 'booked')
BEGIN SELECT RAISE(ABORT, 'room: quarters are taken by a booked meeting'); END;

CREATE TRIGGER room_cell_kept BEFORE UPDATE ON room_cell
BEGIN SELECT RAISE(ABORT, 'room: quarters are given back and taken anew, never changed'); END;
