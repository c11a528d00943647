#!/usr/bin/env bash
# Fuzzes every parser and decoder for a few seconds each. Their seeds run with the tests; what is found here is a file
# under testdata/fuzz that belongs into the same change as what mends it.
set -euo pipefail
cd "$(dirname "$0")/.."
for file in $(git grep -l '^func Fuzz' -- '*_test.go'); do
  for name in $(sed -n 's/^func \(Fuzz[A-Za-z]*\)(.*/\1/p' "$file"); do
    printf '\n== %s %s\n' "$(dirname "$file")" "$name"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-5s}" "./$(dirname "$file")"
  done
done
