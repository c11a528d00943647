#!/usr/bin/env bash
# The pages' Go from their templates. A component is a function around one closure, small enough that the compiler would write it out
# anew wherever it is called, closure and all: the pages took three times as long to compile, and the program was the larger for it.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -C tools/pinned -o "$PWD/.tools/" tool
.tools/templ generate
find internal -name '*_templ.go' -exec sed -i -E '/^func .* templ\.Component \{$/{x;/go:noinline/!{x;s|^|//go:noinline\n|;x};x};h' {} +
gofmt -w $(find internal -name '*_templ.go')
