package model

import "rinnalla.fi/rinnalla/internal/calendar"

// TellingHours are when two who meet together see and hear that a meeting waits for a new time, in their unit's zone, whatever
// the cause and whenever it came: an answer at night must not be told apart from a worker who falls ill in the morning.
var TellingHours = []calendar.Clock{"07:00", "09:00", "12:00", "15:00"}
