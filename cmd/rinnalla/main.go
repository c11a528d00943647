// Command rinnalla starts the house, nothing else.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "rinnalla: nothing here yet")
	os.Exit(2)
}
