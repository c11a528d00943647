-- +goose Up
-- A group's meeting and a day take a room like a client's meeting (decision 0074), by the same keyed marks: whoever comes second is
-- refused, whatever they are. A mark has one owner. Those of groups and days are there only while they have a room: that they meet at
-- an office stands in the open anyway.
ALTER TABLE room_cell ADD COLUMN circle_id TEXT REFERENCES circle(id) ON DELETE CASCADE
  CHECK (length(circle_id) <= 64 AND circle_id NOT LIKE '% %');
ALTER TABLE room_cell ADD COLUMN circle_no INTEGER CHECK ((circle_no IS NULL) = (circle_id IS NULL));
ALTER TABLE room_cell ADD COLUMN occasion_id TEXT REFERENCES occasion(id) ON DELETE CASCADE
  CHECK (length(occasion_id) <= 64 AND occasion_id NOT LIKE '% %')
  CHECK ((appointment_id IS NOT NULL) + (circle_id IS NOT NULL) + (occasion_id IS NOT NULL) = 1);
CREATE INDEX room_cell_circle ON room_cell(circle_id, circle_no) WHERE circle_id IS NOT NULL;
CREATE INDEX room_cell_occasion ON room_cell(occasion_id) WHERE occasion_id IS NOT NULL;

DROP TRIGGER room_of_meeting;
CREATE TRIGGER room_of_meeting BEFORE INSERT ON room_cell
WHEN NOT EXISTS (SELECT 1 FROM appointment a WHERE a.id = NEW.appointment_id AND a.state = 'booked')
  AND NOT EXISTS (SELECT 1 FROM circle_meeting m WHERE m.circle_id = NEW.circle_id AND m.no = NEW.circle_no AND m.state = 'planned')
  AND NOT EXISTS (SELECT 1 FROM occasion d WHERE d.id = NEW.occasion_id AND d.state = 'planned' AND d.key_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'room: quarters are taken by what is to come'); END;
