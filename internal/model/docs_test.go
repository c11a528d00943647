package model

import (
	"os"
	"strings"
	"testing"
)

// The sentences in docs/models.md are the grammar's, all of them and in its order.
func TestDocsShowTheGrammar(t *testing.T) {
	doc, err := os.ReadFile("../../docs/models.md")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range grammar {
		b.WriteString(strings.ReplaceAll(s.when, " ", " or ") + " " + s.form + "\n")
	}
	if !strings.Contains(string(doc), b.String()) {
		t.Errorf("docs/models.md does not show these sentences:\n%s", b.String())
	}
}
