package storage_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"testing"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// secrets are what people trust us with, one for each sealed column.
var secrets = []string{"Salla-Orvokki", "040-555-0101", "omenapuu", "Kahvila Aurinko", "Petra Työntekijä", "petra@example.org",
	"JBSWY3DPEHPK3PXP", "credential-of-petra", "en uskalla mennä kotiin"}

func trust(h house) {
	e := h.episode(secrets[0], "none")
	h.must(h.tx.PutSafeContact(h.ctx, person.SafeContact{Person: e.Person, Channel: person.SMS, Address: seal.Of(secrets[1]),
		CodeWord: seal.Of(secrets[2]), LastDay: "2027-04-12", Asked: h.tx.Now()}))
	a := visit(e, 1, clockAt("2027-01-16", "18:30"))
	a.Place = seal.Of(secrets[3])
	h.put(a)
	w := h.account("petra")
	w.Name, w.Email, w.TOTP = seal.Of(secrets[4]), seal.Of(secrets[5]), seal.Of(secrets[6])
	h.must(h.tx.PutAccount(h.ctx, w, h.tx.Index("email", secrets[5])))
	h.must(h.tx.PutPasskey(h.ctx, account.Passkey{ID: "k", Account: w.ID, Credential: seal.Of(secrets[7]), Created: h.tx.Now()}))
	h.must(h.tx.PutMessage(h.ctx, h.talk(h.tx.Now()), chat.Message{Seq: 1, Sender: chat.FromClient, Body: seal.Of(secrets[8])}))
}

// Whoever takes the disk reads none of it: neither in the file nor in its log (design 4.1).
func TestDiskTellsNothing(t *testing.T) {
	o := storagetest.Options(t, "sqlite")
	o.Now = storagetest.NewClock().Now
	db := storagetest.OpenWith(t, o)
	in(t, db, func(h house) { furnish(h); trust(h) })
	read := 0
	for _, path := range []string{o.Path, o.Path + "-wal", o.KeysPath, o.KeysPath + "-wal"} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		read += len(raw)
		for _, s := range secrets {
			if bytes.Contains(raw, []byte(s)) {
				t.Errorf("%s holds %q", path, s)
			}
		}
	}
	raw, err := os.ReadFile(o.Path + "-wal")
	if err != nil || !bytes.Contains(raw, []byte("help-adult")) {
		t.Errorf("the log does not hold what is kept in the open: %v, %d bytes read", err, read)
	}
}

// The rows of both databases tell as little, bytes written out in whatever way each does.
func TestRowsTellNothing(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		driver := driverOf(t)
		in(t, db, func(h house) {
			trust(h)
			words := secrets
			for _, s := range secrets {
				words = append(words, hex.EncodeToString([]byte(s)))
			}
			if found := naming(h, driver, words...); len(found) > 0 {
				t.Errorf("%v hold what people trusted us with", found)
			}
			if found := naming(h, driver, "help-adult"); len(found) == 0 {
				t.Error("nothing was read: what is kept in the open was not found either")
			}
		})
	})
}

// A sealed value moved to another row does not open there.
func TestSealedValueStaysInItsRow(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			a, b := h.person("Salla"), h.person("Noora")
			h.must(h.tx.Exec(h.ctx, "UPDATE person SET key_id = $1, name = (SELECT name FROM person WHERE id = $2) WHERE id = $3", a.Key, a.ID, b.ID))
			if got, err := h.tx.Person(h.ctx, b.ID); err == nil {
				t.Errorf("got %q, want a refusal", got.Name.Reveal())
			}
		})
	})
}
