package model

// rotaSentences are what stories say of who answers a line: what each has said of themselves, what is proposed and why, "I
// can't come", and who is told. A volunteer is named by all of them alike; none tells how often somebody could not come.
var rotaSentences = []sentence{
	{"when", "rota-wish", "{volunteer} answers at most {n} evenings a month [and never on weekday {n2}]"},
	{"when", "rota-propose", "{coordinator} has the evenings proposed"},
	{"when", "rota-put", "{coordinator} puts {volunteer} on the evening of {day}"},
	{"when", "rota-reserve", "{coordinator} puts {volunteer} in reserve on the evening of {day}"},
	{"when", "rota-publish", "{coordinator} publishes the evenings"},
	{"when", "rota-swap", "{volunteer} asks {volunteer2} to swap {day} for {day2}"},
	{"when", "rota-swapped", "{volunteer} answers {yesno} to swapping with {volunteer2}"},
	{"when", "rota-decline", "{volunteer} cannot come on {day}"},
	{"when", "rota-take", "{staff} takes the evening of {day}"},
	{"when", "rota-take-two", "{staff} and {staff2} take the evening of {day} at once"},
	{"then", "rota-could", "{coordinator} reads that {n} others could answer on {day} instead of {volunteer}"},
	{"then", "rota-lack", "{coordinator} reads that {n} could answer on {day} but for {word}"},
	{"then", "rota-own", "{volunteer} sees {n} evenings"},
	{"then", "rota-nobody", "nobody answers on {day}"},
	{"then", "rota-answers", "{staff} answers on {day}"},
	{"then", "rota-asked", "{volunteer} is asked for {day}"},
	{"then", "rota-unasked", "{volunteer} is not asked for {day}"},
	{"then", "rota-letter", "{staff} gets a letter"},
	{"then", "rota-no-letter", "{staff} gets no letter"},
	{"then", "rota-needs", "{coordinator} sees that {day} needs somebody"},
	{"then", "rota-late", "{coordinator} sees that {day} cannot wait"},
	{"then", "rota-no-need", "{coordinator} sees that no evening needs anybody"},
}
