package access

// Permission is what a route asks of whoever comes. It opens the door of a page; whether one object may be seen
// is asked of its grant rows inside.
type Permission struct {
	Name   string
	Staff  bool // signing in helps: without it the answer is the sign-in page, not "not found"
	Recent bool // asks who is signed in to prove it once more, when the last proof is older than ten minutes
	Quiet  bool // a page's own script asks, not a person: it keeps no stay alive
	allow  func(Actor) bool
}

// Fresh is the same permission for what cannot be taken back: whoever comes has proved who they are just now (design
// 4.10). Put it on the page with the form as well as on what the form sends, so that the proof comes before the typing.
func (p Permission) Fresh() Permission {
	p.Name, p.Recent = p.Name+" fresh", true
	return p
}

// Unattended is the same permission for what a page asks by itself.
func (p Permission) Unattended() Permission {
	p.Quiet = true
	return p
}

// Allows tells whether the actor may come through.
func (p Permission) Allows(a Actor) bool { return p.allow != nil && p.allow(a) }

// The permissions of this release. A zero Permission allows nobody.
var (
	// Open pages are for anyone: visitors, clients with a code, partners.
	Open = Permission{Name: "open", allow: func(Actor) bool { return true }}
	// SignedIn is any staff member: own settings, sign-out.
	SignedIn = Permission{Name: "signed-in", Staff: true, allow: Actor.Staff}
	// ClientWork is meeting clients and arranging it: workers and coordinators of any unit.
	ClientWork = Permission{Name: "client-work", Staff: true, allow: func(a Actor) bool { return a.Has(Worker) || a.Has(Coordinator) }}
	// Meet is meeting clients oneself.
	Meet = Permission{Name: "meet", Staff: true, allow: func(a Actor) bool { return a.Has(Worker) }}
	// Walls is keeping parties apart: keepers, and coordinators who answer exceptions as the second person.
	Walls = Permission{Name: "walls", Staff: true, allow: func(a Actor) bool { return a.Has(Keeper) || a.Has(Coordinator) }}
	// Coordinate is arranging a unit: its people, hours, offers and decisions.
	Coordinate = Permission{Name: "coordinate", Staff: true, allow: func(a Actor) bool { return a.Has(Coordinator) }}
	// People is knowing the staff: coordinators their own units', operators all.
	People = Permission{Name: "people", Staff: true, allow: func(a Actor) bool { return a.Has(Coordinator) || a.Has(Operator) }}
	// Witness is seeing that somebody used emergency access: coordinators, keepers, operators.
	Witness = Permission{Name: "witness", Staff: true, allow: func(a Actor) bool { return a.Has(Coordinator) || a.Has(Keeper) || a.Has(Operator) }}
	// AsVolunteer is a volunteer's own pages.
	AsVolunteer = Permission{Name: "as-volunteer", Staff: true, allow: func(a Actor) bool { return a.Has(Volunteer) }}
	// Answer is answering a line: volunteers on their own evenings, and the staff who take one themselves.
	Answer = Permission{Name: "answer", Staff: true, allow: func(a Actor) bool { return a.Has(Volunteer) || a.Has(Worker) || a.Has(Coordinator) }}
	// Operate is keeping the machine: accounts of all units, never a client's data.
	Operate = Permission{Name: "operate", Staff: true, allow: func(a Actor) bool { return a.Has(Operator) }}
)
