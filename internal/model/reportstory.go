package model

// reportSentences are a story's steps with a year of many people and with the year's report. A figure is named by its key, or by its name in English.
var reportSentences = []sentence{
	{"when", "many-clients", "{worker} meets {n} others {n2} times each"},
	{"when", "many-answers", "{staff} has {n} people answer the form {form} with {n2} good answers to each question"},
	{"when", "estimate", "{coordinator} estimates {text} to be {n} in {n2}"},
	{"then", "reported", "{coordinator} reads in the report of {n} that {text} is {text2}"},
	{"then", "unreported", "{coordinator} reads in the report of {n} no number of {text}"},
}
