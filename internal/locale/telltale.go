package locale

import "strings"

// telling are words that name the matter, in every language.
var telling = []string{"väkival", "pahoinpit", "raiskau", "våld", "misshand", "violen", "abuse", "rape", "victim", "uhri", "offer för"}

// Telltale is the word in a name by which somebody looking over a shoulder would know what it is about (design 4.6), or "". Names of
// services and of rooms are held against it.
func Telltale(name string) string {
	for _, w := range telling {
		if strings.Contains(strings.ToLower(name), w) {
			return w
		}
	}
	return ""
}
