package access

// Permission is what a route asks of whoever comes. It opens the door of a page; whether one object may be seen
// is asked of its grant rows inside.
type Permission struct {
	Name  string
	Staff bool // signing in helps: without it the answer is the sign-in page, not "not found"
	allow func(Actor) bool
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
	// Coordinate is arranging a unit: its people, hours, offers and decisions.
	Coordinate = Permission{Name: "coordinate", Staff: true, allow: func(a Actor) bool { return a.Has(Coordinator) }}
	// People is knowing the staff: coordinators their own units', operators all.
	People = Permission{Name: "people", Staff: true, allow: func(a Actor) bool { return a.Has(Coordinator) || a.Has(Operator) }}
	// Operate is keeping the machine: accounts of all units, never a client's data.
	Operate = Permission{Name: "operate", Staff: true, allow: func(a Actor) bool { return a.Has(Operator) }}
)
