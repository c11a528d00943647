#!/usr/bin/env bash
# All that CI runs, and what a developer runs before handing a change over. Each step says what it does and how long
# it took; the first that fails ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/postgres.sh
. tools/needs.sh
. tools/browser.sh

began=$SECONDS
bin="$PWD/.tools"
trap pg_stop EXIT
trap 'exit 130' INT TERM

step() {
  local title=$1 from=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  "$@" || { printf '== failed: %s\n' "$title"; exit 1; }
  printf '   %s s\n' $((SECONDS - from))
}

formatted() {
  local wrong
  wrong=$(gofmt -l $(git ls-files '*.go'))
  [ -z "$wrong" ] || { echo "gofmt these: $wrong"; return 1; }
}

tools() { go build -C tools/pinned -o "$bin/" tool; }

linted() { "$bin/staticcheck" ./...; }

postgres() {
  if [ -n "${RINNALLA_TEST_POSTGRES:-}" ]; then echo "using the one in RINNALLA_TEST_POSTGRES"; else pg_start; fi
}

# Where several do something at once: the writer, who takes one time or one place, jobs, codes, a live talk. Compiling
# SQLite for it takes most of the step, so the tests are named; a new one that runs several at once goes by such a name.
raced() {
  go test -race -run 'AtOnce|Together|Race|OnlyOne|ForTwo|OneFifth|TakenOnce|Share|Undo|Context|Commit|Graceful|KeysAre|View|Live|Hub|Throttle|Killed|PickOne|Twice|TwoTabs|OneWorker|ManyHands|TwoRunners|Stopped|RunWakes' \
    ./internal/storage ./internal/runner ./internal/appointment ./internal/intake ./internal/chat ./internal/web
}

step "what the machine needs" need
step "our tools, pinned" tools
step "gofmt" formatted
step "go vet" go vet ./...
step "staticcheck" linted
step "PostgreSQL for the tests" postgres
step "tests, on both databases" go test ./internal/web ./... # the longest first, beside the others
step "the race detector, where several act at once" raced
step "the browser's packages" browser_packages
step "the binary as it is given out" browser_build
step "browser, on SQLite" browser_sqlite
step "browser, on PostgreSQL" browser_postgres
printf '\nall green in %s s\n' $((SECONDS - began))
