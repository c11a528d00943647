// Package static holds the built style sheets, the scripts and the icon, as they travel in the binary.
// The style sheets are compiled from ../styles; nothing here comes from or asks for another site.
package static

import "embed"

// FS is every file that /static/ serves.
//
//go:embed *.css *.js *.svg
var FS embed.FS
