-- +goose Up
-- Who opened a group or a day's list is told too, and dies with the group or with the list (decision 0074).
CREATE INDEX audit_groups ON audit(month) WHERE kind IN ('circle', 'occasion');

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION audit_dies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM episode WHERE id = OLD.object_id) OR EXISTS (SELECT 1 FROM request WHERE id = OLD.object_id)
    OR EXISTS (SELECT 1 FROM conversation WHERE id = OLD.object_id) OR EXISTS (SELECT 1 FROM account WHERE id = OLD.object_id)
    OR EXISTS (SELECT 1 FROM unit WHERE id = OLD.object_id) OR EXISTS (SELECT 1 FROM circle WHERE id = OLD.object_id)
    OR EXISTS (SELECT 1 FROM occasion WHERE id = OLD.object_id AND key_id IS NOT NULL) THEN
    RAISE EXCEPTION 'audit: an entry dies with its object and not before' USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END $$;
-- +goose StatementEnd
