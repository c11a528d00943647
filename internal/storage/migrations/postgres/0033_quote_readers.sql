-- +goose Up
-- Two people of the unit read words before anybody quotes them (R-159, decision 0067): the first says what remains, the second agrees to exactly that.
-- Words that are covered go with their key, so that no copy of the row brings them back. What is agreed is never changed.
-- +goose StatementBegin
CREATE FUNCTION feedback_quote_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'waiting' OR NEW.reader_id IS NOT NULL THEN
    RAISE EXCEPTION 'feedback_quote: nobody has read new words' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER feedback_quote_begins BEFORE INSERT ON feedback_quote FOR EACH ROW EXECUTE FUNCTION feedback_quote_begins();
-- +goose StatementBegin
CREATE FUNCTION feedback_quote_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.unit_id <> OLD.unit_id OR NEW.month <> OLD.month OR (NEW.words = OLD.words) <> (NEW.key_id = OLD.key_id) OR NOT (
    (NEW.state = OLD.state AND NEW.words = OLD.words AND NEW.reader_id IS NULL)
    OR (NEW.reader_id IS NOT NULL
      AND EXISTS (SELECT 1 FROM membership m WHERE m.account_id = NEW.reader_id AND m.unit_id = NEW.unit_id AND m.role IN ('worker', 'coordinator'))
      AND ((NEW.state = 'read' AND OLD.state IN ('waiting', 'read'))
        OR (NEW.state = 'agreed' AND OLD.state = 'read' AND NEW.words = OLD.words AND OLD.reader_id IS NOT NULL AND NEW.reader_id <> OLD.reader_id)))) THEN
    RAISE EXCEPTION 'feedback_quote: two people of the unit read words, one after the other' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER feedback_quote_read BEFORE UPDATE ON feedback_quote FOR EACH ROW EXECUTE FUNCTION feedback_quote_read();
