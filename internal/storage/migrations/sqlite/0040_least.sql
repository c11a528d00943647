-- +goose Up
-- Of how many anything is told is five, or more where a coordinator has raised it; it is never lowered, for what is told of few cannot be taken back (D-213, decision 0072).
-- +goose StatementBegin
CREATE TRIGGER setting_least_new BEFORE INSERT ON setting WHEN NEW.name = 'release-least' AND CAST(NEW.value AS INTEGER) < 5
BEGIN SELECT RAISE(ABORT, 'setting: of fewer than five nothing is told'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER setting_least_raised BEFORE UPDATE ON setting
WHEN OLD.name = 'release-least' AND (NEW.name <> OLD.name OR CAST(NEW.value AS INTEGER) < CAST(OLD.value AS INTEGER))
BEGIN SELECT RAISE(ABORT, 'setting: the limit of what is told is only raised'); END;
-- +goose StatementEnd
