package storage

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// Migration 22 makes room for rooms (decision 0060). It is written in Go because each booked meeting has marks in room_cell from the
// beginning, whether it is in a room or not: one without any could else be told from those that are given a room later.

const roomsSchema = 22

func roomsStep(driver string, make timesMaker) *goose.Migration {
	return goose.NewGoMigration(roomsSchema, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		return clean(sealing{ctx, tx, driver, make, "0022_rooms"}.rooms())
	}}, nil)
}

func (s sealing) rooms() error {
	if err := s.file("first"); err != nil {
		return err
	}
	return s.each("a.id, a.times", "(SELECT id, times FROM appointment WHERE state = 'booked') a", "a.id", func(id string, w []string) error {
		k, err := s.make()
		if err != nil {
			return err
		}
		t, err := k.open(sealedAt("appointment.times", id), []byte(w[0]))
		if err != nil {
			return err
		}
		for _, mark := range k.roomCells("", id, t) {
			if err := s.exec("INSERT INTO room_cell (cell, appointment_id) VALUES ($1, $2)", mark, id); err != nil {
				return err
			}
		}
		return nil
	})
}
