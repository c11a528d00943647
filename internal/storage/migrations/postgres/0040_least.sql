-- +goose Up
-- Of how many anything is told is five, or more where a coordinator has raised it; it is never lowered, for what is told of few cannot be taken back (D-213, decision 0072).
-- +goose StatementBegin
CREATE FUNCTION setting_least() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.name = 'release-least' AND CAST(NEW.value AS BIGINT) < 5 THEN
    RAISE EXCEPTION 'setting: of fewer than five nothing is told' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.name = 'release-least' AND (NEW.name <> OLD.name OR CAST(NEW.value AS BIGINT) < CAST(OLD.value AS BIGINT)) THEN
      RAISE EXCEPTION 'setting: the limit of what is told is only raised' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER setting_least BEFORE INSERT OR UPDATE ON setting FOR EACH ROW EXECUTE FUNCTION setting_least();
