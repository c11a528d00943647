package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

var _ circle.Tx = (*Tx)(nil)

const circleColumns = "id, offer_id, key_id, kind, number, weeks, minutes, places, online, place_id, link, state, times"

func (tx *Tx) scanCircle(r scanner) (c circleRow, err error) {
	var box []byte
	if err := r.Scan(&c.ID, &c.Offer, &c.Key, &c.Kind, &c.Number, &c.Weeks, &c.Minutes, &c.Places, &c.Online, textOf(&c.Place), &c.link, &c.State, &box); err != nil {
		return c, err
	}
	w, err := tx.openWords(sealedAt("circle.times", c.ID), box, 4)
	if err != nil {
		return c, err
	}
	c.First = calendar.Local{Day: calendar.Date(w[0]), Clock: calendar.Clock(w[1]), Zone: w[2]}
	c.Last = calendar.Date(w[3])
	return c, nil
}

type circleRow struct {
	circle.Circle
	link []byte
}

type leaderRow struct {
	of      circle.ID
	who     access.AccountID
	cleared []byte
}

func scanLeader(r scanner) (l leaderRow, err error) { return l, r.Scan(&l.of, &l.who, &l.cleared) }

// circles reads groups with their leaders and links.
func (tx *Tx) circles(ctx context.Context, where string, args ...any) ([]circle.Circle, error) {
	rows, err := many(ctx, tx, tx.scanCircle, "SELECT "+circleColumns+" FROM circle WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	leaders, err := many(ctx, tx, scanLeader, "SELECT circle_id, account_id, cleared FROM circle_leader WHERE circle_id IN (SELECT id FROM circle WHERE "+where+") ORDER BY circle_id, no", args...)
	if err != nil {
		return nil, err
	}
	var out []circle.Circle
	for _, c := range rows {
		for _, l := range leaders {
			if l.of == c.ID {
				c.Leaders = append(c.Leaders, l.who)
				if len(l.cleared) > 0 {
					c.Cleared = withMark(c.Cleared, l.who, l.cleared)
				}
			}
		}
		if c.Link, err = tx.open(ctx, c.Key, sealedAt("circle.link", c.ID), c.link); err != nil {
			return nil, err
		}
		out = append(out, c.Circle)
	}
	slices.SortFunc(out, func(a, b circle.Circle) int {
		return cmp.Or(cmp.Compare(a.First.Day, b.First.Day), cmp.Compare(a.First.Clock, b.First.Clock), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

const (
	coordinatesOffer = "EXISTS (SELECT 1 FROM offer o JOIN membership s ON s.unit_id = o.unit_id WHERE o.id = c.offer_id AND s.account_id = $2 AND s.role = 'coordinator')"
	leadsCircle      = "EXISTS (SELECT 1 FROM circle_leader l WHERE l.circle_id = c.id AND l.account_id = $2) OR " +
		"EXISTS (SELECT 1 FROM circle_meeting m WHERE m.circle_id = c.id AND m.substitute_id = $2 AND m.state = 'planned')"
)

// SeesCircle is no fault for who leads a group, or one of its meetings that is not counted, and for the coordinators of its unit.
func (tx *Tx) SeesCircle(ctx context.Context, by access.Actor, id circle.ID) error {
	_, err := one(ctx, tx, scanWord, "SELECT c.id FROM circle c WHERE c.id = $1 AND ("+leadsCircle+" OR "+coordinatesOffer+")", id, by.Account)
	return err
}

// SeesIdea is no fault for the coordinators of the unit that an idea came to.
func (tx *Tx) SeesIdea(ctx context.Context, by access.Actor, id circle.IdeaID) error {
	_, err := one(ctx, tx, scanWord, "SELECT c.id FROM circle_idea c WHERE c.id = $1 AND "+coordinatesOffer, id, by.Account)
	return err
}

// Circle finds a group.
func (tx *Tx) Circle(ctx context.Context, id circle.ID) (circle.Circle, error) {
	all, err := tx.circles(ctx, "id = $1", id)
	if err == nil && len(all) == 0 {
		_, err = one(ctx, tx, scanWord, "SELECT id FROM circle WHERE id = $1", id) // in the words of what is not there
	}
	if err != nil {
		return circle.Circle{}, err
	}
	return all[0], nil
}

// Circles are the groups of offers, nil being all, those that begin first at the top.
func (tx *Tx) Circles(ctx context.Context, offers []organization.OfferID) ([]circle.Circle, error) {
	if offers == nil {
		return tx.circles(ctx, "1 = 1")
	}
	if len(offers) == 0 {
		return nil, nil
	}
	return tx.circles(ctx, "offer_id IN ("+marks(1, len(offers))+")", anys(offers)...)
}

type circleHeads struct {
	id circle.ID
	n  int
}

func scanHeads(r scanner) (h circleHeads, err error) { return h, r.Scan(&h.id, &h.n) }

// CircleHeads are how many take part or wait in the groups of offers. No name is opened.
func (tx *Tx) CircleHeads(ctx context.Context, offers []organization.OfferID) (map[circle.ID]int, error) {
	out := map[circle.ID]int{}
	if len(offers) == 0 {
		return out, nil
	}
	all, err := many(ctx, tx, scanHeads, "SELECT c.id, count(*) FROM circle c JOIN circle_participant p ON p.circle_id = c.id WHERE c.offer_id IN ("+marks(1, len(offers))+") GROUP BY c.id", anys(offers)...)
	for _, h := range all {
		out[h.id] = h.n
	}
	return out, err
}

// CirclesOf are the groups that somebody leads, or leads one meeting of that is not counted yet.
func (tx *Tx) CirclesOf(ctx context.Context, who access.AccountID) ([]circle.Circle, error) {
	return tx.circles(ctx, `id IN (SELECT circle_id FROM circle_leader WHERE account_id = $1 UNION
		SELECT circle_id FROM circle_meeting WHERE substitute_id = $1 AND state = 'planned')`, who)
}

var putCircle = upsert("circle", "id", circleColumns)

// PutCircle keeps a group and who leads it.
func (tx *Tx) PutCircle(ctx context.Context, c circle.Circle) error {
	link, err := tx.seal(ctx, c.Key, sealedAt("circle.link", c.ID), c.Link)
	if err != nil {
		return err
	}
	box, err := tx.sealWords(sealedAt("circle.times", c.ID), string(c.First.Day), string(c.First.Clock), c.First.Zone, string(c.Last))
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, putCircle, c.ID, c.Offer, c.Key, c.Kind, c.Number, c.Weeks, c.Minutes, c.Places, flag(c.Online), null(c.Place), nullBytes(link), c.State, box); err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM circle_leader WHERE circle_id = $1", c.ID); err != nil {
		return err
	}
	for i, who := range c.Leaders {
		if err := tx.exec(ctx, "INSERT INTO circle_leader (circle_id, no, account_id, cleared) VALUES ($1, $2, $3, $4)", c.ID, i+1, who, nullBytes(c.Cleared[who])); err != nil {
			return err
		}
	}
	return nil
}

// DeleteCircle drops a group with all that is in it, and its key.
func (tx *Tx) DeleteCircle(ctx context.Context, id circle.ID) error {
	key, err := one(ctx, tx, scanWord, "SELECT key_id FROM circle WHERE id = $1", id)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM circle WHERE id = $1", id); err != nil {
		return err
	}
	if err := tx.forgetAudit(ctx, string(id)); err != nil {
		return err
	}
	return tx.DestroyKey(ctx, key)
}

const circleMeetingColumns = "circle_id, no, number, state, came, lead, substitute_id, times, cleared, moved"

func (tx *Tx) scanCircleMeeting(r scanner) (m circle.Meeting, err error) {
	var box []byte
	if err := r.Scan(&m.Circle, &m.No, &m.Number, &m.State, number{&m.Came, -1}, &m.Lead, textOf(&m.Substitute), &box, &m.Cleared, &m.Moved); err != nil {
		return m, err
	}
	t, err := tx.openBox(circleMeetingAt(m), box)
	m.At, m.Starts, m.Room = t.at, t.starts, t.room
	return m, err
}

func circleMeetingAt(m circle.Meeting) string {
	return sealedAt("circle_meeting.times", string(m.Circle)+"/"+digits(m.No))
}

// CircleMeetings are the meetings of groups, by group and number.
func (tx *Tx) CircleMeetings(ctx context.Context, of []circle.ID) (all []circle.Meeting, err error) {
	err = inParts(of, func(part []circle.ID) error {
		some, err := many(ctx, tx, tx.scanCircleMeeting, "SELECT "+circleMeetingColumns+" FROM circle_meeting WHERE circle_id IN ("+marks(1, len(part))+") ORDER BY circle_id, no", anys(part)...)
		all = append(all, some...)
		return err
	})
	return all, err
}

var putCircleMeeting = upsert("circle_meeting", "circle_id, no", circleMeetingColumns)

// PutCircleMeeting keeps a meeting and the quarters of its room in one go. Its number is one of those set beforehand, or the schema
// refuses it; a room that somebody else has then is fault.Conflict "room.taken". Only one that is to come has a room.
func (tx *Tx) PutCircleMeeting(ctx context.Context, m circle.Meeting) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	if m.State != circle.Planned {
		m.Room = ""
	}
	of := organization.Taker{Circle: string(m.Circle), No: m.No}
	if err := tx.leaveRoom(ctx, of); err != nil {
		return err
	}
	t := times{at: m.At, starts: m.Starts, kind: nothing, room: m.Room}
	err = tx.exec(ctx, putCircleMeeting, m.Circle, m.No, m.Number, m.State, nullInt(m.Came, -1), m.Lead, null(m.Substitute), s.seal(circleMeetingAt(m), t), nullBytes(m.Cleared), flag(m.Moved))
	if err != nil || m.Room == "" {
		return err
	}
	if t.minutes, err = one(ctx, tx, scanCount, "SELECT minutes FROM circle WHERE id = $1", m.Circle); err != nil {
		return err
	}
	return tx.takeRoom(ctx, of, m.Room, t)
}

// Words of a group lie in boxes of one size for each kind of word, with the moment they came by: rows tell neither how long a
// name is nor in which order they came.
const (
	nameSize  = 24 + 1 + 4*circle.MaxNickname
	topicSize = 24 + 1 + 4*circle.MaxTopic
	ideaSize  = 4*circle.MaxTitle + 1 + 4*circle.MaxArea
)

func (tx *Tx) sealFilled(ctx context.Context, key, place, text string, size int) ([]byte, error) {
	if len(text) > size {
		return nil, errors.New("storage: words do not fit into their box")
	}
	return tx.seal(ctx, key, place, seal.Of(text+strings.Repeat(" ", size-len(text))))
}

func (tx *Tx) openFilled(ctx context.Context, key, place string, box []byte) (string, error) {
	text, err := tx.open(ctx, key, place, box)
	return strings.TrimRight(text.Reveal(), " "), err
}

func (tx *Tx) openStamped(ctx context.Context, key, place string, box []byte) (seal.Text, time.Time, error) {
	words, err := tx.openFilled(ctx, key, place, box)
	if err != nil {
		return seal.Text{}, time.Time{}, err
	}
	stamp, text, _ := strings.Cut(words, " ")
	at, err := calendar.ParseStamp(stamp)
	if err != nil {
		err = errors.New("storage: a moment cannot be read") // never the word itself
	}
	return seal.Of(text), at, err
}

const participantColumns = "id, circle_id, first_no, code_index, mark, words"

type participantRow struct {
	circle.Participant
	box []byte
}

func scanParticipant(r scanner) (p participantRow, err error) {
	return p, r.Scan(&p.ID, &p.Circle, &p.FirstNo, &p.Code, &p.Mark, &p.box)
}

func (tx *Tx) openParticipant(ctx context.Context, key string, r participantRow) (p circle.Participant, err error) {
	p = r.Participant
	p.Name, p.Came, err = tx.openStamped(ctx, key, sealedAt("circle_participant.words", p.ID), r.box)
	return p, err
}

// Participants are those in a group, in the order in which they came.
func (tx *Tx) Participants(ctx context.Context, c circle.Circle) ([]circle.Participant, error) {
	rows, err := many(ctx, tx, scanParticipant, "SELECT "+participantColumns+" FROM circle_participant WHERE circle_id = $1", c.ID)
	if err != nil {
		return nil, err
	}
	var out []circle.Participant
	for _, r := range rows {
		p, err := tx.openParticipant(ctx, c.Key, r)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b circle.Participant) int { return cmp.Or(a.Came.Compare(b.Came), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

func (tx *Tx) participant(ctx context.Context, column string, value any) (circle.Participant, circle.Circle, error) {
	r, err := one(ctx, tx, scanParticipant, "SELECT "+participantColumns+" FROM circle_participant WHERE "+column+" = $1", value)
	if err != nil {
		return circle.Participant{}, circle.Circle{}, err
	}
	c, err := tx.Circle(ctx, r.Circle)
	if err != nil {
		return circle.Participant{}, c, err
	}
	p, err := tx.openParticipant(ctx, c.Key, r)
	return p, c, err
}

// Participant finds somebody in a group.
func (tx *Tx) Participant(ctx context.Context, id circle.ParticipantID) (circle.Participant, circle.Circle, error) {
	return tx.participant(ctx, "id", id)
}

// ParticipantByCode finds whose a group's code is.
func (tx *Tx) ParticipantByCode(ctx context.Context, index []byte) (circle.Participant, circle.Circle, error) {
	return tx.participant(ctx, "code_index", index)
}

var putParticipant = insert("circle_participant", participantColumns)

// PutParticipant keeps somebody in a group. The same person a second time by a way on is fault.Conflict "circle.twice".
func (tx *Tx) PutParticipant(ctx context.Context, c circle.Circle, p circle.Participant) error {
	box, err := tx.sealFilled(ctx, c.Key, sealedAt("circle_participant.words", p.ID), calendar.Stamp(p.Came)+" "+p.Name.Reveal(), nameSize)
	if err != nil {
		return err
	}
	return taken(tx.exec(ctx, putParticipant, p.ID, p.Circle, p.FirstNo, p.Code, nullBytes(p.Mark), box), "circle.twice")
}

// DeleteParticipant takes somebody out of a group, with their code and stay.
func (tx *Tx) DeleteParticipant(ctx context.Context, id circle.ParticipantID) error {
	if err := tx.end(ctx, endParticipant, string(id)); err != nil {
		return err
	}
	return tx.exec(ctx, "DELETE FROM circle_participant WHERE id = $1", id)
}

func scanCircleStay(r scanner) (s circle.Stay, err error) {
	return s, r.Scan(&s.Hash, &s.ExitHash, &s.Participant, instant{&s.Expires})
}

// CircleStay finds a participant's stay.
func (tx *Tx) CircleStay(ctx context.Context, hash []byte) (circle.Stay, error) {
	return one(ctx, tx, scanCircleStay, "SELECT hash, exit_hash, participant_id, expires FROM circle_stay WHERE hash = $1", hash)
}

// PutCircleStay keeps a participant's stay.
func (tx *Tx) PutCircleStay(ctx context.Context, s circle.Stay) error {
	return tx.exec(ctx, upsert("circle_stay", "hash", "hash, exit_hash, participant_id, expires"), s.Hash, s.ExitHash, s.Participant, calendar.Stamp(s.Expires))
}

// DeleteCircleStay ends the stay that an exit capability belongs to.
func (tx *Tx) DeleteCircleStay(ctx context.Context, exitHash []byte) error {
	return tx.exec(ctx, "DELETE FROM circle_stay WHERE exit_hash = $1", exitHash)
}

// DeleteCircleStaysOver ends the stays whose time has run out, and tells how many.
func (tx *Tx) DeleteCircleStaysOver(ctx context.Context, now time.Time) (int, error) {
	return tx.affect(ctx, "DELETE FROM circle_stay WHERE expires <= $1", calendar.Stamp(now))
}
