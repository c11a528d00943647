// Command rinnalla starts the house, nothing else.
package main

import (
	"os"

	"rinnalla.fi/rinnalla/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:])) }
