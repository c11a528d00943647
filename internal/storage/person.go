package storage

import (
	"context"
	"encoding/hex"
	"reflect"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/person"
)

var _ person.Tx = (*Tx)(nil)

// personRow is a person with the name still sealed.
type personRow struct {
	person.Person
	name []byte
}

func scanPerson(r scanner) (p personRow, err error) {
	return p, r.Scan(&p.ID, &p.Key, &p.Kind, &p.name)
}

// Person finds a person and opens their name.
func (tx *Tx) Person(ctx context.Context, id person.ID) (person.Person, error) {
	p, err := one(ctx, tx, scanPerson, "SELECT id, key_id, kind, name FROM person WHERE id = $1", id)
	if err != nil {
		return person.Person{}, err
	}
	p.Name, err = tx.open(ctx, p.Key, sealedAt("person.name", id), p.name)
	return p.Person, err
}

var putPerson = upsert("person", "id", "id, key_id, kind, name")

// PutPerson keeps a person; the name is sealed with their key.
func (tx *Tx) PutPerson(ctx context.Context, p person.Person) error {
	name, err := tx.seal(ctx, p.Key, sealedAt("person.name", p.ID), p.Name)
	if err != nil {
		return err
	}
	return tx.exec(ctx, putPerson, p.ID, p.Key, p.Kind, nullBytes(name))
}

// personKey is the key that seals what belongs to a person.
func (tx *Tx) personKey(ctx context.Context, id person.ID) (string, error) {
	return one(ctx, tx, scanWord, "SELECT key_id FROM person WHERE id = $1", id)
}

const contactColumns = "person_id, channel, address, code_word, hour_from, hour_to, voicemail, say_organisation, " +
	"others, reminders, ask_again, spent, times, reply"

type contactRow struct {
	person.SafeContact
	address, codeWord []byte
}

func (tx *Tx) scanContact(r scanner) (c contactRow, err error) {
	var box []byte
	var reply bool
	if err := r.Scan(&c.Person, &c.Channel, &c.address, &c.codeWord, &c.HourFrom, &c.HourTo, &c.Voicemail,
		&c.SayOrganisation, &c.Others, &c.Reminders, &c.AskAgain, &c.Spent, &box, &reply); err != nil {
		return c, err
	}
	return c, tx.openContact(&c.SafeContact, box)
}

// openContact opens when somebody was asked, until when they allowed it, and the day of a reply. One is asked in a visit
// more often than not, and a reply comes between a reminder and its meeting (decision 0057).
func (tx *Tx) openContact(c *person.SafeContact, box []byte) error {
	w, err := tx.openWords(sealedAt("safe_contact.times", c.Person), box, 3)
	if err != nil {
		return err
	}
	c.LastDay, c.Replied = calendar.Date(w[1]), calendar.Date(w[2])
	c.Asked, err = calendar.ParseStamp(w[0])
	return err
}

// SafeContact is the way a person has called safe; channel None when they gave none.
func (tx *Tx) SafeContact(ctx context.Context, id person.ID) (person.SafeContact, error) {
	c, err := one(ctx, tx, tx.scanContact, "SELECT "+contactColumns+" FROM safe_contact WHERE person_id = $1", id)
	if fault.Is(err, fault.NotFound) {
		return person.SafeContact{Person: id, Channel: person.None}, nil
	}
	if err != nil {
		return person.SafeContact{}, err
	}
	key, err := tx.personKey(ctx, id)
	if err != nil {
		return person.SafeContact{}, err
	}
	if c.Address, err = tx.open(ctx, key, sealedAt("safe_contact.address", id), c.address); err != nil {
		return person.SafeContact{}, err
	}
	c.CodeWord, err = tx.open(ctx, key, sealedAt("safe_contact.code_word", id), c.codeWord)
	return c.SafeContact, err
}

var putContact = upsert("safe_contact", "person_id", contactColumns+", address_index")

// PutSafeContact keeps the way a person has called safe, sealed with their key. A number that may be sent to can be
// found by a reply from it.
func (tx *Tx) PutSafeContact(ctx context.Context, c person.SafeContact) error {
	key, err := tx.personKey(ctx, c.Person)
	if err != nil {
		return err
	}
	if err := tx.endContact(ctx, c); err != nil {
		return err
	}
	address, err := tx.seal(ctx, key, sealedAt("safe_contact.address", c.Person), c.Address)
	if err != nil {
		return err
	}
	codeWord, err := tx.seal(ctx, key, sealedAt("safe_contact.code_word", c.Person), c.CodeWord)
	if err != nil {
		return err
	}
	var index []byte
	if c.Channel == person.SMS && !c.Address.Empty() {
		index = tx.numberIndex(c.Address.Reveal())
	}
	times, err := tx.sealWords(sealedAt("safe_contact.times", c.Person), calendar.Stamp(c.Asked), string(c.LastDay), string(c.Replied))
	if err != nil {
		return err
	}
	return tx.exec(ctx, putContact, c.Person, c.Channel, nullBytes(address), nullBytes(codeWord), c.HourFrom, c.HourTo,
		flag(c.Voicemail), flag(c.SayOrganisation), c.Others, flag(c.Reminders), flag(c.AskAgain), c.Spent, times, flag(c.Replied != ""), nullBytes(index))
}

// endContact lists the way that was safe until now, when another takes its place: a restored backup must not reach
// somebody by what they have taken back. Its box tells it apart, whatever is in it.
func (tx *Tx) endContact(ctx context.Context, to person.SafeContact) error {
	was, err := tx.SafeContact(ctx, to.Person)
	if err != nil || was.Address.Empty() {
		return err
	}
	was.Asked, was.Replied = to.Asked, to.Replied
	if reflect.DeepEqual(was, to) {
		return nil
	}
	box, err := one(ctx, tx, scanBytes, "SELECT address FROM safe_contact WHERE person_id = $1", to.Person)
	if err != nil {
		return err
	}
	return tx.end(ctx, endContact, hex.EncodeToString(box))
}

func (tx *Tx) numberIndex(number string) []byte {
	return tx.Index("safe-contact.number", person.International(number))
}
