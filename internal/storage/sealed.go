package storage

import (
	"context"
	"encoding/json"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/seal"
)

// NewKey gives a subject its own key. The key is durable already; if the transaction is undone, nobody has used it.
func (tx *Tx) NewKey() (string, error) {
	k, err := tx.db.keys.take()
	if err != nil {
		return "", err
	}
	tx.taken = append(tx.taken, k)
	return k.id, nil
}

// DestroyKey erases what the key opens, once this transaction has been kept: a job takes the key away, so that the
// rows and the key go together or not at all.
func (tx *Tx) DestroyKey(ctx context.Context, key string) error {
	if err := tx.end(ctx, endKey, key); err != nil {
		return err
	}
	return tx.PutJob(ctx, job.DestroyKey, key, tx.Now())
}

// DestroyKey makes a key gone for good. It is what the job calls; doing it again does nothing.
func (db *DB) DestroyKey(ctx context.Context, key string) error { return db.keys.destroy(ctx, key) }

// HasKey tells whether a key is still there.
func (db *DB) HasKey(ctx context.Context, key string) (bool, error) {
	_, err := db.keys.key(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// Index is a keyed fingerprint, for finding a value without keeping it.
func (tx *Tx) Index(purpose, value string) []byte { return tx.db.ring.Index(purpose, value) }

// Derive is a secret made of a value, the same each time.
func (tx *Tx) Derive(purpose, value string) []byte { return tx.db.ring.Derive(purpose, value) }

// seal boxes a text with a subject's key for one place, such as "person/<id>/name". Nothing is sealed as nothing.
func (tx *Tx) seal(ctx context.Context, key, place string, text seal.Text) ([]byte, error) {
	if text.Empty() {
		return nil, nil
	}
	k, err := tx.db.keys.key(ctx, key)
	if err != nil {
		return nil, err
	}
	return k.Seal(place, []byte(text.Reveal())), nil
}

// open gives back what seal boxed for this place. Once the key is destroyed it is not found.
func (tx *Tx) open(ctx context.Context, key, place string, box []byte) (seal.Text, error) {
	if len(box) == 0 {
		return seal.Text{}, nil
	}
	k, err := tx.db.keys.key(ctx, key)
	if err != nil {
		return seal.Text{}, err
	}
	plain, err := k.Open(place, box)
	return seal.Of(string(plain)), err
}

// sealJSON boxes several values at once, as seal does one.
func (tx *Tx) sealJSON(ctx context.Context, key, place string, values any) ([]byte, error) {
	text, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	return tx.seal(ctx, key, place, seal.Of(string(text)))
}

// openJSON gives back what sealJSON boxed for this place.
func (tx *Tx) openJSON(ctx context.Context, key, place string, box []byte, into any) error {
	text, err := tx.open(ctx, key, place, box)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text.Reveal()), into)
}
