package model

import (
	"fmt"
	"slices"
	"time"
)

// VolunteerPath is a volunteer's path as data: what they may do and what it takes, what a year brings them, and what the
// organisation owes each of them (R-208…R-242). Who they are, the organisation knows; no task is named in the program.
type VolunteerPath struct {
	Answer    int        // an application is answered within so many days
	NextAsked int        // minutes after which the next worker is asked, when a volunteer needs one at once; 0 asks all together
	Trainings []Training // in the file's order
	Tasks     []Task
	Year      []YearItem
	Owed      []Right
	Handbook  []string // its chapters: texts handbook-title.ID and handbook.ID
}

// Training is something that is learnt and may grow old. Text training.ID.
type Training struct {
	ID     string
	Months int // how long it counts; 0 is for good
}

// Task is what a volunteer may be asked to do. Texts task.ID and task-what.ID.
type Task struct {
	ID          string
	Needs       []string // trainings
	Where       []string // models beside one of which a unit has the task; empty is everywhere
	Suitability int      // months for which an extract that was shown counts; 0 where no children are met (D-108, R-149)
}

// YearItem is what the calendar of every year has. Text event.ID.
type YearItem struct {
	ID     string
	Times  int      // at least so often
	Remote bool     // one may take part from elsewhere
	Gives  []string // trainings that whoever was there has from that day on
	For    string   // whose task it is for; "" is everybody
}

// Right is what the organisation owes each volunteer, and by when. Text owed.ID.
type Right struct {
	ID       string
	Days     int    // within so many days of starting; 0 is not asked
	Months   int    // and then this often; 0 is once
	Training string // done when the volunteer has it; "" is marked by whoever gave it
	Task     string // owed to those who have it; "" is everybody
	Talk     bool   // a talk that a volunteer asked for and had is it
}

// Training finds one by its id.
func (v *VolunteerPath) Training(id string) (Training, bool) {
	return found(v.Trainings, func(t Training) bool { return t.ID == id })
}

// Task finds one by its id.
func (v *VolunteerPath) Task(id string) (Task, bool) {
	return found(v.Tasks, func(t Task) bool { return t.ID == id })
}

// TasksBeside are the tasks of a unit that offers these models.
func (v *VolunteerPath) TasksBeside(offered []string) (out []Task) {
	for _, t := range v.Tasks {
		if len(t.Where) == 0 || slices.ContainsFunc(t.Where, func(m string) bool { return slices.Contains(offered, m) }) {
			out = append(out, t)
		}
	}
	return out
}

// Item finds one of the year's by its id.
func (v *VolunteerPath) Item(id string) (YearItem, bool) {
	return found(v.Year, func(y YearItem) bool { return y.ID == id })
}

// Right finds one by its id.
func (v *VolunteerPath) Right(id string) (Right, bool) {
	return found(v.Owed, func(r Right) bool { return r.ID == id })
}

// Suits tells whether any task asks for an extract to be shown.
func (v *VolunteerPath) Suits() bool {
	return slices.ContainsFunc(v.Tasks, func(t Task) bool { return t.Suitability > 0 })
}

func found[T any](all []T, is func(T) bool) (none T, _ bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return none, false
}

// rawVolunteer is the key as model.schema.json describes it.
type rawVolunteer struct {
	Answer    string                 `json:"answer"`
	NextAsked int                    `json:"next_asked_minutes"`
	Trainings map[string]rawTraining `json:"trainings"`
	Tasks     map[string]rawTask     `json:"tasks"`
	Year      map[string]rawItem     `json:"year"`
	Owed      map[string]rawRight    `json:"owed"`
	Handbook  []string               `json:"handbook"`
}

type rawTraining struct {
	Months int `json:"months"`
}

type rawTask struct {
	Needs       []string `json:"needs"`
	Where       []string `json:"where"`
	Suitability int      `json:"suitability_months"`
}

type rawItem struct {
	Times  int      `json:"times"`
	Remote bool     `json:"remote"`
	Gives  []string `json:"gives"`
	For    string   `json:"for"`
}

type rawRight struct {
	Days     int    `json:"within_days"`
	Months   int    `json:"every_months"`
	Training string `json:"training"`
	Task     string `json:"task"`
	Talk     bool   `json:"talk"`
}

// inOrder are the names of a mapping under the key volunteer, in the file's order.
func (d *draft) inOrder(name string) []string {
	if f, ok := d.at("volunteer").field(name); ok {
		return f.order
	}
	return nil
}

// volunteerPath is the finished value; nil where the file names none.
func (d *draft) volunteerPath() *VolunteerPath {
	r := d.raw.Volunteer
	if r == nil {
		return nil
	}
	v := &VolunteerPath{Answer: int(length(r.Answer) / (24 * time.Hour)), NextAsked: r.NextAsked, Handbook: r.Handbook}
	for _, id := range d.inOrder("trainings") {
		v.Trainings = append(v.Trainings, Training{id, r.Trainings[id].Months})
	}
	for _, id := range d.inOrder("tasks") {
		v.Tasks = append(v.Tasks, Task{id, r.Tasks[id].Needs, r.Tasks[id].Where, r.Tasks[id].Suitability})
	}
	for _, id := range d.inOrder("year") {
		x := r.Year[id]
		v.Year = append(v.Year, YearItem{id, x.Times, x.Remote, x.Gives, x.For})
	}
	for _, id := range d.inOrder("owed") {
		x := r.Owed[id]
		v.Owed = append(v.Owed, Right{id, x.Days, x.Months, x.Training, x.Task, x.Talk})
	}
	return v
}

// volunteers: the form and the key go together, what is named must be there, and nobody is asked for what nobody gives.
func (l *loader) volunteers(d *draft) {
	r := d.raw.Volunteer
	switch {
	case !d.sure("form", "regime"):
	case r == nil && d.raw.Form == Volunteer:
		l.mistakes.at(d.at("form"), `in the form "volunteer" people do something, and the file does not say what`, "Add the key volunteer, or choose another form")
	case r != nil && d.raw.Form != Volunteer:
		l.mistakes.at(d.at("volunteer").named(), fmt.Sprintf("volunteers are no clients, and the form is %q", d.raw.Form), "Use the form volunteer, or take the key out")
	case r != nil && d.raw.Regime != Goals:
		l.mistakes.at(d.at("regime"), fmt.Sprintf("a volunteer's own data is kept, and the regime %q keeps nothing like it", d.raw.Regime), "Use goals")
	case r != nil && len(d.raw.Parts) > 0:
		l.mistakes.at(d.at("parts").named(), "volunteers have no visits to be counted", "Take the key parts out")
	}
	if r == nil || !d.sure("volunteer") {
		return
	}
	at, trainings, tasks := d.at("volunteer"), d.inOrder("trainings"), d.inOrder("tasks")
	given := map[string]bool{}
	for id, x := range r.Year {
		l.names(at.at("year", id, "gives"), "training", trainings, x.Gives...)
		l.names(at.at("year", id, "for"), "task", tasks, x.For)
		for _, t := range x.Gives {
			given[t] = true
		}
	}
	for id, x := range r.Owed {
		l.names(at.at("owed", id, "training"), "training", trainings, x.Training)
		l.names(at.at("owed", id, "task"), "task", tasks, x.Task)
		given[x.Training] = true
		if x.Days == 0 && x.Months == 0 {
			l.mistakes.at(at.at("owed", id).named(), fmt.Sprintf("%q is owed, and not said by when", id), "Add within_days or every_months")
		}
	}
	for id, x := range r.Tasks {
		l.names(at.at("tasks", id, "needs"), "training", trainings, x.Needs...)
		l.names(at.at("tasks", id, "where"), "model", l.ids(), x.Where...)
		for _, t := range x.Needs {
			if slices.Contains(trainings, t) && !given[t] {
				l.mistakes.at(at.at("tasks", id, "needs").spelled(t), fmt.Sprintf("nothing in the year and nothing owed gives the training %q, so nobody could ever have it", t), "Let an item of the year give it, or a right name it")
			}
		}
	}
}

// names: words that must stand elsewhere in the file; "" is none.
func (l *loader) names(at *node, what string, known []string, used ...string) {
	for _, w := range used {
		if w != "" && !slices.Contains(known, w) {
			l.mistakes.at(at.spelled(w), fmt.Sprintf("there is no %s %q", what, w), suggest(w, known))
		}
	}
}

// volunteerTexts are the words a model needs for what it says of volunteers.
func (d *draft) volunteerTexts(all *needs) {
	r := d.raw.Volunteer
	if r == nil {
		return
	}
	at := d.at("volunteer")
	for prefix, key := range map[string]string{"training.": "trainings", "task.": "tasks", "task-what.": "tasks", "event.": "year", "owed.": "owed"} {
		all.add(at.at(key), prefix, d.inOrder(key)...)
	}
	all.add(at.at("handbook"), "handbook-title.", r.Handbook...)
	all.add(at.at("handbook"), "handbook.", r.Handbook...)
}
